"""From a list's entry to the raw messages that are stored: what is new of the review, and of its reply."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.reviews.known import Words
from connectors.reviews.review import Reader, Review, What, digest

BACKFILL_AFTER = timedelta(hours=24)
#: Of the envelope: what it is about, which version, and of an answer of ours its token and what became of it.
WHAT, REVISION, TOKEN, STATUS = "what", "revision", "token", "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A review or a reply as a list shows it now."""

    what: What
    id: str  # the review's
    body: bytes
    version: str
    at: datetime | None = None
    changed_at: datetime | None = None
    text: str = ""
    is_published: bool = True

    @property
    def name(self) -> str:
        return f"{self.what}:{self.id}"


def entries(read: Reader, body: bytes) -> list[Entry]:
    """What one entry of a list holds. What can't be read is an entry by its digest: it is stored, and parked."""
    whole = hashlib.sha256(body).hexdigest()
    try:
        review = read(body)
    except Unparseable:
        review = None
    if not isinstance(review, Review):
        return [Entry(what=What.REVIEW, id=whole[:32], body=body, version=whole[:16])]
    found = [
        Entry(
            what=What.REVIEW,
            id=review.id,
            body=body,
            version=digest(review.rating, review.title, review.text, review.changed_at),
            at=review.at,
            changed_at=review.changed_at,
        )
    ]
    if (reply := review.reply) is not None:
        found.append(
            Entry(
                what=What.REPLY,
                id=review.id,
                body=body,
                version=digest(reply.text),
                at=reply.at,
                changed_at=reply.at,
                text=reply.text,
                is_published=reply.is_published,
            )
        )
    return found


def to_raw(account: str, entry: Entry, words: Words, now: datetime, *, token: str = "") -> RawMessage:
    """What is stored. A change is named by how many there were, and ordered by the store's time of it, else by ours."""
    told, name = {WHAT: str(entry.what)}, entry.name
    if words.changes:
        told[REVISION] = str(int((entry.changed_at or now).timestamp() * 1000))
        name = f"{name}:{words}"
    if token:
        told[TOKEN], told[STATUS] = token, "delivered" if entry.is_published else "sent"
        name = f"{entry.name}:{words}:{told[STATUS]}"
    at = entry.changed_at or (None if words.changes else entry.at)
    return RawMessage(
        account=account,
        delivery_id=name,
        body=entry.body,
        content_type="application/json",
        envelope=Envelope(extra=told),
        channel_time=at,
        is_backfill=at is not None and now - at > BACKFILL_AFTER,
    )
