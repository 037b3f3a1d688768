"""From what an instance tells to the raw messages that are stored.

A mention is named by its post, so that whoever hears of an edit or a deletion knows whether the post is one of ours.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from connectors.mastodon.shapes import Peek, read

BACKFILL_AFTER = timedelta(hours=24)
MAX_NAME_CHARS = 100
SPOKEN = ("mention", "quote")  # notifications of a post that is addressed to us

#: Of the envelope: what the body is, and what was found out beside it.
WHAT, ROOT, ME, PEER, BY_HUB = "what", "root", "me", "peer", "by_hub"


class What(StrEnum):
    """What a delivery's body is."""

    NOTIFICATION = "notification"
    EDIT = "edit"  # a post as it reads now
    DELETE = "delete"  # a post's id
    OWN = "own"  # a post of the account itself


def to_raw(account: str, what: What, body: bytes, now: datetime, **told: str) -> RawMessage:
    """What is stored, or of whatever stands in its place: the parser parks it."""
    peek = peek_at(body)
    at = moment(peek.edited_at if what is What.EDIT else peek.created_at)
    return RawMessage(
        account=account,
        delivery_id=_name(what, body, peek)[:MAX_NAME_CHARS] or hashlib.sha256(body).hexdigest(),
        body=body,
        content_type="text/plain" if what is What.DELETE else "application/json",
        envelope=Envelope(extra={WHAT: str(what)} | {key: value for key, value in told.items() if value}),
        channel_time=at,
        is_backfill=at is not None and now - at > BACKFILL_AFTER,
    )


def _name(what: What, body: bytes, peek: Peek) -> str:
    match what:
        case What.DELETE:
            return f"delete:{body.decode(errors='replace')}"
        case What.EDIT if peek.id:
            return f"edit:{peek.id}:{peek.edited_at}"
        case What.OWN if peek.id:
            return f"own:{peek.id}"
        case What.NOTIFICATION if peek.id and peek.type in SPOKEN:
            return f"{peek.type}:{peek_at(peek.status).id or 'n' + peek.id}"
        case What.NOTIFICATION if peek.id:
            return f"notification:{peek.id}"
    return ""


def names_of(status_id: str) -> list[str]:
    """The deliveries by which a post that is addressed to us may have come."""
    return [f"{kind}:{status_id}" for kind in SPOKEN]


def peek_at(body: bytes) -> Peek:
    """What a notification or a post is stored by; its id alone where the rest can't be read."""
    return read(body, Peek) or Peek(id=(read(body, _Named) or _Named()).id)


class _Named(msgspec.Struct, frozen=True):
    id: str = ""


def moment(text: str | None) -> datetime | None:
    """A time as instances write it (ISO 8601); None for anything else."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
