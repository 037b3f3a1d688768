"""Counting a history from before the counts of timelines: a few entries at a time, beside everything else.

The mark in the table says how far it came, and moves in the commit of the counts: what is cut off goes on from there.
"""

import asyncio
from functools import partial

from channelhub.pipeline.pace import Pace
from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import NotCommitted
from channelhub.store import timeline_counts
from channelhub.store.opening import Store

BATCH = 500
REST = 9.0  # times what a batch took: a tenth of the writer's time at most
LEAST_REST_S = 0.02
RETRY_S = 60.0
LOOK_AGAIN_S = 3600.0


class HistoryCount:
    """Counts until all is counted; then there is nothing to do, and it looks once an hour."""

    def __init__(self, store: Store, *, log: Logger) -> None:
        self._store = store
        self._log = log
        self._pace = Pace(store.writer.intake_per_s)

    async def run(self) -> None:
        while True:
            try:
                entries = await self.count()
            except NotCommitted as exc:
                self._log.warning("counting.waits", reason=str(exc))
                await asyncio.sleep(RETRY_S)
                continue
            if entries:
                self._log.info("counting.done", entries=entries)
            await asyncio.sleep(LOOK_AGAIN_S)

    async def count(self, *, batch: int = BATCH) -> int:
        """Count what isn't counted yet, in transactions of at most `batch` entries; how many there were."""
        if await self._store.readers.look(timeline_counts.is_complete):
            return 0
        loop = asyncio.get_running_loop()
        total = 0
        while True:
            began_s = loop.time()
            entries = await self._store.writer.batch(partial(timeline_counts.count_history, limit=batch))
            took_s = loop.time() - began_s
            total += entries
            if entries < batch:
                return total
            await self._pace.turn(worked_s=took_s)
            await asyncio.sleep(max(LEAST_REST_S, took_s * REST))
