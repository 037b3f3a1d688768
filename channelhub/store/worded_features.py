"""Features of messages beside the beginning of their words: what similar messages are found by."""

from dataclasses import dataclass

from channelhub.store.database import Row, Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("outages")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordedFeatures:
    """Features beside the first 400 characters they were made of."""

    seq: int
    message_id: int
    report: str
    text: str


async def after(session: Session, seq: int, *, limit: int) -> list[WordedFeatures]:
    return [_worded(row) for row in await session.all(_sql.worded_after, seq=seq, limit=limit)]


async def of_message(session: Session, message_id: int) -> WordedFeatures | None:
    row = await session.one(_sql.worded, message_id=message_id)
    return None if row is None else _worded(row)


def _worded(row: Row) -> WordedFeatures:
    return WordedFeatures(seq=row["seq"], message_id=row["message_id"], report=row["report"], text=row["text"])
