"""From a post's bytes to the raw message that is stored."""

import hashlib

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.json_parts import UNREADABLE
from connectors.x.reading import of_iso, of_milliseconds
from connectors.x.shapes import NOTHING

MAX_ID_CHARS = 150
#: Kinds whose payload is what was said, once each; in others an id may name what several people did something to.
_SAID = frozenset(
    {"post.create", "post.mention.create", "post.reply.create", "post.quote.create", "dm.received", "dm.sent"}
)


class _Direct(msgspec.Struct, frozen=True):
    id: str = ""
    created_timestamp: str = ""


class _Payload(msgspec.Struct, frozen=True):
    id: str = ""
    created_at: str = ""
    direct_message_events: tuple[_Direct, ...] = ()


class _Event(msgspec.Struct, frozen=True):
    event_type: str = ""
    event_uuid: str = ""
    payload: msgspec.Raw = NOTHING


class _Peek(msgspec.Struct, frozen=True):
    data: _Event = _Event()


def to_raw(body: bytes, *, account: str, peer: str = "") -> RawMessage:
    """What is stored of a post, named by what happened to what: X's id of the delivery may be another one when it comes
    again. What can't be read is named by its digest."""
    try:
        event = msgspec.json.decode(body, type=_Peek).data
    except UNREADABLE:
        event = _Event()
    try:
        payload = msgspec.json.decode(event.payload, type=_Payload)
    except UNREADABLE:
        payload = _Payload()
    direct = next(iter(payload.direct_message_events), _Direct())
    said = payload.id or direct.id if event.event_type in _SAID else ""
    own = said or event.event_uuid
    name = f"{event.event_type}:{own}" if own else ""
    return RawMessage(
        account=account,
        delivery_id=name if 0 < len(name) <= MAX_ID_CHARS else hashlib.sha256(body).hexdigest(),
        body=body,
        content_type="application/json",
        envelope=Envelope(peer=peer),
        channel_time=of_iso(payload.created_at) or of_milliseconds(direct.created_timestamp),
    )
