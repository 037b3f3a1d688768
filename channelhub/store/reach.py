"""Which addresses an account may not write to, because their owners blocked it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("reach")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What was said last of an account and an address. `place` orders what was said at one moment."""

    identity_id: int
    account: str
    is_reachable: bool
    at_us: int
    place: int = 0


@dataclass(slots=True)
class Reaches:
    """What a batch says of whom we can write to, and which addresses and accounts it finds apart."""

    lost: set[tuple[int, str]] = field(default_factory=set)
    new: list[Reach] = field(default_factory=list)


async def save(session: Session, told: Sequence[Reach]) -> None:
    """Keep what is later than what is known."""
    await session.run_many(
        _sql.save,
        [
            {
                "identity_id": one.identity_id,
                "account": one.account,
                "is_reachable": int(one.is_reachable),
                "at_us": one.at_us,
                "place": one.place,
            }
            for one in told
        ],
    )


async def lost(session: Session, identity_ids: Iterable[int]) -> list[Reach]:
    """Of some addresses, the accounts that may not write to them."""
    return [
        Reach(
            identity_id=row["identity_id"],
            account=row["account"],
            is_reachable=bool(row["is_reachable"]),
            at_us=row["at_us"],
            place=row["place"],
        )
        for row in await session.all(_sql.lost, identity_ids=sorted(set(identity_ids)))
    ]
