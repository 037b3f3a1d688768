"""From an event's bytes to the raw message that is stored."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from connectors.matrix.shapes import Peek, read

BACKFILL_AFTER = timedelta(hours=24)
MAX_ID_CHARS = 255  # spec.matrix.org, Event ids

#: Of the envelope: what stands beside the event in the homeserver's answer, and what we looked up.
ROOM, ME, NAME, PEER, EDITS, REACTED = "room", "me", "name", "peer", "edits", "reacted"
FOREIGN = "foreign"  # of EDITS: what is changed was another's message, so nothing was


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Which account, as which user, reads which room."""

    account: str
    me: str
    room: str


def to_raw(event: bytes, peek: Peek, origin: Origin, now: datetime, **told: str) -> RawMessage:
    """What is stored of an event, or of whatever stands in its place: the parser parks it.

    An event's id is unique everywhere; its bytes are not the same in each answer, for they tell its age.
    """
    name = peek.event_id
    sent = datetime.fromtimestamp(peek.origin_server_ts / 1000, UTC) if peek.origin_server_ts else None
    return RawMessage(
        account=origin.account,
        delivery_id=name if 0 < len(name) <= MAX_ID_CHARS else hashlib.sha256(event).hexdigest(),
        body=event,
        content_type="application/json",
        envelope=Envelope(
            extra={ROOM: origin.room, ME: origin.me} | {key: value for key, value in told.items() if value}
        ),
        channel_time=sent,
        is_backfill=sent is not None and now - sent > BACKFILL_AFTER,
    )


def peek_at(event: msgspec.Raw) -> Peek:
    """What an event is stored by; its id alone where the rest can't be read, nothing where it is no event."""
    return read(event, Peek) or Peek(event_id=(read(event, _Named) or _Named()).event_id)


class _Named(msgspec.Struct, frozen=True):
    event_id: str = ""
