"""Answers in a chat that nobody read there, and the mails that carry them to who left."""

from collections.abc import Iterable

from channelhub.store import outbox
from channelhub.store.database import Session
from channelhub.store.outbox import OutboxItem
from channelhub.store.sqlfile import Queries

_sql = Queries.of("handovers")


async def unread(session: Session, account: str, *, since_us: int, until_us: int, limit: int) -> list[OutboxItem]:
    """An account's answers of a time that were not read, nor handed over, and whose visitor has an address."""
    rows = await session.all(_sql.unread, account=account, since_us=since_us, until_us=until_us, limit=limit)
    found = [await outbox.get(session, row["id"]) for row in rows]
    return [one for one in found if one is not None]


async def add(
    session: Session, message_ids: Iterable[int], *, mail_id: int | None, reason: str = "", at_us: int
) -> None:
    """Remember that these answers were handed over by a mail, or why they were not."""
    await session.run_many(
        _sql.add,
        [{"message_id": one, "mail_id": mail_id, "reason": reason, "at_us": at_us} for one in sorted(set(message_ids))],
    )
