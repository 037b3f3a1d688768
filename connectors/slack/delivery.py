"""What is stored of an event: its bytes, under a name that it has whichever way it comes."""

import hashlib
from datetime import UTC, datetime, timedelta

import msgspec

from channelhub.domain.raw import Envelope as Transport
from channelhub.domain.raw import RawMessage
from channelhub.sdk.json_parts import UNREADABLE
from connectors.slack.moments import moment
from connectors.slack.shapes import HISTORY, Authorization, Changed, Envelope, Kind, Message, Stamp
from connectors.slack.versions import edited_at

MAX_ID_CHARS = 200
BACKFILL_AFTER = timedelta(hours=24)
_MESSAGES = frozenset({"message", "app_mention"})


def envelope_of(body: bytes) -> Envelope | None:
    """None for bytes that are no envelope."""
    try:
        return msgspec.json.decode(body, type=Envelope)
    except UNREADABLE:
        return None


def to_raw(body: bytes, *, account: str, content_type: str = "application/json", peer: str = "") -> RawMessage:
    """What is stored of a post, or of what came over the link.

    A message is named by its channel and time, so that it is one delivery as `message`, as `app_mention` and out of
    the channel's history; an edit by what it made of the message; all else by the event's id, or its digest.
    """
    envelope = envelope_of(body)
    name = (_message_name(envelope.event) or (envelope.event_id or "")) if envelope else ""
    at = datetime.fromtimestamp(envelope.event_time, UTC) if envelope and envelope.event_time else None
    return RawMessage(
        account=account,
        delivery_id=name if 0 < len(name) <= MAX_ID_CHARS else hashlib.sha256(body).hexdigest(),
        body=body,
        content_type=content_type,
        envelope=Transport(peer=peer),
        channel_time=at,
    )


def from_history(
    message: msgspec.Raw, *, account: str, channel: str, kind: str, us: "Ourselves", now: datetime
) -> RawMessage:
    """What is stored of a message in a channel's history: its bytes with what an event would have said around them.

    An edited one is stored as an edit; what it read before is nowhere to be had. One that can't be read is
    named by its moment, else by its digest, and parked.
    """
    try:
        read = msgspec.json.decode(message, type=Message)
        name, at = _name(channel, read), moment(read.ts)
    except UNREADABLE:
        name, at = _odd_name(channel, message), None
    told = {
        "type": HISTORY,
        "team_id": us.team_id,
        "authorizations": [{"team_id": us.team_id, "user_id": us.user_id, "is_bot": True}],
        "event": {"type": "message", "channel": channel, "channel_type": kind, "message": message},
    }
    return RawMessage(
        account=account,
        delivery_id=name,
        body=msgspec.json.encode(told),
        content_type="application/json",
        channel_time=at,
        is_backfill=at is None or now - at > BACKFILL_AFTER,
    )


class Ourselves(msgspec.Struct, frozen=True):
    """Who the app is in its workspace."""

    team_id: str = ""
    user_id: str = ""
    team: str = ""
    user: str = ""


class _Stamped(msgspec.Struct, frozen=True):
    ts: Stamp


def _odd_name(channel: str, message: bytes) -> str:
    try:
        return f"{channel}:{msgspec.json.decode(message, type=_Stamped).ts}:odd"
    except UNREADABLE:
        return hashlib.sha256(message).hexdigest()


def bots_of(authorizations: tuple[Authorization, ...] | None) -> frozenset[str]:
    """The app's own user ids."""
    return frozenset(one.user_id for one in authorizations or () if one.is_bot and one.user_id)


def _message_name(event: msgspec.Raw) -> str:
    """The name of a message or an edit; empty for other events."""
    try:
        kind = msgspec.json.decode(event, type=Kind)
        if kind.type not in _MESSAGES or kind.subtype == "message_deleted":
            return ""
        if kind.subtype == "message_changed":
            changed = msgspec.json.decode(event, type=Changed)
            return _name(changed.channel, changed.message) if edited_at(changed) else ""
        message = msgspec.json.decode(event, type=Message)
    except UNREADABLE:
        return ""
    return f"{message.channel}:{message.ts}" if message.channel else ""


def _name(channel: str, message: Message) -> str:
    edited = edited_at(message)
    if not edited:
        return f"{channel}:{message.ts}"
    text = (message.text or "").encode("utf-8", "surrogatepass")
    return f"{channel}:{message.ts}:{edited}:{hashlib.sha256(text).hexdigest()[:16]}"
