"""From what a server tells to the raw messages that are stored."""

import hashlib
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from connectors.bluesky.shapes import Message, read

BACKFILL_AFTER = timedelta(hours=24)
MAX_NAME_CHARS = 990

#: Of the envelope: what the body is, who we are, and what was found out beside it.
WHAT, ME, NAME, PEER, BY_HUB = "what", "me", "name", "peer", "by_hub"


class What(StrEnum):
    """What a delivery's body is."""

    NOTIFICATION = "notification"
    LOG = "log"  # something that happened in a direct conversation


class Peek(msgspec.Struct, frozen=True, rename="camel"):
    """Of a notification or a log what it is stored by."""

    uri: str = ""
    reason: str = ""
    indexed_at: str = ""
    type: str = msgspec.field(name="$type", default="")
    rev: str = ""
    convo_id: str = ""
    message: msgspec.Raw = msgspec.Raw()

    @property
    def name(self) -> str:
        if self.uri:
            return f"{self.reason}:{self.uri}"
        return f"{self.type.rpartition('#')[2]}:{self.convo_id}:{self.rev}" if self.rev else ""


def to_raw(account: str, what: What, body: bytes, now: datetime, **told: str) -> RawMessage:
    """What is stored, or of whatever stands in its place: the parser parks it."""
    peek = read(body, Peek) or Peek()
    said = read(peek.message, Message)
    at = moment(said.sent_at if said else peek.indexed_at)
    return RawMessage(
        account=account,
        delivery_id=name_of(body),
        body=body,
        content_type="application/json",
        envelope=Envelope(extra={WHAT: str(what)} | {key: value for key, value in told.items() if value}),
        channel_time=at,
        is_backfill=at is not None and now - at > BACKFILL_AFTER,
    )


def name_of(body: bytes) -> str:
    """What a delivery is called: by its record and why we are told of it, or by its place in a conversation."""
    name = (read(body, Peek) or Peek()).name
    return name if 0 < len(name) <= MAX_NAME_CHARS else hashlib.sha256(body).hexdigest()


def moment(text: str) -> datetime | None:
    """A time as servers write it (ISO 8601); None for anything else."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
