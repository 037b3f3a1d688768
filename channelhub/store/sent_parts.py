"""How channels call the messages that an answer became, where they are several."""

from collections.abc import Iterable

from channelhub.domain.outbound import SentParts
from channelhub.store.database import Session
from channelhub.store.outbox import OutboxItem, SentName
from channelhub.store.sqlfile import Queries

_sql = Queries.of("sent_parts")
MOST_KEPT = 100  # of one answer; reports on further ones find nothing


async def save(session: Session, item: OutboxItem, parts: SentParts | None) -> None:
    """Keep what an item became this time; None: one message, or none. Names of an earlier time go."""
    await session.run(_sql.clear, message_id=item.message_id)
    await session.run_many(
        _sql.add,
        [
            {
                "message_id": item.message_id,
                "number": number,
                "of_number": parts.total,
                "account": item.account,
                "identity_id": item.identity_id,
                "external_ref": name,
            }
            for number, name in enumerate(parts.names[:MOST_KEPT], start=1)
        ]
        if parts
        else [],
    )


async def of_messages(session: Session, message_ids: Iterable[int]) -> dict[int, SentParts]:
    """The parts of those of some messages of ours that have several."""
    names: dict[int, list[str]] = {}
    totals: dict[int, int] = {}
    for row in await session.all(_sql.of_messages, message_ids=sorted(set(message_ids))):
        names.setdefault(row["message_id"], []).append(row["external_ref"])
        totals[row["message_id"]] = row["of_number"]
    return {number: SentParts(names=tuple(found), total=totals[number]) for number, found in names.items()}


async def called(session: Session, names: Iterable[SentName]) -> dict[SentName, int]:
    """The message ids of answers that have parts of these names."""
    asked = set(names)
    rows = await session.all(
        _sql.called,
        identity_ids=sorted({one.identity_id for one in asked}),
        external_refs=sorted({one.external_ref for one in asked}),
    )
    found = {
        SentName(account=row["account"], identity_id=row["identity_id"], external_ref=row["external_ref"]): row[
            "message_id"
        ]
        for row in rows
    }
    return {name: message_id for name, message_id in found.items() if name in asked}
