"""Bursts that may become outages: what detection is watching in silence."""

import json
from collections.abc import Sequence

from channelhub.rules.outage.emerging import Emerging
from channelhub.store.database import Session
from channelhub.store.jsontext import as_json
from channelhub.store.sqlfile import Queries

_sql = Queries.of("emerging")


async def replace_all(session: Session, bursts: Sequence[Emerging]) -> None:
    """These are all there are now, strongest first."""
    await session.run(_sql.clear)
    await session.run_many(
        _sql.add,
        [
            {
                "position": position,
                "first_us": one.first_us,
                "last_us": one.last_us,
                "customers": one.customers,
                "score": one.score,
                "needed": one.needed,
                "terms": as_json(one.terms),
                "messages": as_json(one.messages),
            }
            for position, one in enumerate(bursts)
        ],
    )


async def since(session: Session, since_us: int) -> list[Emerging]:
    """Those that were still reported at or after a time, strongest first."""
    return [
        Emerging(
            first_us=row["first_us"],
            last_us=row["last_us"],
            customers=row["customers"],
            score=row["score"],
            needed=row["needed"],
            terms=tuple(json.loads(row["terms"])),
            messages=tuple(json.loads(row["messages"])),
        )
        for row in await session.all(_sql.since, since_us=since_us)
    ]
