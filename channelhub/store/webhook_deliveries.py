"""What endpoints are to be sent, and how every attempt went."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from channelhub.domain.webhooks import Attempt, DeliveryState, WebhookDelivery, WebhookMessage
from channelhub.store.database import Row, Session
from channelhub.store.jsontext import as_json
from channelhub.store.sqlfile import Queries

_sql = Queries.of("webhook_deliveries")
_pairs = msgspec.json.Decoder(dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A message for an endpoint. `error` not empty: it is kept as a dead letter without a try."""

    webhook_id: int
    message_key: str
    event_type: str
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """An enabled endpoint: when its next delivery is due, None where nothing waits."""

    webhook_id: int
    is_ordered: bool
    is_failing: bool
    due_us: int | None


async def add(
    session: Session, messages: Sequence[WebhookMessage], deliveries: Sequence[NewDelivery], *, at_us: int
) -> None:
    """Queue messages for endpoints. What is there already stays as it is."""
    await session.run_many(
        _sql.add_message,
        [
            {
                "message_key": one.key,
                "event_id": one.event_id,
                "type": one.type,
                "at_us": one.at_us,
                "body": one.body,
                "created_us": at_us,
            }
            for one in messages
        ],
    )
    await session.run_many(
        _sql.add,
        [
            {
                "webhook_id": one.webhook_id,
                "message_key": one.message_key,
                "event_type": one.event_type,
                "state": str(DeliveryState.FAILED if one.error else DeliveryState.QUEUED),
                "due_us": at_us,
                "error": one.error,
                "created_us": at_us,
            }
            for one in deliveries
        ],
    )


async def of_message(session: Session, message_key: str, *, webhook_id: int) -> WebhookDelivery | None:
    row = await session.one(_sql.of_message, message_key=message_key, webhook_id=webhook_id)
    return None if row is None else _delivery(row)


async def messages(session: Session, keys: Iterable[str]) -> dict[str, WebhookMessage]:
    return {
        row["message_key"]: WebhookMessage(
            key=row["message_key"], event_id=row["event_id"], type=row["type"], at_us=row["at_us"], body=row["body"]
        )
        for row in await session.all(_sql.messages, message_keys=sorted(set(keys)))
    }


async def queue_again(session: Session, ids: Sequence[int], *, now_us: int) -> None:
    """Have deliveries that ended sent once more, from the beginning of the schedule."""
    await session.run(_sql.again, ids=ids, now_us=now_us)


async def queue_messages_again(session: Session, webhook_id: int, keys: Sequence[str], *, now_us: int) -> None:
    """The same for an endpoint's deliveries of some messages."""
    await session.run(_sql.again_of_messages, webhook_id=webhook_id, message_keys=keys, now_us=now_us)


async def failed_after(
    session: Session, webhook_id: int, *, after: int, until: int, limit: int
) -> list[tuple[int, int]]:
    """Dead letters of an endpoint: ids, in order, with the times they were made."""
    rows = await session.all(_sql.failed_after, webhook_id=webhook_id, after=after, until=until, limit=limit)
    return [(row["id"], row["created_us"]) for row in rows]


async def newest_id(session: Session, webhook_id: int) -> int:
    row = await session.one(_sql.newest_id, webhook_id=webhook_id)
    return 0 if row is None else int(row["id"])


async def get(session: Session, delivery_id: int) -> WebhookDelivery | None:
    return (await get_many(session, [delivery_id])).get(delivery_id)


async def get_many(session: Session, ids: Iterable[int]) -> dict[int, WebhookDelivery]:
    return {row["id"]: _delivery(row) for row in await session.all(_sql.by_ids, ids=sorted(set(ids)))}


async def page(
    session: Session, webhook_id: int, *, state: DeliveryState | None, before: int, limit: int
) -> list[WebhookDelivery]:
    """The newest first, older than the id `before`; `state` None: of every state."""
    if state is None:
        rows = await session.all(_sql.page, webhook_id=webhook_id, before=before, limit=limit)
    else:
        rows = await session.all(
            _sql.page_of_state, webhook_id=webhook_id, state=str(state), before=before, limit=limit
        )
    return [_delivery(row) for row in rows]


async def pulses(session: Session) -> list[Pulse]:
    """Every enabled endpoint. One that asked for time has nothing due before."""
    return [
        Pulse(
            webhook_id=row["webhook_id"],
            is_ordered=bool(row["is_ordered"]),
            is_failing=row["failing_since_us"] is not None,
            due_us=None if row["due_us"] is None else max(row["due_us"], row["hold_until_us"]),
        )
        for row in await session.all(_sql.pulses)
    ]


async def due(session: Session, pulse: Pulse, *, now_us: int, limit: int) -> list[WebhookDelivery]:
    """What an endpoint may be sent now, in this order."""
    if not pulse.is_ordered:
        rows = await session.all(_sql.due, webhook_id=pulse.webhook_id, now_us=now_us, limit=limit)
        return [_delivery(row) for row in rows]
    head = await session.one(_sql.head, webhook_id=pulse.webhook_id)
    return [] if head is None or head["due_us"] > now_us else [_delivery(head)]


async def settle(session: Session, one: WebhookDelivery) -> None:
    """Write what became of it."""
    await session.run(
        _sql.settle,
        id=one.id,
        state=str(one.state),
        attempts=one.attempts,
        tries=one.tries,
        due_us=one.due_us,
        error=one.error,
        changed_us=one.changed_us,
    )


async def add_attempts(session: Session, attempts: Iterable[tuple[int, Attempt]]) -> None:
    """Write attempts by the ids of their deliveries."""
    await session.run_many(
        _sql.add_attempt,
        [
            {
                "delivery_id": delivery_id,
                "number": one.number,
                "at_us": one.at_us,
                "took_ms": one.took_ms,
                "headers": as_json(dict(one.headers)),
                "status": one.status,
                "answer": one.answer,
                "error": one.error,
            }
            for delivery_id, one in attempts
        ],
    )


async def attempts(session: Session, delivery_id: int, *, before: int, limit: int) -> list[Attempt]:
    """The newest first, those with a number below `before`."""
    rows = await session.all(_sql.attempts, delivery_id=delivery_id, before=before, limit=limit)
    return [
        Attempt(
            number=row["number"],
            at_us=row["at_us"],
            took_ms=row["took_ms"],
            headers=tuple(_pairs.decode(row["headers"]).items()),
            status=row["status"],
            answer=row["answer"],
            error=row["error"],
        )
        for row in rows
    ]


async def waiting(session: Session) -> dict[int, int]:
    """How many deliveries wait, by endpoint."""
    return {row["webhook_id"]: row["deliveries"] for row in await session.all(_sql.waiting)}


async def counts(session: Session, webhook_id: int) -> dict[str, int]:
    """How many deliveries of an endpoint are in each state."""
    return {row["state"]: row["deliveries"] for row in await session.all(_sql.counts, webhook_id=webhook_id)}


async def forget(session: Session, *, before_us: int, limit: int) -> int:
    """Delete some deliveries made before a moment that nobody waits for, with what only they needed; how many rows."""
    found = await session.all(_sql.outdated, before_us=before_us, limit=limit)
    ids = [row["id"] for row in found]
    if ids:
        await session.run(_sql.forget_attempts, ids=ids)
        await session.run(_sql.forget, ids=ids)
    unneeded = await session.all(_sql.unneeded_messages, before_us=before_us, limit=limit)
    keys = [row["message_key"] for row in unneeded]
    if keys:
        await session.run(_sql.forget_messages, message_keys=keys)
    return len(ids) + len(keys)


def _delivery(row: Row) -> WebhookDelivery:
    return WebhookDelivery(
        id=row["id"],
        webhook_id=row["webhook_id"],
        message_key=row["message_key"],
        event_type=row["event_type"],
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        tries=row["tries"],
        due_us=row["due_us"],
        error=row["error"],
        created_us=row["created_us"],
        changed_us=row["changed_us"],
    )
