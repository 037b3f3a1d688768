"""A customer review of App Store Connect, with the answer to it, read."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from channelhub.sdk.errors import Unparseable
from connectors.reviews.review import Reply, Review, Strange

KIND = "app_store"
REVIEWS, RESPONSES = "customerReviews", "customerReviewResponses"
NOTHING = msgspec.Raw(b"null")

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class _Said(msgspec.Struct, frozen=True, rename="camel"):
    rating: int = 0
    title: str | None = None
    body: str | None = None
    reviewer_nickname: str | None = None
    created_date: str = ""
    territory: str | None = None


class _Resource(msgspec.Struct, frozen=True):
    type: str
    id: Id
    attributes: _Said | None = None


class _Answered(msgspec.Struct, frozen=True, rename="camel"):
    response_body: str
    last_modified_date: str = ""
    state: str = ""


class _Response(msgspec.Struct, frozen=True):
    attributes: _Answered


class Entry(msgspec.Struct, frozen=True):
    """What is stored: a resource of the list, and of those that it includes the response."""

    review: msgspec.Raw
    response: msgspec.Raw = NOTHING


class _Kind(msgspec.Struct, frozen=True):
    type: str


def read(body: bytes) -> Review | Strange:
    """Raises Unparseable."""
    try:
        entry = msgspec.json.decode(body, type=Entry)
        kind = msgspec.json.decode(entry.review, type=_Kind).type
        if kind != REVIEWS:
            return Strange(shape=kind)
        review = msgspec.json.decode(entry.review, type=_Resource)
        response = msgspec.json.decode(entry.response, type=_Response | None)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        raise Unparseable(f"no review of App Store Connect: {str(exc)[:300]}") from exc
    said = review.attributes or _Said()
    return Review(
        id=review.id,
        rating=said.rating,
        name=said.reviewer_nickname or "",
        title=said.title or "",
        text=said.body or "",
        at=moment(said.created_date),
        facts={"territory": said.territory or ""},
        reply=_reply(response),
    )


def moment(text: str) -> datetime | None:
    """A time as Apple writes it (ISO 8601 with its offset); None for anything else."""
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _reply(response: _Response | None) -> Reply | None:
    if response is None:
        return None
    told = response.attributes
    return Reply(
        text=told.response_body, at=moment(told.last_modified_date), is_published=told.state != "PENDING_PUBLISH"
    )
