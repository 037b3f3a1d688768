"""What the other side reported of messages that we sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from channelhub.domain.outbound import OutboxState
from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("delivery_reports")
MOST_KEPT = 50  # of one message


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """One report. `detail` is in the words of the other side."""

    key: str
    message_id: int
    inbox_id: int
    status: OutboxState
    is_permanent: bool
    recipient: str
    detail: str
    at_us: int
    part: str = ""  # which of the messages that ours became, as the channel calls it


async def known_keys(session: Session, keys: Iterable[str]) -> set[str]:
    return {row["report_key"] for row in await session.all(_sql.known_keys, keys=sorted(set(keys)))}


async def count_of(session: Session, message_ids: Iterable[int]) -> dict[int, int]:
    """How many reports there are on each of some messages."""
    rows = await session.all(_sql.count_of, message_ids=sorted(set(message_ids)))
    return {row["message_id"]: row["reports"] for row in rows}


async def add(session: Session, reports: Sequence[DeliveryReport]) -> None:
    await session.run_many(
        _sql.add,
        [
            {
                "report_key": one.key,
                "message_id": one.message_id,
                "inbox_id": one.inbox_id,
                "status": str(one.status),
                "is_permanent": int(one.is_permanent),
                "recipient": one.recipient,
                "detail": one.detail,
                "part": one.part,
                "at_us": one.at_us,
            }
            for one in reports
        ],
    )


async def on_parts(session: Session, message_ids: Iterable[int]) -> dict[int, list[tuple[str, OutboxState]]]:
    """What was reported of parts of some messages: of which, and what."""
    found: dict[int, list[tuple[str, OutboxState]]] = {}
    for row in await session.all(_sql.on_parts, message_ids=sorted(set(message_ids))):
        found.setdefault(row["message_id"], []).append((row["part"], OutboxState(row["status"])))
    return found


async def of_message(
    session: Session, message_id: int, *, since_us: int = 0, most: int = MOST_KEPT
) -> list[DeliveryReport]:
    """The newest reports on a message since a moment, the newest first."""
    rows = await session.all(_sql.of_message, message_id=message_id, since_us=since_us, limit=most)
    return [
        DeliveryReport(
            key=row["report_key"],
            message_id=row["message_id"],
            inbox_id=row["inbox_id"],
            status=OutboxState(row["status"]),
            is_permanent=bool(row["is_permanent"]),
            recipient=row["recipient"],
            detail=row["detail"],
            part=row["part"],
            at_us=row["at_us"],
        )
        for row in rows
    ]
