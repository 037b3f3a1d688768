"""Forgets what is old, a few rows in one transaction. Each function returns how many went; fewer than `most`: no more.

The newest event and audit line stay whatever their age: SQLite gives the id after it to the next one, and readers
remember ids.
"""

from channelhub.rules.retention import last_to_forget, needed_alerts_from_us
from channelhub.store import events, hub, notices
from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("retention")


async def forget_events(session: Session, *, before_us: int, most: int) -> int:
    """Events that everybody who keeps a place among them has read, and what people were told of events."""
    needed_from = min([await events.newest_id(session), *[read + 1 for read in await _read_until(session)]])
    rows = await session.all(_sql.oldest_events, limit=most)
    oldest = [(row["id"], row["at_us"]) for row in rows]
    until = last_to_forget(oldest, before_us=before_us, needed_from_id=needed_from)
    gone = 0
    if until is not None:
        await session.run(_sql.forget_events, until=until)
        gone = sum(row_id <= until for row_id, _ in oldest)
    told = [row["id"] for row in await session.all(_sql.told_events, before_us=before_us, limit=most - gone)]
    if told:
        await session.run(_sql.forget_told_alerts, ids=told)
    return gone + len(told)


async def _read_until(session: Session) -> list[int]:
    """How far each has come: notices, webhook endpoints where there are any, what is sent again, alert targets."""
    declining = await notices.checkpoint(session)
    listening, redelivered = await session.one(_sql.listening), await session.one(_sql.redelivered)
    found = [] if declining is None else [declining]
    if listening is not None and listening["endpoints"]:
        queued = int(await hub.fact(session, hub.WEBHOOKS_READ_UNTIL) or 0)
        found.append(max(queued, listening["starts_after"]))
    alerted = await session.one(_sql.alert_readers)
    found += [row["until"] for row in (redelivered, alerted) if row is not None and row["until"] is not None]
    return found


async def forget_audit(session: Session, *, before_us: int, most: int) -> int:
    """Lines of who did what."""
    newest = await session.one(_sql.newest_audit_id)
    assert newest is not None
    rows = await session.all(_sql.oldest_audit, limit=most)
    oldest = [(row["id"], row["at_us"]) for row in rows]
    until = last_to_forget(oldest, before_us=before_us, needed_from_id=newest["id"])
    if until is None:
        return 0
    await session.run(_sql.forget_audit, until=until)
    return sum(row_id <= until for row_id, _ in oldest)


async def forget_told_alerts(session: Session, *, before_us: int, most: int) -> int:
    """What targets were told of outages that are over, and tests."""
    ids = [row["id"] for row in await session.all(_sql.told_alerts, before_us=before_us, limit=most)]
    if ids:
        await session.run(_sql.forget_told_alerts, ids=ids)
    return len(ids)


async def forget_monitoring_alerts(session: Session, *, before_us: int, most: int) -> int:
    """Alerts of monitoring that ended before, none that an open outage is compared with.

    One whose end was never said goes when it began before, as long as no outage is open: it may still fire.
    """
    first_open = await session.one(_sql.first_open_outage)
    needed_from_us = needed_alerts_from_us(None if first_open is None else first_open["began_us"])
    ended_before_us = before_us if needed_from_us is None else min(before_us, needed_from_us)
    ids = [row["id"] for row in await session.all(_sql.ended_alerts, before_us=ended_before_us, limit=most)]
    if needed_from_us is None and len(ids) < most:
        rows = await session.all(_sql.unended_alerts, before_us=before_us, limit=most - len(ids))
        ids += [row["id"] for row in rows]
    if ids:
        await session.run(_sql.forget_monitoring_alerts, ids=ids)
    return len(ids)
