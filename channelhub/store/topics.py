"""What the topics report reads: customers' messages by their stored features, page by page."""

from collections.abc import Iterable
from dataclasses import dataclass

from channelhub.store.database import Row, Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("topics")
NEWEST_SEQ = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Featured:
    """`report` is JSON of rules.outage.report.Report; `customer_id` is whose the message is today."""

    seq: int
    message_id: int
    report: str
    received_us: int
    is_deleted: bool
    customer_id: int


async def older(session: Session, seq: int, *, limit: int, one_in: int = 1) -> list[Featured]:
    """The rows before `seq`, the newest first: those of customers whose ids `one_in` divides."""
    return [_featured(row) for row in await session.all(_sql.older, seq=seq, limit=limit, one_in=one_in)]


async def newer(session: Session, seq: int, *, limit: int, one_in: int = 1) -> list[Featured]:
    """The rows after `seq`, the oldest first: those of customers whose ids `one_in` divides."""
    return [_featured(row) for row in await session.all(_sql.newer, seq=seq, limit=limit, one_in=one_in)]


async def in_outages(session: Session, message_ids: Iterable[int]) -> set[int]:
    """Those of some messages that are in an outage which nobody dismissed."""
    rows = await session.all(_sql.in_outages, message_ids=sorted(set(message_ids)))
    return {row["message_id"] for row in rows}


def _featured(row: Row) -> Featured:
    return Featured(
        seq=row["seq"],
        message_id=row["message_id"],
        report=row["report"],
        received_us=row["received_us"],
        is_deleted=row["deleted_us"] is not None,
        customer_id=row["customer_id"],
    )
