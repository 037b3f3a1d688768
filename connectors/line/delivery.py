"""From a post's bytes to the raw messages that are stored: one for each of its events."""

import hashlib
from datetime import UTC, datetime

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.json_parts import UNREADABLE
from connectors.line.shapes import Milliseconds

MAX_ID_CHARS = 100
GROUPS = "groups"  # of the envelope: "off" where groups are not taken


class _Post(msgspec.Struct, frozen=True):
    events: list[msgspec.Raw]


class _Peek(msgspec.Struct, frozen=True, rename="camel"):
    webhook_event_id: str = ""
    timestamp: Milliseconds = 0


def to_raws(body: bytes, *, account: str, takes_groups: bool, peer: str = "") -> list[RawMessage]:
    """What is stored of a post: nothing where it has no events (LINE tries the address so).

    LINE names each event, also when it comes again. What is no post is stored whole, named by its digest, and parked.
    """
    try:
        events = [bytes(event) for event in msgspec.json.decode(body, type=_Post).events]
    except UNREADABLE:
        events = [body]
    envelope = Envelope(peer=peer, extra={} if takes_groups else {GROUPS: "off"})
    return [_raw(event, account, envelope) for event in events]


def _raw(event: bytes, account: str, envelope: Envelope) -> RawMessage:
    try:
        peek = msgspec.json.decode(event, type=_Peek)
    except UNREADABLE:
        peek = _Peek()
    name = peek.webhook_event_id
    return RawMessage(
        account=account,
        delivery_id=name if 0 < len(name) <= MAX_ID_CHARS else hashlib.sha256(event).hexdigest(),
        body=event,
        content_type="application/json",
        envelope=envelope,
        channel_time=datetime.fromtimestamp(peek.timestamp / 1000, UTC) if peek.timestamp else None,
    )
