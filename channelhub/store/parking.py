"""Deliveries that couldn't be read: kept aside with the reason until somebody retries them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from channelhub.domain.times import from_us, to_us
from channelhub.store import inbox
from channelhub.store.database import Row, Session
from channelhub.store.jsontext import as_json
from channelhub.store.sqlfile import Queries

_sql = Queries.of("parking")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A delivery that couldn't be read."""

    inbox_id: int
    account: str
    delivery_id: str
    message_ref: str
    reason: str
    detail: str
    salvage: dict[str, str]
    attempts: int
    parked_at: datetime
    size: int


async def park(
    session: Session, inbox_id: int, *, account: str, reason: str, detail: str, salvage: dict[str, str], at: datetime
) -> None:
    """Keep a delivery aside with its reason; the pipeline stops asking for it until it is retried."""
    await session.run(
        _sql.park,
        inbox_id=inbox_id,
        account=account,
        reason=reason,
        detail=detail[:2000],
        salvage=as_json(salvage),
        attempts=1,
        parked_us=to_us(at),
    )
    await inbox.mark_done(session, [inbox_id])


async def retry(session: Session, inbox_id: int) -> None:
    """Give a parked delivery to the pipeline again. It stays listed until it is read."""
    await session.run(_sql.requeue, inbox_id=inbox_id)


async def unpark(session: Session, inbox_ids: Sequence[int]) -> None:
    await session.run(_sql.unpark, inbox_ids=list(inbox_ids))


async def page(session: Session, *, after: int, limit: int) -> list[Parked]:
    return [_parked(row) for row in await session.all(_sql.page, after=after, limit=limit)]


async def one(session: Session, inbox_id: int) -> Parked | None:
    row = await session.one(_sql.one, inbox_id=inbox_id)
    return None if row is None else _parked(row)


async def count(session: Session) -> int:
    row = await session.one(_sql.count)
    return 0 if row is None else int(row["parked"])


def _parked(row: Row) -> Parked:
    return Parked(
        inbox_id=row["inbox_id"],
        account=row["account"],
        delivery_id=row["delivery_id"],
        message_ref=row["message_ref"],
        reason=row["reason"],
        detail=row["detail"],
        salvage=json.loads(row["salvage"]),
        attempts=row["attempts"],
        parked_at=from_us(row["parked_us"]),
        size=row["size"],
    )
