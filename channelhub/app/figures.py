"""Keeps the figures that stand in tables up to date: queues, parked messages, open outages."""

import asyncio

from channelhub.domain.media import MediaState
from channelhub.store import inbox, media, outages, outbox, parking, webhook_deliveries, webhooks
from channelhub.store.opening import Store
from channelhub.telemetry.metrics import Metrics

EVERY_S = 10.0


async def count(store: Store, metrics: Metrics) -> None:
    """Read the tables once."""
    async with store.readers.read() as session:
        waiting, _ = await inbox.backlog(session)
        parked = await parking.count(session)
        sending = await outbox.depth(session)
        active = len(await outages.still_open(session))
        files = await media.counts(session)
        posting = await webhook_deliveries.waiting(session)
        enabled, failing, disabled = await webhooks.states(session)
    metrics.queue("inbox", waiting)
    metrics.queue("parked", parked)
    metrics.queue("outbox", sending.get("queued", 0) + sending.get("sending", 0))
    metrics.queue("uncertain", sending.get("uncertain", 0))
    metrics.queue("intake_bytes", store.writer.queued_bytes)
    metrics.queue("media", files.get(MediaState.PENDING, 0))
    metrics.queue("media_failed", files.get(MediaState.FAILED, 0))
    metrics.queue("webhooks", sum(posting.values()))
    metrics.endpoints(ok=enabled - failing, failing=failing, disabled=disabled)
    metrics.outages(active)


async def keep_counting(store: Store, metrics: Metrics, *, every_s: float = EVERY_S) -> None:
    """Until cancelled."""
    while True:
        await count(store, metrics)
        await asyncio.sleep(every_s)
