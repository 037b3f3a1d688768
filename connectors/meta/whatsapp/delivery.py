"""Which of our numbers a post is about."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from channelhub.sdk.errors import Unparseable
from connectors.meta.delivery import NOWHERE
from connectors.meta.reading import Change, moment, read, read_post
from connectors.meta.whatsapp.shapes import Value


class _Stamp(msgspec.Struct):
    timestamp: str | int = 0


def number_of(change: Change) -> str:
    """The id of our number that a change is about."""
    value = read(change.value, Value)
    return (value.metadata.phone_number_id if value else "") or NOWHERE


def parts(body: bytes) -> Iterator[tuple[str, datetime | None]]:
    """The numbers that a post is about, each with the time of the newest that it says; nothing for what is no post."""
    try:
        _, entries = read_post(body)
    except Unparseable:
        return
    for change in (read(raw, Change) for entry in entries for raw in entry.changes):
        yield (number_of(change), _newest(change)) if change else (NOWHERE, None)


def _newest(change: Change) -> datetime | None:
    value = read(change.value, Value)
    items = [*value.messages, *value.statuses, *value.message_echoes] if value else []
    stamps = (read(raw, _Stamp) for raw in items)
    return max(filter(None, (moment(stamp.timestamp) for stamp in stamps if stamp)), default=None)
