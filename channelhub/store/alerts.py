"""What targets are to be told about outages and events, and what became of telling it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from channelhub.domain.alerts import (
    SUMMARY,
    AlertAction,
    AlertContent,
    AlertDeliveryState,
    EventAlert,
    EventSummary,
    OutageAlert,
)
from channelhub.store.database import Row, Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("alerts")
_outage = msgspec.json.Decoder(OutageAlert)
_event = msgspec.json.Decoder(EventAlert)
_summary = msgspec.json.Decoder(EventSummary)
MOST_OPEN = 1000
AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDelivery:
    """One thing to tell one target. `key` is the same for all that it is told of one outage.

    `due_us`: the next try; of what is sent, when the target wants to hear it again. `may_have_arrived`: an attempt was
    cut off.
    """

    id: int
    target: str
    key: str
    outage_id: int | None  # None: a test, or about events
    action: AlertAction
    content: AlertContent
    state: AlertDeliveryState
    attempts: int = 0
    may_have_arrived: bool = False
    due_us: int | None = None
    error: str = ""
    external_ref: str = ""
    created_us: int = 0
    changed_us: int = 0

    @property
    def event_type(self) -> str:
        """Of what it tells; empty for an outage."""
        return _type_of(self.content)


async def add(
    session: Session,
    *,
    target: str,
    key: str,
    outage_id: int | None,
    action: AlertAction,
    content: AlertContent,
    at_us: int,
    is_in_order: bool = False,
) -> int:
    """Queue one; its id. What is told in order comes after all such that the target was to be told before."""
    row = await session.one(
        _sql.add,
        target=target,
        alert_key=key,
        outage_id=outage_id,
        event_type=_type_of(content),
        is_in_order=int(is_in_order),
        action=str(action),
        content=msgspec.json.encode(content).decode(),
        state=str(AlertDeliveryState.QUEUED),
        due_us=at_us,
        created_us=at_us,
    )
    assert row is not None
    return int(row["id"])


async def get(session: Session, delivery_id: int) -> AlertDelivery | None:
    row = await session.one(_sql.by_id, id=delivery_id)
    return None if row is None else _delivery(row)


async def page(session: Session, *, before: int, limit: int) -> list[AlertDelivery]:
    """The newest first, older than the id `before`."""
    return [_delivery(row) for row in await session.all(_sql.page, before=before, limit=limit)]


async def of_alert(session: Session, *, target: str, key: str) -> list[AlertDelivery]:
    """Everything that one target is told about one outage, the oldest first."""
    return [_delivery(row) for row in await session.all(_sql.of_alert, target=target, alert_key=key)]


async def newest_of(session: Session, outage_ids: Iterable[int]) -> dict[tuple[str, int], AlertDelivery]:
    """What each target was told last, or is going to be told, by target and outage."""
    rows = await session.all(_sql.newest_of_outages, outage_ids=sorted(set(outage_ids)))
    return {(row["target"], row["outage_id"]): _delivery(row) for row in rows}


async def told_open(session: Session) -> list[int]:
    """Outages that some target was told of and not yet told that they are over."""
    return [row["outage_id"] for row in await session.all(_sql.told_open, limit=MOST_OPEN)]


async def due_targets(session: Session, *, now_us: int) -> list[str]:
    """The targets that something is due for."""
    return [row["target"] for row in await session.all(_sql.due_targets, now_us=now_us)]


async def due(session: Session, target: str, *, now_us: int) -> list[AlertDelivery]:
    """What a target can be told now: nothing that is to be told before it waits. Repetitions come last."""
    rows = await session.all(_sql.heads, target=target, now_us=now_us, limit=AT_ONCE)
    rows += await session.all(_sql.to_refresh, target=target, now_us=now_us, limit=AT_ONCE)
    return [_delivery(row) for row in rows]


async def settle(session: Session, one: AlertDelivery, *, at_us: int) -> None:
    """Write what became of it: state, attempts, next try, error and the receiver's name for it."""
    await session.run(
        _sql.settle,
        id=one.id,
        state=str(one.state),
        attempts=one.attempts,
        may_have_arrived=int(one.may_have_arrived),
        due_us=one.due_us,
        error=one.error[:500],
        external_ref=one.external_ref[:500],
        changed_us=at_us,
    )


async def requeue_interrupted(session: Session, *, now_us: int) -> None:
    """What a process was telling when it ended is told again."""
    await session.run(_sql.interrupted, now_us=now_us)


async def newest_of_target(session: Session, target: str) -> AlertDelivery | None:
    """The last one that was tried."""
    row = await session.one(_sql.newest_of_target, target=target)
    return None if row is None else _delivery(row)


async def channels(session: Session, outage_id: int) -> dict[str, int]:
    """Reports of an outage by channel, the most first."""
    return {row["channel"]: row["messages"] for row in await session.all(_sql.channels, outage_id=outage_id)}


async def outages_in_events(session: Session, *, after: int, until: int) -> Sequence[int]:
    """The outages that events between two ids tell of."""
    rows = await session.all(_sql.outage_events, after=after, until=until)
    return sorted({int(json.loads(row["data"])["outage_id"]) for row in rows})


def _type_of(content: AlertContent) -> str:
    return "" if isinstance(content, OutageAlert) else content.type


def _content(event_type: str, text: str) -> AlertContent:
    if not event_type:
        return _outage.decode(text)
    return _summary.decode(text) if event_type == SUMMARY else _event.decode(text)


def _delivery(row: Row) -> AlertDelivery:
    return AlertDelivery(
        id=row["id"],
        target=row["target"],
        key=row["alert_key"],
        outage_id=row["outage_id"],
        action=AlertAction(row["action"]),
        content=_content(row["event_type"], row["content"]),
        state=AlertDeliveryState(row["state"]),
        attempts=row["attempts"],
        may_have_arrived=bool(row["may_have_arrived"]),
        due_us=row["due_us"],
        error=row["error"],
        external_ref=row["external_ref"],
        created_us=row["created_us"],
        changed_us=row["changed_us"],
    )
