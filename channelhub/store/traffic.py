"""How many messages with a vote came in each minute."""

from collections.abc import Mapping

from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("traffic")


async def add(session: Session, messages: Mapping[int, int]) -> None:
    """Count messages in, by when their minute began. Belongs into the commit that moves grouping's checkpoint, which
    counts each of them once."""
    await session.run_many(
        _sql.add, [{"minute_us": minute_us, "messages": count} for minute_us, count in sorted(messages.items())]
    )


async def between(session: Session, since_us: int, until_us: int, *, limit: int = 20_000) -> dict[int, int]:
    """The messages of each minute that began within the time and had any."""
    rows = await session.all(_sql.between, since_us=since_us, until_us=until_us, limit=limit)
    return {row["minute_us"]: row["messages"] for row in rows}


async def since(session: Session, since_us: int) -> int:
    """How many messages with a vote came in since a moment."""
    row = await session.one(_sql.since, since_us=since_us)
    return 0 if row is None else int(row["messages"])
