"""Which of our accounts a post is for, and what is stored of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.proof import is_secret
from connectors.meta.reading import Change, digest, moment, read, read_post
from connectors.meta.whatsapp.config import WhatsAppConfig
from connectors.meta.whatsapp.shapes import Value

BACKFILL_AFTER = timedelta(hours=24)
NUMBERS = "numbers"  # of the envelope: whose changes this account reads of the post
NO_NUMBER = "-"  # changes that are about no number


class _Stamp(msgspec.Struct):
    timestamp: str | int = 0


def number_of(change: Change) -> str:
    """The id of our number that a change is about."""
    value = read(change.value, Value)
    return (value.metadata.phone_number_id if value else "") or NO_NUMBER


def deliveries(
    body: bytes,
    *,
    account: str,
    config: WhatsAppConfig,
    kin: Mapping[str, WhatsAppConfig],
    now: datetime,
    peer: str = "",
) -> Sequence[RawMessage]:
    """A delivery for each account that the post is for; what is nobody's goes to the one that was called.

    One app posts to one address for all its numbers, so `kin`, the accounts of the kind, are looked through for them.
    Only those with the same app secret count: a signature proves nothing for another app's numbers.
    """
    owners = {
        one.phone_number_id: name for name, one in kin.items() if is_secret(one.app_secret.reveal(), config.app_secret)
    } | {config.phone_number_id: account}
    wanted: dict[str, list[str]] = {}
    at: datetime | None = None
    try:
        _, entries = read_post(body)
    except Unparseable:
        entries = ()
    for change in (read(raw, Change) for entry in entries for raw in entry.changes):
        number = number_of(change) if change else NO_NUMBER
        numbers = wanted.setdefault(owners.get(number, account), [])
        if number not in numbers:
            numbers.append(number)
        at = max(filter(None, (at, _newest(change))), default=None)
    name = digest(body)
    return [
        RawMessage(
            account=owner,
            delivery_id=name,
            body=body,
            content_type="application/json",
            envelope=Envelope(peer=peer, extra={NUMBERS: ",".join(numbers)}),
            channel_time=at,
            is_backfill=at is not None and now - at > BACKFILL_AFTER,
        )
        for owner, numbers in (wanted or {account: [NO_NUMBER]}).items()
    ]


def _newest(change: Change | None) -> datetime | None:
    value = read(change.value, Value) if change else None
    items = [*value.messages, *value.statuses, *value.message_echoes] if value else []
    stamps = (read(raw, _Stamp) for raw in items)
    return max(filter(None, (moment(stamp.timestamp) for stamp in stamps if stamp)), default=None)
