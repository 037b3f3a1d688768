"""What monitoring systems said: one record for each time that one of their alerts fired."""

import json
from collections.abc import Iterable, Sequence

from channelhub.rules.monitoring import FiredAlert
from channelhub.store.database import Row, Session
from channelhub.store.jsontext import as_json
from channelhub.store.sqlfile import Queries

_sql = Queries.of("monitoring")
LOOKED_BACK_US = 30 * 24 * 3600 * 1_000_000
MOST = 1000


async def newest_of(session: Session, keys: Iterable[str], *, now_us: int) -> list[FiredAlert]:
    """The records of these alerts, of any account, that a new notice may be about: of 30 days, and all that fire."""
    rows = await session.all(
        _sql.newest_of_keys, keys=sorted(set(keys)), since_us=now_us - LOOKED_BACK_US, limit=10 * MOST
    )
    return [_alert(row) for row in rows]


async def save(session: Session, alerts: Sequence[FiredAlert]) -> None:
    """New ones, and what changed of known ones: words and times."""
    await session.run_many(
        _sql.save,
        [
            {
                "id": one.id,
                "account": one.account,
                "alert_key": one.key,
                "name": one.name,
                "severity": one.severity,
                "summary": one.summary,
                "labels": as_json(one.labels),
                "url": one.url,
                "started_us": one.started_us,
                "ended_us": one.ended_us,
            }
            for one in alerts
        ],
    )


async def firing_between(session: Session, since_us: int, until_us: int, *, limit: int = MOST) -> list[FiredAlert]:
    """Every alert that fired at some moment between two times, the newest first; at most `limit` of each sort:
    begun in that time, ended in it, still firing."""
    found = await session.all(_sql.started_between, since_us=since_us, until_us=until_us, limit=limit)
    found += await session.all(_sql.ended_since, since_us=since_us, limit=limit)
    found += await session.all(_sql.firing_before, since_us=since_us, limit=limit)
    return [_alert(row) for row in found]


async def page(session: Session, *, before: int, limit: int) -> list[FiredAlert]:
    """The newest first, older than the id `before`."""
    return [_alert(row) for row in await session.all(_sql.page, before=before, limit=limit)]


def _alert(row: Row) -> FiredAlert:
    return FiredAlert(
        id=row["id"],
        account=row["account"],
        key=row["alert_key"],
        name=row["name"],
        severity=row["severity"],
        summary=row["summary"],
        labels=json.loads(row["labels"]),
        url=row["url"],
        started_us=row["started_us"],
        ended_us=row["ended_us"],
    )
