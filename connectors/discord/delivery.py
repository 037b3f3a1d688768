"""What is stored of an event: its bytes, under a name that it has whenever it is sent again."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.json_parts import UNREADABLE
from connectors.discord.moments import moment_of
from connectors.discord.shapes import Frame, Identified, Named

BACKFILL_AFTER: Final = timedelta(hours=24)
_MESSAGES: Final = frozenset({"MESSAGE_CREATE", "MESSAGE_UPDATE"})
_AROUND: Final = "discord"


class Circumstances(msgspec.Struct, frozen=True):
    """What was known around an event, and doesn't stand in it: who we are, the server and, of a thread, the channel it
    belongs to and who began it; of a message out of a channel's past the roles of its author."""

    bot: str = ""
    guild: str = ""
    parent: str = ""
    owner: str = ""
    roles: tuple[str, ...] = ()


def circumstances_of(raw: RawMessage) -> Circumstances:
    told = raw.envelope.extra.get(_AROUND, "")
    try:
        return msgspec.json.decode(told, type=Circumstances) if told else Circumstances()
    except UNREADABLE:
        return Circumstances()


def to_raw(frame: Frame, body: bytes, *, account: str, session: str, around: Circumstances) -> RawMessage:
    """What is stored of a frame. A message has its own name, an edit that of its time; every other event has the
    session's, which sends it again under the same number."""
    name, at = _name(frame)
    return RawMessage(
        account=account,
        delivery_id=name or f"{session}:{frame.s}:{hashlib.sha256(bytes(frame.d)).hexdigest()[:16]}",
        body=body,
        content_type="application/json",
        envelope=Envelope(extra={_AROUND: msgspec.json.encode(around).decode()}),
        channel_time=at,
    )


def from_history(message: msgspec.Raw, *, account: str, around: Circumstances, now: datetime) -> RawMessage:
    """What is stored of a message that a channel still has: its bytes as an event would have brought them.

    An edited one is stored as an edit; what it read before is nowhere to be had. One in an odd
    shape is named by its id, else by its digest, and parked.
    """
    frame = Frame(op=0, d=message, t="MESSAGE_CREATE")
    _, at = _name(frame)
    body = msgspec.json.encode(frame)
    raw = to_raw(frame, body, account=account, session="", around=around)
    return replace(raw, is_backfill=at is None or now - at > BACKFILL_AFTER)


def _name(frame: Frame) -> tuple[str, datetime | None]:
    """The name of a message, and when it was said; nothing for other events."""
    if frame.t not in _MESSAGES and frame.t != "MESSAGE_DELETE":
        return "", None
    try:
        named = msgspec.json.decode(frame.d, type=Named)
    except UNREADABLE:
        return _odd_name(frame)
    at = moment_of(named.id)
    if frame.t == "MESSAGE_DELETE":
        return f"delete:{named.id}", None
    if named.edited_timestamp:
        return f"edit:{named.id}:{named.edited_timestamp[:40]}", at
    return (f"message:{named.id}", at) if frame.t == "MESSAGE_CREATE" else ("", at)


def _odd_name(frame: Frame) -> tuple[str, datetime | None]:
    """Of a new message the same, whether it comes as an event or out of its channel's past."""
    if frame.t != "MESSAGE_CREATE":
        return "", None
    try:
        number = msgspec.json.decode(frame.d, type=Identified).id
    except UNREADABLE:
        return "", None
    return f"message:{number}", moment_of(number)
