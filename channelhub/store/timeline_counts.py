"""How many entries each identity has in each channel, kept in the commit that writes or moves the entries.

Customers have no counts of their own: theirs are the sums over their identities, so a link changes none. Of a database
from before the counts, entries up to a mark are counted; those behind it a stage counts (`pipeline/counting.py`), and
until it has come by, a card counts them itself: what is told is exact at any time.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("timeline_counts")
Place = tuple[int, int, int]  # of an entry: identity, time in microseconds UTC, id
_BEFORE_ALL: Place = (0, 0, 0)  # identities have positive ids
_BEHIND_ALL: Place = ((1 << 63) - 1,) * 3
_LONG_AGO_US = -(1 << 62)
SINCE_SCHEMA = 35


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Of some identities' whole history together; times in microseconds UTC, None without any entry."""

    entries: int
    first_us: int | None
    last_us: int | None
    channels: Mapping[str, int]  # entries of each; those that have no channel, as incidents, stand in `entries` only


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A count that isn't what the timeline holds."""

    identity_id: int
    channel: str
    counted: int
    present: int


async def add(session: Session, channels: Mapping[Place, str]) -> None:
    """Count entries that are about to be written, each by its place; those that are there already count once."""
    if not channels:
        return
    rows = await session.all(_sql.present, ids=sorted({entry_id for _, _, entry_id in channels}))
    present = {(row["identity_id"], row["at_us"], row["id"]) for row in rows}
    through = await counted_through(session)
    await _count(session, [(at, name) for at, name in channels.items() if at not in present and at <= through])


async def take(session: Session, place: Place, channel: str) -> None:
    """Count an entry no longer that was just removed from its place."""
    if place <= await counted_through(session):
        await session.run(_sql.take_one, identity_id=place[0], channel=channel)
        await session.run(_sql.drop_none, identity_id=place[0], channel=channel)


async def of_identities(session: Session, identity_ids: Iterable[int]) -> Counts:
    """The counts of some identities together: a few steps for each, however long their history."""
    ids = sorted(set(identity_ids))
    rows = await session.all(_sql.of_identities, ids=ids)
    counted = Counter({str(row["channel"]): int(row["entries"]) for row in rows})
    through = await counted_through(session)
    ends: list[int] = []
    for one in ids:
        if one >= through[0]:
            at_us, entry_id = through[1:] if one == through[0] else (_LONG_AGO_US, 0)
            rest = await session.all(_sql.uncounted, identity_id=one, at_us=at_us, entry_id=entry_id)
            counted.update({str(row["channel"]): int(row["entries"]) for row in rest})
        end = await session.one(_sql.ends, identity_id=one)
        if end is not None and end["first_us"] is not None:
            ends += [end["first_us"], end["last_us"]]
    return Counts(
        entries=counted.total(),
        first_us=min(ends, default=None),
        last_us=max(ends, default=None),
        channels={name: count for name, count in sorted(counted.items()) if name and count},
    )


async def count_history(session: Session, *, limit: int) -> int:
    """Count the next entries of a history from before the counts, and move the mark behind them; how many they were.

    Fewer than `limit`: all are counted now, and stay so.
    """
    through = await counted_through(session)
    if through == _BEHIND_ALL:
        return 0
    identity_id, at_us, entry_id = through
    rows = await session.all(_sql.following, identity_id=identity_id, at_us=at_us, entry_id=entry_id, limit=limit)
    places = [((row["identity_id"], row["at_us"], row["id"]), str(row["channel"])) for row in rows]
    await _count(session, places)
    await _move(session, places[-1][0] if len(places) == limit else _BEHIND_ALL)
    return len(places)


async def counted_through(session: Session) -> Place:
    """The place of the last entry that the counts hold."""
    row = await session.one(_sql.counted_through)
    return _BEFORE_ALL if row is None else (row["identity_id"], row["at_us"], row["entry_id"])


async def is_complete(session: Session) -> bool:
    """Whether the whole history is counted."""
    return await counted_through(session) == _BEHIND_ALL


async def differing(session: Session, *, limit: int) -> list[Difference]:
    """Counts that aren't what the timeline holds: none, unless something else than the hub wrote. Reads everything."""
    return [
        Difference(
            identity_id=row["identity_id"],
            channel=row["channel"],
            counted=int(row["counted"]),
            present=int(row["present"]),
        )
        for row in await session.all(_sql.differing, limit=limit)
    ]


async def begin_anew(session: Session) -> None:
    """Forget the counts and have the history counted again from its beginning."""
    await session.run(_sql.forget)
    await _move(session, _BEFORE_ALL)


async def _count(session: Session, entries: Sequence[tuple[Place, str]]) -> None:
    counted = Counter((place[0], channel) for place, channel in entries)
    await session.run_many(
        _sql.count,
        [
            {"identity_id": identity_id, "channel": channel, "entries": count}
            for (identity_id, channel), count in sorted(counted.items())
        ],
    )


async def _move(session: Session, place: Place) -> None:
    identity_id, at_us, entry_id = place
    await session.run(_sql.move_through, identity_id=identity_id, at_us=at_us, entry_id=entry_id)
