"""Counts over the whole of an outage, for its record."""

from dataclasses import dataclass

from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("postmortem")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many reports, of how many customers, have this channel or language."""

    value: str
    messages: int
    customers: int


async def by_channel(session: Session, outage_id: int) -> list[Tally]:
    rows = await session.all(_sql.by_channel, outage_id=outage_id)
    return [Tally(value=row["value"], messages=row["messages"], customers=row["customers"]) for row in rows]


async def by_language(session: Session, outage_id: int) -> list[Tally]:
    rows = await session.all(_sql.by_language, outage_id=outage_id)
    return [Tally(value=row["value"], messages=row["messages"], customers=row["customers"]) for row in rows]


async def told(session: Session, outage_id: int) -> int:
    """Customers who were told, as far as their channels say."""
    row = await session.one(_sql.told, outage_id=outage_id)
    return 0 if row is None else int(row["customers"])


async def first_decided(session: Session, outage_id: int, decision: str) -> int | None:
    """When something was first decided, microseconds UTC; None when never."""
    row = await session.one(_sql.first_decided, outage_id=outage_id, decision=decision)
    return None if row is None or row["at_us"] is None else int(row["at_us"])
