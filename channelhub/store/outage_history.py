"""The hub's own history as outage detection saw it, and what people made of the outages."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from channelhub.domain.outages import OutageState
from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("outage_history")
_PAGE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class PastReport:
    """`report` is JSON of rules.outage.report.Report."""

    message_id: int
    report: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOutage:
    """`is_vouched`: a person confirmed it, or said that it was over, which it can't be without having been."""

    id: int
    state: OutageState
    merged_into: int | None
    is_vouched: bool


async def count(session: Session) -> int:
    """How many reports there are."""
    row = await session.one(_sql.count_reports)
    return int(row["reports"]) if row else 0


async def reports(session: Session) -> AsyncIterator[PastReport]:
    """All of them, in the order they were grouped."""
    seq = 0
    while rows := await session.all(_sql.reports_after, seq=seq, limit=_PAGE):
        for row in rows:
            yield PastReport(message_id=row["message_id"], report=row["report"])
        seq = rows[-1]["seq"]


async def outages(session: Session) -> list[PastOutage]:
    """All there ever were."""
    found: list[PastOutage] = []
    while rows := await session.all(_sql.outages_after, id=found[-1].id if found else 0, limit=_PAGE):
        found += [
            PastOutage(
                id=row["id"],
                state=OutageState(row["state"]),
                merged_into=row["merged_into"],
                is_vouched=bool(row["is_vouched"]),
            )
            for row in rows
        ]
    return found


async def members(session: Session) -> dict[int, list[int]]:
    """Message id → the outages that it is a report of; more than one where they were merged."""
    found: dict[int, list[int]] = {}
    outage_id = message_id = 0
    while rows := await session.all(_sql.members_after, outage_id=outage_id, message_id=message_id, limit=_PAGE):
        for row in rows:
            found.setdefault(row["message_id"], []).append(row["outage_id"])
        outage_id, message_id = rows[-1]["outage_id"], rows[-1]["message_id"]
    return found
