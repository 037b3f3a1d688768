"""What the card's stage has still to read, and what it learned of each identity's habits."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from channelhub.domain.times import from_us
from channelhub.rules.habits import Tally, hour_of_week
from channelhub.store.database import Row, Session, Value
from channelhub.store.jsontext import as_json
from channelhub.store.sqlfile import Queries

_sql = Queries.of("learning")
SAMPLE = 300  # of an identity's newest entries: what is older says nothing of their habits
_counts = msgspec.json.Decoder(dict[str, int])
_UNHEARD = frozenset({"failed", "withdrawn"})  # of ours: they never reached anybody
_NO_PERSON = frozenset({"automatic", "spam", "returned"})


async def queue(session: Session, message_ids: Iterable[int]) -> None:
    """Have messages read that were written or changed in this transaction, or are gone."""
    await session.run_many(_sql.queue, [{"message_id": one} for one in sorted(set(message_ids))])


async def waiting(session: Session, *, limit: int) -> dict[int, int]:
    """The newest messages to read, each with how often it was asked for."""
    return {row["message_id"]: row["times"] for row in await session.all(_sql.waiting, limit=limit)}


async def done(session: Session, read: Iterable[tuple[int, int]]) -> None:
    """Take messages off the queue, unless they were asked for again since."""
    await session.run_many(_sql.done, [{"message_id": one, "times": times} for one, times in read])


async def learn_habits(session: Session, identity_ids: Iterable[int]) -> None:
    """Work out the habits of identities anew from their newest entries."""
    rows: list[Mapping[str, Value]] = []
    for identity_id in sorted(set(identity_ids)):
        found = _tally(await session.all(_sql.newest, identity_id=identity_id, limit=SAMPLE))
        rows.append(
            {
                "identity_id": identity_id,
                "channels": as_json(found.channels),
                "hours": as_json({str(hour): count for hour, count in found.hours.items()}),
                "wrote_us": found.wrote_us,
                "spoke_us": found.spoke_us,
            }
        )
    await session.run_many(_sql.save_habits, rows)


async def habits_of(session: Session, identity_ids: Iterable[int]) -> list[Tally]:
    """Those of identities of which anything is known."""
    return [
        Tally(
            channels=_counts.decode(row["channels"]),
            hours={int(hour): count for hour, count in _counts.decode(row["hours"]).items()},
            wrote_us=row["wrote_us"],
            spoke_us=row["spoke_us"],
        )
        for row in await session.all(_sql.habits_of, ids=sorted(set(identity_ids)))
    ]


def _tally(rows: Sequence[Row]) -> Tally:
    """Messages and calls count that a person wrote or made."""
    channels, hours = Counter[str](), Counter[int]()
    wrote_us: int | None = None
    spoke_us: int | None = None
    for row in rows:
        if row["type"] not in ("message", "call") or not _NO_PERSON.isdisjoint(row["flags"].split()):
            continue
        if row["direction"] == "in":
            wrote_us = row["at_us"] if wrote_us is None else wrote_us
            channels[row["channel"]] += 1
            hours[hour_of_week(from_us(row["at_us"]))] += 1
        elif row["state"] not in _UNHEARD:
            spoke_us = row["at_us"] if spoke_us is None else spoke_us
    return Tally(channels=channels, hours=hours, wrote_us=wrote_us, spoke_us=spoke_us)
