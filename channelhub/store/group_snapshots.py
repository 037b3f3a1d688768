"""The snapshot of outage detection: a core written anew each time, and blocks of votes that are written once."""

from collections.abc import Sequence
from dataclasses import dataclass

from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("outages")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVotes:
    """The votes with the numbers `first` to `last`, packed."""

    first: int
    last: int
    votes: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSnapshot:
    """`votes` are those that no earlier snapshot has; the ones before `living_from` are needed no more."""

    core: bytes
    votes: Sequence[StoredVotes]
    living_from: int
    written_from: int


async def save(session: Session, snapshot: StoredSnapshot, *, seq: int, at_us: int) -> None:
    """Replace the snapshot by one as of `seq`."""
    await session.run(_sql.forget_votes, living_from=snapshot.living_from, written_from=snapshot.written_from)
    await session.run_many(
        _sql.add_votes, [{"first": one.first, "last": one.last, "votes": one.votes} for one in snapshot.votes]
    )
    await session.run(_sql.save_snapshot, snapshot=snapshot.core, snapshot_seq=seq, snapshot_us=at_us)


async def votes(session: Session) -> list[StoredVotes]:
    """All that are kept, oldest first."""
    return [
        StoredVotes(first=row["first"], last=row["last"], votes=row["votes"])
        for row in await session.all(_sql.living_votes)
    ]
