"""From a stored post to what it says. Pure: the same bytes give the same values, whenever and wherever."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import msgspec

from channelhub.domain.inbound import MAX_SHAPE_CHARS, Inbound, Unknown
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.meta.delivery import NOWHERE, places_of
from connectors.meta.inbox.event import Happened, read_event
from connectors.meta.inbox.settings import Settings, read_settings
from connectors.meta.inbox.shapes import Event
from connectors.meta.reading import Change, Entry, digest, moment, read, read_post

#: What a change of a field (comments, mentions, ratings) at a place says; None where it isn't of a shape that is known.
ReadChange = Callable[[Change, Entry], Inbound | None]


def parse(raw: RawMessage, *, kind: str, read_change: ReadChange) -> Sequence[Inbound]:
    """What a post says to this account; what we don't know are Unknowns, and take nothing else with them.

    Raises Unparseable for what is no post at all.
    """
    settings = read_settings(raw.settings)
    _, entries = read_post(raw.body)
    mine = places_of(raw)
    found: list[Inbound] = []
    for entry in entries:
        if mine and (str(entry.id) or NOWHERE) not in mine:
            continue
        found += _read_events(entry, kind, settings)
        for piece in entry.changes:
            found.append(_read_change(piece, entry, settings, read_change))
    return found or [Unknown(external_id=digest(raw.body), shape="post without events")]


def parts(body: bytes) -> Iterator[tuple[str, datetime | None]]:
    """The places that a post is about, each with its time; nothing for what is no post."""
    try:
        _, entries = read_post(body)
    except Unparseable:
        return
    for entry in entries:
        yield str(entry.id) or NOWHERE, moment(entry.time)


def _read_events(entry: Entry, kind: str, settings: Settings) -> Iterator[Inbound]:
    for pieces, is_standby in ((entry.messaging, False), (entry.standby, True)):
        for piece in pieces:
            event, fields = read(piece, Event), read(piece, dict[str, msgspec.Raw])
            if event is None or fields is None:
                yield Unknown(external_id=digest(piece), shape="event that can't be read")
                continue
            yield from read_event(
                Happened(
                    kind=kind,
                    place=str(entry.id),
                    app_id=settings.app_id,
                    piece=piece,
                    event=event,
                    parts=fields,
                    is_standby=is_standby,
                )
            )


def _read_change(piece: msgspec.Raw, entry: Entry, settings: Settings, read_change: ReadChange) -> Inbound:
    change = read(piece, Change)
    found = read_change(change, entry) if change and settings.comments else None
    if found is not None:
        return found
    name = digest(bytes(piece) + str(entry.time).encode())
    shape = f"field: {change.field}"[:MAX_SHAPE_CHARS] if change else "change that can't be read"
    return Unknown(external_id=name, shape=shape, sent_at=moment(entry.time))
