"""The webhook stage: writes a delivery for every endpoint that wants an event, and queues old ones again when asked.

Deliveries are written in the commit that moves the checkpoint, so a crash between two events loses and doubles none.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from channelhub.domain.times import to_us
from channelhub.domain.webhooks import WebhookMessage
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.webhooks import redelivery
from channelhub.pipeline.webhooks.audience import Audience, segments
from channelhub.pipeline.webhooks.messages import message_of
from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import NotCommitted
from channelhub.store import events, hub, webhook_deliveries, webhooks
from channelhub.store.database import Session
from channelhub.store.events import Event
from channelhub.store.opening import Store
from channelhub.store.webhook_deliveries import NewDelivery

CHECKPOINT = hub.WEBHOOKS_READ_UNTIL
LOOK_AGAIN_S = 5.0
RETRY_S = 1.0
PAUSE_S = 0.1  # commits within this time are read together
EVENTS_AT_ONCE = 200
ROWS_AT_ONCE = 2000
REMEMBER_EVERY = 1000  # events that were for nobody, until the checkpoint is written
MOST_WAITING = 100_000  # of one endpoint; what comes then is kept as a dead letter
COUNT_EVERY_S = 10.0
FULL = "queue-full"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    messages: list[WebhookMessage]
    deliveries: list[NewDelivery]
    until: int  # the last event that was looked at


class WebhookStage:
    """Works until cancelled. `queued` is rung when there is something to post."""

    def __init__(self, store: Store, *, changed: Bell, queued: Bell, now: Callable[[], datetime], log: Logger) -> None:
        self._store = store
        self._changed = changed
        self._queued = queued
        self._now = now
        self._log = log
        self._read_until = 0
        self._remembered = 0
        self._revision: tuple[int, int, int] | None = None
        self._audience = Audience(())
        self._full: frozenset[int] = frozenset()
        self._counted_at_s = float("-inf")

    async def run(self) -> None:
        async with self._store.readers.read() as session:
            self._read_until = self._remembered = int(await hub.fact(session, CHECKPOINT) or 0)
        while True:
            heard = self._changed.rings
            try:
                has_more = await self._step()
                has_more = await self._queue_again() or has_more
            except NotCommitted as exc:
                self._log.warning("webhooks.waits", reason=str(exc))
                await asyncio.sleep(RETRY_S)
                continue
            if not has_more:
                await self._changed.wait(heard, timeout_s=LOOK_AGAIN_S)
                await asyncio.sleep(PAUSE_S)

    async def _step(self) -> bool:
        """Read on in the events; whether there may be more."""
        await self._count()
        found, classes = await self._store.readers.look(self._look)
        if not found:
            return False
        batch = self._batch(found, classes)
        if batch.deliveries or batch.until - self._remembered >= REMEMBER_EVERY:
            await self._store.writer.batch(lambda session: self._write(session, batch))
            self._remembered = batch.until
        self._read_until = batch.until
        if batch.deliveries:
            self._queued.ring()
        return batch.until < found[-1].id or len(found) == EVENTS_AT_ONCE

    async def _look(self, session: Session) -> tuple[list[Event], dict[int, str]]:
        """The next events, with the classes of customers where somebody asks for them; none where nobody listens."""
        await self._meet(session)
        if not self._audience.endpoints:
            self._read_until = await events.newest_id(session)
            return [], {}
        found = await events.since(session, after=self._read_until, limit=EVENTS_AT_ONCE)
        return found, await segments(session, found) if self._audience.has_segments else {}

    async def _meet(self, session: Session) -> None:
        """Learn which endpoints there are, where that changed. A new one begins with the events after it."""
        revision = await webhooks.revision(session)
        if revision == self._revision:
            return
        self._audience = Audience(await webhooks.enabled(session))
        self._revision = revision
        if self._audience.endpoints:
            begins = min(one.starts_after for one in self._audience.endpoints)
            self._read_until = max(self._read_until, begins)

    def _batch(self, found: list[Event], classes: dict[int, str]) -> _Batch:
        """What the first of these events are for, some rows at most."""
        batch = _Batch(messages=[], deliveries=[], until=self._read_until)
        for event in found:
            audience = self._audience.of(event, segment=classes.get(event.id, ""))
            if batch.deliveries and len(batch.deliveries) + len(audience) > ROWS_AT_ONCE:
                break
            if audience:
                message = message_of(event)
                batch.messages.append(message)
                batch.deliveries.extend(self._delivery(message, one) for one in audience)
            batch = replace(batch, until=event.id)
        return batch

    def _delivery(self, message: WebhookMessage, webhook_id: int) -> NewDelivery:
        error = FULL if webhook_id in self._full else ""
        return NewDelivery(webhook_id=webhook_id, message_key=message.key, event_type=message.type, error=error)

    async def _write(self, session: Session, batch: _Batch) -> None:
        """In the transaction an endpoint that was disabled or removed meanwhile gets nothing."""
        wanted = await webhooks.enabled_among(session, (one.webhook_id for one in batch.deliveries))
        kept = [one for one in batch.deliveries if one.webhook_id in wanted]
        await webhook_deliveries.add(session, batch.messages if kept else [], kept, at_us=to_us(self._now()))
        await hub.set_fact(session, CHECKPOINT, str(batch.until))

    async def _count(self) -> None:
        """Learn now and then whose queue is full."""
        now_s = asyncio.get_running_loop().time()
        if now_s - self._counted_at_s < COUNT_EVERY_S:
            return
        self._counted_at_s = now_s
        async with self._store.readers.read() as session:
            waiting = await webhook_deliveries.waiting(session)
        full = frozenset(webhook_id for webhook_id, count in waiting.items() if count >= MOST_WAITING)
        for webhook_id in sorted(full - self._full):
            self._log.warning("webhook.queue_full", webhook_id=webhook_id, most=MOST_WAITING)
        self._full = full

    async def _queue_again(self) -> bool:
        """Do a piece of what people asked to be sent again; whether there is more."""
        async with self._store.readers.read() as session:
            asked = await webhooks.redelivering(session, limit=1)
        if not asked:
            return False
        now_us = to_us(self._now())
        await self._store.writer.batch(lambda session: redelivery.step(session, asked[0].id, now_us=now_us))
        self._queued.ring()
        return True
