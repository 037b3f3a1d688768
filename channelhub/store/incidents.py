"""Registered contacts and their states."""

import json
from collections.abc import Iterable, Sequence

from channelhub.domain.incidents import IncidentState, Priority
from channelhub.rules.incident import Incident
from channelhub.store.database import Row, Session
from channelhub.store.jsontext import as_json
from channelhub.store.sqlfile import Queries

_sql = Queries.of("incidents")


async def open_of(session: Session, identity_ids: Iterable[int]) -> list[Incident]:
    """The open incidents of some identities, the newest first."""
    rows = await session.all(_sql.open_of_identities, ids=sorted(set(identity_ids)))
    return [_incident(row) for row in rows]


async def get(session: Session, incident_id: int) -> Incident | None:
    row = await session.one(_sql.by_id, id=incident_id)
    return None if row is None else _incident(row)


async def get_many(session: Session, ids: Iterable[int]) -> dict[int, Incident]:
    return {row["id"]: _incident(row) for row in await session.all(_sql.by_ids, ids=sorted(set(ids)))}


async def due(session: Session, *, now_us: int, limit: int) -> list[Incident]:
    """Those snoozed until a time that has come."""
    return [_incident(row) for row in await session.all(_sql.due, now_us=now_us, limit=limit)]


async def next_due_us(session: Session) -> int | None:
    """When the next snooze is over; None where none has an end."""
    row = await session.one(_sql.next_due)
    return None if row is None else row["until_us"]


async def last_number(session: Session) -> int:
    row = await session.one(_sql.last_number)
    return 0 if row is None else int(row["number"])


async def save(session: Session, changed: Sequence[Incident]) -> None:
    await session.run_many(
        _sql.save,
        [
            {
                "id": one.id,
                "number": one.number,
                "identity_id": one.identity_id,
                "conversation_id": one.conversation_id,
                "state": str(one.state),
                "version": one.version,
                "priority": str(one.priority),
                "priority_reasons": as_json(one.priority_reasons),
                "service": one.service,
                "subject": one.subject,
                "language": one.language,
                "terms": as_json(one.terms),
                "order_id": one.order_id,
                "assignee": one.assignee,
                "opened_us": one.opened_us,
                "changed_us": one.changed_us,
                "state_times": as_json(one.state_times),
                "account": one.account,
                "channel": one.channel,
                "is_snoozed": int(one.is_snoozed),
                "snoozed_until_us": one.snoozed_until_us,
            }
            for one in changed
        ],
    )


def _incident(row: Row) -> Incident:
    return Incident(
        id=row["id"],
        number=row["number"],
        identity_id=row["identity_id"],
        conversation_id=row["conversation_id"],
        state=IncidentState(row["state"]),
        version=row["version"],
        priority=Priority(row["priority"]),
        priority_reasons=tuple(json.loads(row["priority_reasons"])),
        service=row["service"],
        subject=row["subject"],
        language=row["language"],
        terms=tuple(json.loads(row["terms"])),
        order_id=row["order_id"],
        assignee=row["assignee"],
        opened_us=row["opened_us"],
        changed_us=row["changed_us"],
        state_times=json.loads(row["state_times"]),
        account=row["account"],
        channel=row["channel"],
        is_snoozed=bool(row["is_snoozed"]),
        snoozed_until_us=row["snoozed_until_us"],
    )
