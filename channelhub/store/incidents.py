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


async def page(session: Session, *, before: int, limit: int, state: IncidentState | None = None) -> list[Incident]:
    if state is None:
        rows = await session.all(_sql.page, before=before, limit=limit)
    else:
        rows = await session.all(_sql.page_in_state, state=str(state), before=before, limit=limit)
    return [_incident(row) for row in rows]


async def last_number(session: Session) -> int:
    row = await session.one(_sql.last_number)
    return 0 if row is None else int(row["number"])


async def open_count(session: Session) -> int:
    row = await session.one(_sql.open_count)
    return 0 if row is None else int(row["open"])


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
    )
