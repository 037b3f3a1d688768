"""People try an endpoint, and have what it was sent, or missed, sent again."""

from dataclasses import replace
from datetime import datetime

from channelhub.domain.times import to_us
from channelhub.domain.webhooks import DeliveryState, Endpoint, EndpointState, Redelivery, WebhookDelivery
from channelhub.pipeline.commands.acting import Acting, CommandRefused, NotFound
from channelhub.pipeline.commands.webhooks import known_endpoint
from channelhub.pipeline.webhooks.messages import trial_of
from channelhub.store import events, hub, webhook_deliveries, webhooks
from channelhub.store.database import Session
from channelhub.store.webhook_deliveries import NewDelivery


async def test(acting: Acting, actor: str, webhook_id: int) -> WebhookDelivery:
    """Queue a test for an endpoint. Raises NotFound, and CommandRefused where it is disabled."""
    now_us = to_us(acting.now())

    async def write(session: Session) -> WebhookDelivery:
        _require_enabled(await known_endpoint(session, webhook_id))
        trial = trial_of(webhook_id, at_us=now_us)
        new = NewDelivery(webhook_id=webhook_id, message_key=trial.key, event_type=trial.type)
        await webhook_deliveries.add(session, [trial], [new], at_us=now_us)
        await hub.record(session, at_us=now_us, actor=actor, action="webhook.test", target=str(webhook_id))
        made = await webhook_deliveries.of_message(session, trial.key, webhook_id=webhook_id)
        assert made is not None
        return made

    made = await acting.store.writer.command(write)
    acting.written.ring()
    return made


async def redeliver(acting: Acting, actor: str, delivery_id: int) -> WebhookDelivery:
    """Have one delivery sent now, whatever became of it, under the same id. Raises NotFound, CommandRefused."""
    now_us = to_us(acting.now())

    async def write(session: Session) -> WebhookDelivery:
        known = await webhook_deliveries.get(session, delivery_id)
        if known is None:
            raise NotFound(f"there is no delivery {delivery_id}")
        _require_enabled(await known_endpoint(session, known.webhook_id))
        again = replace(known, state=DeliveryState.QUEUED, tries=0, due_us=now_us, error="", changed_us=now_us)
        await webhook_deliveries.settle(session, again)
        await hub.record(session, at_us=now_us, actor=actor, action="webhook.redeliver", target=str(delivery_id))
        return again

    again = await acting.store.writer.command(write)
    acting.written.ring()
    return again


async def redeliver_all(
    acting: Acting, actor: str, webhook_id: int, *, since: datetime | None, failed_only: bool
) -> Endpoint:
    """Have an endpoint's dead letters sent again, or every event since a moment, also those it was never sent.

    The stage does it a piece at a time. Raises NotFound, CommandRefused.
    """
    now_us = to_us(acting.now())
    first = 0
    if not failed_only:
        if since is None:
            raise CommandRefused("say since when, or that only what failed is meant")
        async with acting.store.readers.read() as session:
            first = await events.first_since(session, since)

    async def write(session: Session) -> Endpoint:
        known = await known_endpoint(session, webhook_id)
        _require_enabled(known)
        if known.redeliver is not Redelivery.NONE:
            raise CommandRefused(f"webhook {webhook_id} is being sent earlier events already: wait until that is done")
        newest = (
            await webhook_deliveries.newest_id(session, webhook_id) if failed_only else await events.newest_id(session)
        )
        asked = replace(
            known,
            redeliver=Redelivery.FAILED if failed_only else Redelivery.EVENTS,
            redeliver_after=first - 1 if first else 0 if failed_only else newest,
            redeliver_until=newest,
            redeliver_since_us=0 if since is None else to_us(since),
        )
        await webhooks.set_redelivery(session, asked)
        await hub.record(session, at_us=now_us, actor=actor, action="webhook.redeliver_all", target=str(webhook_id))
        return asked

    asked = await acting.store.writer.command(write)
    acting.written.ring()
    return asked


def _require_enabled(known: Endpoint) -> None:
    if known.state is not EndpointState.ENABLED:
        raise CommandRefused(f"webhook {known.id} is disabled: enable it first")
