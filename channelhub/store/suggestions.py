"""Suggestions that two identities are one person: claimed, and what people decided; addresses that many typed."""

from collections.abc import Iterable, Sequence

from channelhub.domain.people import Suggestion
from channelhub.store.database import Row, Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("suggestions")


async def save(session: Session, suggestions: Sequence[Suggestion]) -> None:
    await session.run_many(
        _sql.save,
        [
            {
                "id": one.id,
                "left_id": one.left_id,
                "right_id": one.right_id,
                "reason": one.reason,
                "score": one.score,
                "at_us": one.at_us,
            }
            for one in suggestions
        ],
    )


async def open_of(session: Session, ids: Iterable[int]) -> list[Suggestion]:
    return [_suggestion(row) for row in await session.all(_sql.open_of, ids=sorted(set(ids)))]


async def rejected_of(session: Session, ids: Iterable[int]) -> set[tuple[int, int]]:
    """Pairs of identities that a person said are two people, the latest of them."""
    rows = await session.all(_sql.rejected_of, ids=sorted(set(ids)))
    return {(row["left_id"], row["right_id"]) for row in rows}


async def claims_of(session: Session, identity_id: int) -> list[Suggestion]:
    """What was claimed together with one identity and isn't rejected, also of addresses that suggest nobody."""
    return [_suggestion(row) for row in await session.all(_sql.claims_of, identity_id=identity_id)]


async def get(session: Session, suggestion_id: int) -> Suggestion | None:
    row = await session.one(_sql.get, id=suggestion_id)
    return None if row is None else _suggestion(row)


async def settle(session: Session, suggestion_id: int, *, state: str, actor: str, settled_us: int | None) -> None:
    await session.run(_sql.settle, id=suggestion_id, state=state, actor=actor, settled_us=settled_us)


async def shared_among(session: Session, ids: Iterable[int]) -> set[int]:
    """Which of some addresses are known to be typed by many."""
    return {row["identity_id"] for row in await session.all(_sql.shared_among, ids=sorted(set(ids)))}


async def claimed_neighbours(session: Session, ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """With how many identities of each kind some were claimed. It reads all of them: not for what is shared."""
    found: dict[int, dict[str, int]] = {}
    for row in await session.all(_sql.claimed_neighbours, ids=sorted(set(ids))):
        found.setdefault(row["own"], {})[row["kind"]] = row["neighbours"]
    return found


async def save_shared(session: Session, ids: Iterable[int]) -> None:
    """Remember addresses as typed by many, and close what they suggest."""
    fresh = sorted(set(ids))
    await session.run_many(_sql.save_shared, [{"identity_id": one} for one in fresh])
    await session.run(_sql.close_of, ids=fresh)


async def close(session: Session, suggestion_ids: Iterable[int]) -> None:
    """Those of them that are open suggest nobody: an end is shared."""
    await session.run(_sql.close_some, ids=sorted(set(suggestion_ids)))


async def reject_between(
    session: Session, suggestion_id: int, left_id: int, right_id: int, *, actor: str, at_us: int
) -> None:
    """A pair that was taken apart is not suggested again."""
    await session.run(
        _sql.reject_between, id=suggestion_id, left_id=left_id, right_id=right_id, at_us=at_us, actor=actor
    )


def _suggestion(row: Row) -> Suggestion:
    return Suggestion(
        id=row["id"],
        left_id=row["left_id"],
        right_id=row["right_id"],
        reason=row["reason"],
        score=row["score"],
        at_us=row["at_us"],
        state=row["state"],
        settled_us=row["settled_us"],
    )
