"""From a post's bytes to the raw message that is stored."""

import hashlib
from datetime import UTC, datetime

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.json_parts import UNREADABLE
from connectors.viber.shapes import Milliseconds, Token

MAX_NAME_CHARS = 200


class Peek(msgspec.Struct, frozen=True):
    """Of an event, what its delivery is named by."""

    event: str
    message_token: Token | None = None
    user_id: str | None = None
    timestamp: Milliseconds = 0
    subscribed: bool | None = None


def peek_at(body: bytes) -> Peek | None:
    """None for bytes that are no event."""
    try:
        return msgspec.json.decode(body, type=Peek)
    except UNREADABLE:
        return None


def to_raw(body: bytes, peek: Peek | None, *, account: str, peer: str = "") -> RawMessage:
    """What is stored of a post. The same event has the same id in each redelivery; a message's token names several
    events, so theirs has the event and whom it is about, too. What has no token is named by its digest."""
    name = hashlib.sha256(body).hexdigest()
    if peek and peek.message_token is not None:
        own = ":".join(filter(None, (peek.event, str(peek.message_token), peek.user_id)))
        name = own if len(own) <= MAX_NAME_CHARS else name
    return RawMessage(
        account=account,
        delivery_id=name,
        body=body,
        content_type="application/json",
        envelope=Envelope(peer=peer),
        channel_time=datetime.fromtimestamp(peek.timestamp / 1000, UTC) if peek and peek.timestamp else None,
    )
