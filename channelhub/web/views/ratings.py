"""Ratings as the API shows them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from channelhub.domain.ratings import HIGHEST, LOWEST, Rating
from channelhub.domain.times import from_us
from channelhub.store.ratings import Scores, Version


class RatingView(msgspec.Struct, frozen=True, kw_only=True):
    """What a customer said last about how an outage or incident was handled. `version` counts their answers."""

    id: str
    customer_id: str
    outage_id: str | None
    incident_id: str | None
    score: int
    comment: str
    first_at: datetime
    changed_at: datetime
    version: int


class RatingVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One answer."""

    version: int
    score: int
    comment: str
    at: datetime


class RatingDetail(RatingView, frozen=True, kw_only=True):
    """A rating with every answer that was given, the oldest first."""

    versions: list[RatingVersion]


class RatingPage(msgspec.Struct, frozen=True, kw_only=True):
    """The newest first. `next` is what to pass as `before`; null at the end."""

    items: list[RatingView]
    next: str | None


class RatingSummary(msgspec.Struct, frozen=True, kw_only=True):
    """How many customers answered, their mean score (null without any), and how many gave each score from 1 to 5."""

    count: int
    mean: float | None
    scores: dict[str, int]


def rating(one: Rating, customers: Mapping[int, int]) -> RatingView:
    """`customers`: whose each identity is."""
    return RatingView(**_fields(one, customers))


def rating_detail(one: Rating, customers: Mapping[int, int], versions: Sequence[Version]) -> RatingDetail:
    shown = [
        RatingVersion(version=each.version, score=each.score, comment=each.comment, at=from_us(each.at_us))
        for each in versions
    ]
    return RatingDetail(**_fields(one, customers), versions=shown)


def summary(scores: Scores | None) -> RatingSummary:
    counted = scores or Scores()
    mean = counted.mean
    return RatingSummary(
        count=counted.count,
        mean=None if mean is None else round(mean, 2),
        scores={str(score): counted.customers.get(score, 0) for score in range(LOWEST, HIGHEST + 1)},
    )


def _fields(one: Rating, customers: Mapping[int, int]) -> dict[str, Any]:
    customer_id = customers.get(one.identity_id)
    return {
        "id": str(one.id),
        "customer_id": "" if customer_id is None else str(customer_id),
        "outage_id": None if one.outage_id is None else str(one.outage_id),
        "incident_id": None if one.incident_id is None else str(one.incident_id),
        "score": one.score,
        "comment": one.comment,
        "first_at": from_us(one.first_us),
        "changed_at": from_us(one.changed_us),
        "version": one.version,
    }
