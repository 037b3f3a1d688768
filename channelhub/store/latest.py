"""What the pages show across customers: the newest messages, and the course of an outage."""

from dataclasses import dataclass
from datetime import datetime

from channelhub.domain.people import Evidence
from channelhub.domain.times import from_us
from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("latest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """One line of the inbox page."""

    id: int
    type: str
    channel: str
    account: str
    direction: str
    at: datetime
    subject: str
    preview: str
    is_verified: bool
    customer_id: int
    name: str
    state: str
    flags: tuple[str, ...]


async def page(session: Session, *, before: int, limit: int) -> list[Latest]:
    """The newest messages with an id below `before`, the newest first."""
    return [
        Latest(
            id=row["id"],
            type=row["type"],
            channel=row["channel"],
            account=row["account"],
            direction=row["direction"],
            at=from_us(row["at_us"]),
            subject=row["subject"],
            preview=row["preview"],
            is_verified=Evidence(row["evidence"]).is_verified,
            customer_id=row["customer_id"],
            name=row["name"] or row["shown"],
            state=row["state"],
            flags=tuple(row["flags"].split()),
        )
        for row in await session.all(_sql.page, before=before, limit=limit)
    ]


async def report_times_us(session: Session, outage_id: int, *, limit: int = 20_000) -> list[int]:
    """When the reports of an outage came, the oldest first."""
    return [row["at_us"] for row in await session.all(_sql.reports_by_time, outage_id=outage_id, limit=limit)]
