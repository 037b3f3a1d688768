"""How far each target that is told of events has come, and what of it waits to be summed up."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from channelhub.rules.event_alerts.pacing import Pacing
from channelhub.store.database import Session
from channelhub.store.jsontext import as_json
from channelhub.store.sqlfile import Queries

_sql = Queries.of("alerts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A target's place: `read_until` is the last event that it was told of, that waits, or that isn't for it."""

    read_until: int
    pacing: Pacing = field(default_factory=Pacing)


async def all_of_them(session: Session) -> dict[str, Reader]:
    """Every target's place, by its name."""
    return {
        row["target"]: Reader(
            read_until=row["read_until"],
            pacing=Pacing(
                window_us=row["window_us"],
                told=row["told"],
                held=json.loads(row["held"]),
                held_first_us=row["held_first_us"],
                held_last_us=row["held_last_us"],
            ),
        )
        for row in await session.all(_sql.readers)
    }


async def save(session: Session, readers: Mapping[str, Reader]) -> None:
    """Write places, in the transaction that writes what they have come to."""
    for name, one in readers.items():
        await session.run(
            _sql.save_reader,
            target=name,
            read_until=one.read_until,
            window_us=one.pacing.window_us,
            told=one.pacing.told,
            held=as_json(dict(one.pacing.held)),
            held_first_us=one.pacing.held_first_us,
            held_last_us=one.pacing.held_last_us,
        )


async def remove(session: Session, targets: Collection[str]) -> None:
    """Forget targets that there are no more."""
    await session.run(_sql.remove_readers, targets=sorted(targets))


async def waiting(session: Session) -> dict[str, int]:
    """How many messages about events each target was not told yet."""
    return {row["target"]: row["messages"] for row in await session.all(_sql.waiting_events)}
