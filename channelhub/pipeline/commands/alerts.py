"""People try an alert target, or have what failed told again."""

from dataclasses import replace

from channelhub.domain.alerts import (
    AlertAction,
    AlertDeliveryState,
    EventAlert,
    EventSummary,
    OutageAlert,
    Severity,
)
from channelhub.domain.times import to_us
from channelhub.pipeline.commands.acting import Acting, CommandRefused, NotFound
from channelhub.store import alerts, hub
from channelhub.store.alerts import AlertDelivery
from channelhub.store.database import Session


async def test(acting: Acting, actor: str, target: str, *, link: str) -> tuple[int, int]:
    """Queue a marked alert and its end; the ids of both deliveries."""
    now = acting.now()
    now_us = to_us(now)
    opened = OutageAlert(
        title="",
        state="suspected",
        severity=Severity.WARNING,
        customers=0,
        messages=0,
        began_at=now,
        link=link,
        is_test=True,
    )

    async def write(session: Session) -> tuple[int, int]:
        first = await _add(session, AlertAction.TRIGGER, opened)
        last = await _add(session, AlertAction.RESOLVE, replace(opened, state="resolved"))
        await hub.record(session, at_us=now_us, actor=actor, action="alert.test", target=target)
        return first, last

    async def _add(session: Session, action: AlertAction, content: OutageAlert) -> int:
        key = f"channelhub-test-{now_us}"
        return await alerts.add(
            session, target=target, key=key, outage_id=None, action=action, content=content, at_us=now_us
        )

    ids = await acting.store.writer.command(write)
    acting.written.ring()
    return ids


async def test_event(acting: Acting, actor: str, target: str, content: EventAlert | EventSummary) -> int:
    """Queue a sample of an event; the delivery's id."""
    now_us = to_us(acting.now())

    async def write(session: Session) -> int:
        await hub.record(
            session, at_us=now_us, actor=actor, action="alert.test", target=target, detail={"event": content.type}
        )
        return await alerts.add(
            session,
            target=target,
            key=f"channelhub-test-{now_us}",
            outage_id=None,
            action=AlertAction.TRIGGER,
            content=content,
            at_us=now_us,
        )

    queued = await acting.store.writer.command(write)
    acting.written.ring()
    return queued


async def retry(acting: Acting, actor: str, delivery_id: int) -> AlertDelivery:
    """Have a delivery that failed, or waits for its next try, told now. Raises NotFound, CommandRefused."""
    now_us = to_us(acting.now())

    async def write(session: Session) -> AlertDelivery:
        known = await alerts.get(session, delivery_id)
        if known is None:
            raise NotFound(f"there is no alert delivery {delivery_id}")
        if known.state not in (AlertDeliveryState.FAILED, AlertDeliveryState.QUEUED):
            raise CommandRefused(f"alert delivery {delivery_id} is {known.state}: only what failed or waits is retried")
        again = replace(known, state=AlertDeliveryState.QUEUED, attempts=0, due_us=now_us)
        await alerts.settle(session, again, at_us=now_us)
        await hub.record(session, at_us=now_us, actor=actor, action="alert.retry", target=str(delivery_id))
        return again

    again = await acting.store.writer.command(write)
    acting.written.ring()
    return again
