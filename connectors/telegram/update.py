"""From one update's bytes to the raw message that is stored."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.json_parts import UNREADABLE

BACKFILL_AFTER = timedelta(hours=24)
LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z


class _Dates(msgspec.Struct):
    date: int = 0
    edit_date: int = 0


class _Peek(msgspec.Struct):
    update_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Which account an update came to and how it treats groups; `bot_id` is the number before the token's colon."""

    account: str
    bot_id: str
    takes_groups: bool


def update_id_of(update: bytes) -> int | None:
    """None for bytes that are no update."""
    try:
        return msgspec.json.decode(update, type=_Peek).update_id
    except UNREADABLE:
        return None


def to_raw(update: bytes, origin: Origin, now: datetime, *, peer: str = "") -> RawMessage:
    """What is stored of an update, or of whatever else came in its place: the parser parks it.

    The delivery id is the update's id and time: ids start again at random after an idle week and with another bot
    (core.telegram.org/bots/api#update), so the number alone could name two updates. Both are the same in a redelivery.
    Bytes that are no update are named by their digest.
    """
    update_id = update_id_of(update)
    name = hashlib.sha256(update).hexdigest() if update_id is None else str(update_id)
    changed_s = _changed_s(update)
    changed = datetime.fromtimestamp(changed_s, UTC) if changed_s else None
    extra = {"bot": origin.bot_id}
    if not origin.takes_groups:
        extra["groups"] = "off"
    return RawMessage(
        account=origin.account,
        delivery_id=f"{name}:{changed_s}" if changed_s else name,
        body=update,
        content_type="application/json",
        envelope=Envelope(peer=peer, extra=extra),
        channel_time=changed,
        is_backfill=changed is not None and now - changed > BACKFILL_AFTER,
    )


def _changed_s(update: bytes) -> int:
    """When what the update tells of happened, in Unix seconds; 0 where it doesn't say."""
    try:
        parts = msgspec.json.decode(update, type=dict[str, msgspec.Raw])
    except UNREADABLE:
        return 0
    for part in parts.values():
        try:
            dates = msgspec.json.decode(part, type=_Dates)
        except UNREADABLE:
            continue
        at = max(dates.date, dates.edit_date)
        if 0 < at <= LAST_SECOND:
            return at
    return 0
