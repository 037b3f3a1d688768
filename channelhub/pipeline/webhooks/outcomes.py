"""Writes how posts to endpoints went: deliveries, attempts, the health of endpoints, and who is told of one's end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from channelhub.domain.events.webhooks import WebhookDisabled
from channelhub.domain.times import from_us, to_us
from channelhub.domain.webhooks import DeliveryState, Endpoint, WebhookDelivery
from channelhub.pipeline.webhooks.owners import OwnerMail
from channelhub.rules.webhooks.outcomes import Posted, delivery_after, endpoint_after
from channelhub.store import events, webhook_deliveries, webhooks
from channelhub.store.database import Session
from channelhub.store.events import NewEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A delivery as it was posted, and how that went."""

    delivery: WebhookDelivery
    posted: Posted


async def write(
    session: Session, outcomes: Sequence[Outcome], *, now: datetime, owners: OwnerMail | None = None
) -> list[Endpoint]:
    """Write some outcomes in their order; the endpoints that are disabled by them, whose owners are told.

    A delivery that was deleted meanwhile, or that is not the one that was posted any more, is left out.
    """
    known = await webhook_deliveries.get_many(session, (one.delivery.id for one in outcomes))
    before = await webhooks.get_many(session, (one.delivery.webhook_id for one in outcomes))
    endpoints = dict(before)
    attempts = []
    for one in outcomes:
        fresh = known.get(one.delivery.id)
        if fresh is None or not _is_same(fresh, one.delivery):
            continue
        known[fresh.id] = delivery_after(fresh, one.posted, now=now)
        await webhook_deliveries.settle(session, known[fresh.id])
        attempts.append((fresh.id, one.posted.attempt))
        if fresh.webhook_id in endpoints:
            endpoints[fresh.webhook_id] = endpoint_after(endpoints[fresh.webhook_id], one.posted, now=now)
    await webhook_deliveries.add_attempts(session, attempts)
    for webhook_id, endpoint in endpoints.items():
        if endpoint != before[webhook_id]:
            await webhooks.set_health(session, endpoint)
    disabled = [one for one in endpoints.values() if one.version != before[one.id].version]
    for endpoint in disabled:
        await webhooks.save(session, endpoint)
        if owners is not None:
            await owners.queue(session, endpoint, at_us=to_us(now))
    await events.append(session, [_told(one, now) for one in disabled])
    return disabled


def _is_same(fresh: WebhookDelivery, posted: WebhookDelivery) -> bool:
    return (
        fresh.state is DeliveryState.QUEUED
        and fresh.webhook_id == posted.webhook_id
        and fresh.message_key == posted.message_key
    )


def _told(one: Endpoint, now: datetime) -> NewEvent:
    """The event that an endpoint is sent nothing any more."""
    told = WebhookDisabled(
        webhook_id=str(one.id),
        description=one.description,
        reason=str(one.disabled_reason),
        error=one.error,
        first_failed_at=now if one.failing_since_us is None else from_us(one.failing_since_us),
    )
    return NewEvent(at=now, data=told)
