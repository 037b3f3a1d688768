"""From an event's bytes to the raw message that is stored."""

import hashlib
from datetime import UTC, datetime

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from connectors.vk.reading import UNREADABLE
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


def to_raw(body: bytes, *, account: str, now: datetime, peer: str = "") -> RawMessage:
    """What is stored of an event: without the secret that a post carries, which people who may read it need not know.

    VK names each event, also when it comes again. Where it doesn't, a message is named by its place, and all else by
    its digest.
    """
    peek, body = peek_at(body) or Peek(), _without_secret(body)
    keys = _keys(peek)
    name = peek.event_id
    if not 0 < len(name) <= MAX_ID_CHARS:
        place = f"{keys.peer_id}:{keys.conversation_message_id}" if keys.conversation_message_id else ""
        is_once = peek.type in ("message_new", "message_reply")
        name = f"{peek.type}:{place}" if place and is_once else hashlib.sha256(body).hexdigest()
    edit = {ARRIVED: str(int(now.timestamp() * 1000))} if peek.type.endswith("_edit") else {}
    return RawMessage(
        account=account,
        delivery_id=name,
        body=body,
        content_type="application/json",
        envelope=Envelope(peer=peer, extra=edit),
        channel_time=datetime.fromtimestamp(keys.date, UTC) if keys.date else None,
    )


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
