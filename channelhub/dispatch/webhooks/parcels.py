"""Reads what is to be posted now, with everything the post needs, in one look at the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from channelhub.dispatch.webhooks.lanes import Room
from channelhub.domain.webhooks import Endpoint, SigningSecret, WebhookDelivery, WebhookMessage
from channelhub.store import hub, webhook_deliveries, webhooks
from channelhub.store.database import Session
from channelhub.store.webhook_deliveries import Pulse


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One delivery ready to be posted. `secrets`: the current one first."""

    delivery: WebhookDelivery
    message: WebhookMessage
    endpoint: Endpoint
    secrets: tuple[SigningSecret, ...]
    pulse: Pulse


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What can be posted now, and when something more is due (microseconds; None: nothing waits for a time)."""

    parcels: tuple[Parcel, ...]
    next_us: int | None


async def load(session: Session, *, room: Room, under_way: frozenset[int], now_us: int) -> Due:
    """What is due and has a place, the longest due first. Nothing while sending is paused."""
    if await hub.fact(session, hub.SENDING_PAUSED) is not None:
        return Due(parcels=(), next_us=None)
    beating = sorted((one for one in await webhook_deliveries.pulses(session) if one.due_us is not None), key=_due_us)
    chosen: list[tuple[Pulse, WebhookDelivery]] = []
    for pulse in beating:
        if _due_us(pulse) > now_us:
            return Due(parcels=await _packed(session, chosen, now_us), next_us=_due_us(pulse))
        places = room.of(pulse)
        if not places:
            continue
        limit = places + room.under_way.get(pulse.webhook_id, 0)  # what is under way is still due in the table
        found = await webhook_deliveries.due(session, pulse, now_us=now_us, limit=limit)
        fresh = [one for one in found if one.id not in under_way][:places]
        room.spend(pulse, len(fresh))
        chosen.extend((pulse, one) for one in fresh)
    return Due(parcels=await _packed(session, chosen, now_us), next_us=None)


def _due_us(pulse: Pulse) -> int:
    return pulse.due_us or 0


async def _packed(session: Session, chosen: Sequence[tuple[Pulse, WebhookDelivery]], now_us: int) -> tuple[Parcel, ...]:
    ids = {delivery.webhook_id for _, delivery in chosen}
    endpoints = await webhooks.get_many(session, ids)
    secrets = await webhooks.secrets(session, ids, now_us=now_us)
    messages = await webhook_deliveries.messages(session, (delivery.message_key for _, delivery in chosen))
    return tuple(
        Parcel(
            delivery=delivery,
            message=messages[delivery.message_key],
            endpoint=endpoints[delivery.webhook_id],
            secrets=tuple(secrets.get(delivery.webhook_id, ())),
            pulse=pulse,
        )
        for pulse, delivery in chosen
    )
