"""A few facts about the hub itself, and the writing of what people did (`store/audit.py` reads it)."""

from channelhub.store.database import Session
from channelhub.store.jsontext import as_json
from channelhub.store.sqlfile import Queries

_sql = Queries.of("hub")
WEBHOOKS_READ_UNTIL = "webhooks_read_until"  # the last event that webhook deliveries were written of
PEOPLE_INDEXED_UNTIL = "people_indexed_until"  # how far the index of people was made, and by which edition
MESSAGES_INDEXED_UNTIL = "messages_indexed_until"  # the same of messages, which are indexed from the newest down
MESSAGES_KEPT = "messages_kept"  # for how long, and since when these rules stand
SENDING_PAUSED = "sending_paused"  # set by restore, removed by resume-sending


async def fact(session: Session, name: str) -> str | None:
    row = await session.one(_sql.fact, name=name)
    return None if row is None else str(row["value"])


async def set_fact(session: Session, name: str, value: str) -> None:
    await session.run(_sql.set_fact, name=name, value=value)


async def remove_fact(session: Session, name: str) -> None:
    await session.run(_sql.remove_fact, name=name)


async def probe(session: Session) -> None:
    """The shortest statement there is: it fails when the database can't be used."""
    await session.one(_sql.probe)


async def record(
    session: Session, *, at_us: int, actor: str, action: str, target: str, detail: dict[str, str] | None = None
) -> None:
    """Write who did what, in the transaction that does it. Never message text."""
    await session.run(_sql.record, at_us=at_us, actor=actor, action=action, target=target, detail=as_json(detail or {}))
