"""Queues what an endpoint was sent, or missed, once more: a piece in each commit; a crash goes on from there."""

from dataclasses import replace

from channelhub.domain.times import to_us
from channelhub.domain.webhooks import Endpoint, Redelivery
from channelhub.pipeline.webhooks.audience import Audience, segments
from channelhub.pipeline.webhooks.messages import message_of
from channelhub.store import events, webhook_deliveries, webhooks
from channelhub.store.database import Session
from channelhub.store.webhook_deliveries import NewDelivery

AT_ONCE = 200


async def step(session: Session, webhook_id: int, *, now_us: int) -> None:
    """Do the next piece of what was asked for, in the current transaction."""
    asked = await webhooks.get(session, webhook_id)
    if asked is None or asked.redeliver is Redelivery.NONE:
        return
    work = _failed if asked.redeliver is Redelivery.FAILED else _events
    done_until = await work(session, asked, now_us)
    is_over = done_until is None or done_until >= asked.redeliver_until
    left = Redelivery.NONE if is_over else asked.redeliver
    await webhooks.set_redelivery(
        session, replace(asked, redeliver=left, redeliver_after=done_until or asked.redeliver_until)
    )


async def _failed(session: Session, asked: Endpoint, now_us: int) -> int | None:
    """Queue the next dead letters; the last that was looked at, None where there are no more."""
    found = await webhook_deliveries.failed_after(
        session, asked.id, after=asked.redeliver_after, until=asked.redeliver_until, limit=AT_ONCE
    )
    chosen = [delivery_id for delivery_id, created_us in found if created_us >= asked.redeliver_since_us]
    if chosen:
        await webhook_deliveries.queue_again(session, chosen, now_us=now_us)
    return found[-1][0] if len(found) == AT_ONCE else None


async def _events(session: Session, asked: Endpoint, now_us: int) -> int | None:
    """Queue the next events of that time which the endpoint wants, whether it was sent them before or not."""
    found = await events.since(session, after=asked.redeliver_after, limit=AT_ONCE)
    classes = await segments(session, found) if asked.filters.segments else {}
    audience = Audience([replace(asked, starts_after=0)])
    wanted = [
        message_of(event)
        for event in found
        if event.id <= asked.redeliver_until
        and to_us(event.at) >= asked.redeliver_since_us
        and audience.of(event, segment=classes.get(event.id, ""))
    ]
    deliveries = [
        NewDelivery(webhook_id=asked.id, message_key=message.key, event_type=message.type) for message in wanted
    ]
    await webhook_deliveries.add(session, wanted, deliveries, at_us=now_us)
    if wanted:
        keys = [message.key for message in wanted]
        await webhook_deliveries.queue_messages_again(session, asked.id, keys, now_us=now_us)
    return found[-1].id if len(found) == AT_ONCE else None
