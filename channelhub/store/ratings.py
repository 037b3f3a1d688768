"""Ratings as they stand, with every earlier answer kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from channelhub.domain.ratings import RatedKind, Rating
from channelhub.store.database import Row, Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("ratings")
NEWEST = (1 << 62, 1 << 62)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One answer of a rating's history."""

    version: int
    score: int
    comment: str
    at_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """How many customers gave which score."""

    customers: Mapping[int, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(self.customers.values())

    @property
    def mean(self) -> float | None:
        """None where nobody has answered."""
        count = self.count
        return sum(score * times for score, times in self.customers.items()) / count if count else None


async def save(session: Session, rating: Rating) -> None:
    """Write a rating and the version that it has now."""
    await session.run(
        _sql.save,
        id=rating.id,
        kind=str(rating.kind),
        subject_id=rating.subject_id,
        identity_id=rating.identity_id,
        score=rating.score,
        comment=rating.comment,
        first_us=rating.first_us,
        changed_us=rating.changed_us,
        version=rating.version,
    )
    await session.run(
        _sql.add_version,
        rating_id=rating.id,
        version=rating.version,
        score=rating.score,
        comment=rating.comment,
        at_us=rating.changed_us,
    )


async def get(session: Session, rating_id: int) -> Rating | None:
    row = await session.one(_sql.by_id, id=rating_id)
    return None if row is None else _rating(row)


async def versions(session: Session, rating_id: int) -> list[Version]:
    """Every answer that was given, the oldest first."""
    return [
        Version(version=row["version"], score=row["score"], comment=row["comment"], at_us=row["at_us"])
        for row in await session.all(_sql.versions, rating_id=rating_id)
    ]


async def of_identities(session: Session, identity_ids: Iterable[int], *, limit: int = 20) -> list[Rating]:
    """The newest ratings that some identities gave."""
    rows = await session.all(_sql.of_identities, identity_ids=sorted(set(identity_ids)), limit=limit)
    return [_rating(row) for row in rows]


async def page(session: Session, *, before: tuple[int, int] = NEWEST, limit: int) -> Sequence[Rating]:
    """The newest ratings, older than `before` (time, id)."""
    rows = await session.all(_sql.page, before_us=before[0], before_id=before[1], limit=limit)
    return [_rating(row) for row in rows]


async def page_of(
    session: Session, kind: RatedKind, subject_id: int, *, before: tuple[int, int] = NEWEST, limit: int
) -> Sequence[Rating]:
    """The newest ratings of one outage or incident."""
    rows = await session.all(
        _sql.page_of, kind=str(kind), subject_id=subject_id, before_us=before[0], before_id=before[1], limit=limit
    )
    return [_rating(row) for row in rows]


async def scores(session: Session, kind: RatedKind, subject_ids: Iterable[int]) -> dict[int, Scores]:
    """What customers gave each of some outages or incidents; one answer of each customer, the newest."""
    counted: dict[int, dict[int, int]] = {}
    for row in await session.all(_sql.scores, kind=str(kind), subject_ids=sorted(set(subject_ids))):
        counted.setdefault(row["subject_id"], {})[row["score"]] = row["customers"]
    return {subject_id: Scores(customers=customers) for subject_id, customers in counted.items()}


def _rating(row: Row) -> Rating:
    return Rating(
        id=row["id"],
        kind=RatedKind(row["kind"]),
        subject_id=row["subject_id"],
        identity_id=row["identity_id"],
        score=row["score"],
        comment=row["comment"],
        first_us=row["first_us"],
        changed_us=row["changed_us"],
        version=row["version"],
    )
