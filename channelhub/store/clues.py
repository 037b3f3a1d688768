"""What messages gave away of their writers, and who gave the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from channelhub.domain.people import KNOWING, Identity
from channelhub.rules.clues import TOO_MANY, TOO_MANY_GIVEN, TOO_MANY_NAMED, ClueKind, address_key, name_key
from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("clues")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """One thing that an identity has in common with another; since when both gave it, microseconds UTC."""

    own_id: int
    other_id: int
    kind: ClueKind
    value_key: int
    at_us: int


async def keep(session: Session, given: Mapping[tuple[int, ClueKind, int], int]) -> None:
    """Remember what identities gave: (identity, kind, key) and when. Again it costs no write."""
    await session.run_many(
        _sql.keep,
        [
            {"identity_id": identity_id, "kind": str(kind), "value_key": key, "at_us": at_us}
            for (identity_id, kind, key), at_us in sorted(given.items())
        ],
    )


async def keep_own(session: Session, identities: Sequence[Identity]) -> None:
    """Remember how mail addresses begin, and what known customers are called."""
    found: dict[tuple[int, ClueKind, int], int] = {}
    for one in identities:
        if one.key.kind == "email" and (key := address_key(one.key.value)) is not None:
            found[one.id, ClueKind.ADDRESS, key] = one.first_us
        if one.evidence in KNOWING and (key := name_key(one.name)) is not None:
            found[one.id, ClueKind.NAME, key] = one.name_us
    await keep(session, found)


async def namesakes(session: Session, name: str, *, limit: int) -> list[int]:
    """Ids of identities that known customers of this name have, or had when they were called so."""
    key = name_key(name)
    if key is None:
        return []
    return [row["identity_id"] for row in await session.all(_sql.namesakes, value_key=key, limit=limit)]


async def shared_with(session: Session, ids: Iterable[int]) -> list[Shared]:
    """What some identities have in common with others, the first given first. What too many gave counts for nothing,
    nor does what somebody gave who gave too much."""
    own = set(ids) - await busy(session, ids)
    found: set[Shared] = set()
    for query in (_sql.in_common, _sql.named_by, _sql.naming):
        for row in await session.all(query, ids=sorted(own), too_many=TOO_MANY):
            found.add(
                Shared(
                    own_id=row["own_id"],
                    other_id=row["other_id"],
                    kind=ClueKind(row["kind"]),
                    value_key=row["value_key"],
                    at_us=row["at_us"],
                )
            )
    if not found:
        return []
    crowd = await busy(session, {one.other_id for one in found})
    return sorted(
        (one for one in found if one.other_id not in crowd), key=lambda one: (one.at_us, one.own_id, one.other_id)
    )


async def busy(session: Session, ids: Iterable[int]) -> set[int]:
    """Which of some identities gave too much to be one person's."""
    rows = await session.all(_sql.busy, ids=sorted(set(ids)), too_many=TOO_MANY_GIVEN, too_many_named=TOO_MANY_NAMED)
    return {row["id"] for row in rows}
