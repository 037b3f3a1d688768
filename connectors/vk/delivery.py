"""From an event's bytes to the raw message that is stored."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.json_parts import UNREADABLE
from connectors.vk.shapes import NOTHING, Seconds

MAX_ID_CHARS = 100
ARRIVED = "arrived_ms"  # of the envelope: what orders edits that have no time of their own
SECRET = "secret"  # noqa: S105 - a field's name
#: What says nothing of a customer's wishes, and comes with every letter that they type.
IGNORED = frozenset({"message_typing_state"})


class _Keys(msgspec.Struct, frozen=True):
    peer_id: int = 0
    conversation_message_id: int = 0
    date: Seconds = 0
    out: int = 0
    from_id: int = 0
    user_id: int = 0


class _Held(msgspec.Struct, frozen=True):
    message: _Keys


class Peek(msgspec.Struct, frozen=True):
    """Of an event, what its delivery is named by, and what a post proves itself with."""

    type: str = ""
    group_id: int = 0
    event_id: str = ""
    secret: str = ""
    object: msgspec.Raw = NOTHING


def peek_at(body: bytes) -> Peek | None:
    """None for bytes that are no event."""
    try:
        return msgspec.json.decode(body, type=Peek)
    except UNREADABLE:
        return None


def person_in(body: bytes) -> int:
    """Whom an event is about: the writer, of what we said the reader; 0 where it doesn't say."""
    keys = _keys(peek_at(body) or Peek())
    return keys.from_id if keys.from_id > 0 else keys.user_id or max(0, keys.peer_id)


def to_raw(body: bytes, *, account: str, now: datetime, peer: str = "") -> RawMessage:
    """What is stored of an event: without the secret that a post carries, which people who may read it need not know.

    A message is named by its place, the same wherever it comes from; other events as VK names them, also when they come
    again, and what has no name by its digest.
    """
    peek, body = peek_at(body) or Peek(), _without_secret(body)
    keys = _keys(peek)
    is_said = peek.type in ("message_new", "message_reply") and keys.conversation_message_id > 0
    name = f"{peek.type}:{keys.peer_id}:{keys.conversation_message_id}" if is_said else peek.event_id
    edit = {ARRIVED: str(int(now.timestamp() * 1000))} if peek.type.endswith("_edit") else {}
    return RawMessage(
        account=account,
        delivery_id=name if 0 < len(name) <= MAX_ID_CHARS else hashlib.sha256(body).hexdigest(),
        body=body,
        content_type="application/json",
        envelope=Envelope(peer=peer, extra=edit),
        channel_time=datetime.fromtimestamp(keys.date, UTC) if keys.date else None,
    )


def from_history(message: msgspec.Raw, *, group_id: int, account: str, now: datetime) -> RawMessage:
    """A message as its event would have brought it; what is none is parked."""
    try:
        is_ours = bool(msgspec.json.decode(message, type=_Keys).out)
    except UNREADABLE:
        is_ours = False
    held: object = message if is_ours else {"message": message}
    event = {"group_id": group_id, "type": "message_reply" if is_ours else "message_new", "object": held}
    return replace(to_raw(msgspec.json.encode(event), account=account, now=now), is_backfill=True)


def _without_secret(body: bytes) -> bytes:
    try:
        fields = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except UNREADABLE:
        return body
    if SECRET not in fields:
        return body
    del fields[SECRET]
    return msgspec.json.encode(fields)


def _keys(peek: Peek) -> _Keys:
    try:
        return msgspec.json.decode(peek.object, type=_Held).message
    except UNREADABLE:
        pass
    try:
        return msgspec.json.decode(peek.object, type=_Keys)
    except UNREADABLE:
        return _Keys()
