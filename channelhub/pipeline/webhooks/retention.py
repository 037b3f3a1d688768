"""Forgets deliveries that are old enough, a few at a time, so that nobody waits for it."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from channelhub.domain.times import to_us
from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import NotCommitted
from channelhub.store import webhook_deliveries, webhooks
from channelhub.store.database import Session
from channelhub.store.opening import Store

EVERY_S = 60.0
PAUSE_S = 0.5  # between two pieces
ROWS_AT_ONCE = 200


class WebhookRetention:
    """Works until cancelled. `keep_days` is asked at each round."""

    def __init__(
        self, store: Store, *, keep_days: Callable[[], float], now: Callable[[], datetime], log: Logger
    ) -> None:
        self._store = store
        self._keep_days = keep_days
        self._now = now
        self._log = log

    async def run(self) -> None:
        while True:
            has_more = False
            try:
                has_more = await self.step()
            except NotCommitted as exc:
                self._log.warning("webhooks.retention_waits", reason=str(exc))
            await asyncio.sleep(PAUSE_S if has_more else EVERY_S)

    async def step(self) -> bool:
        """Forget a few; whether there may be more."""
        now = self._now()
        before_us = to_us(now - timedelta(days=self._keep_days()))

        async def write(session: Session) -> int:
            await webhooks.forget(session, now_us=to_us(now), before_us=before_us)
            return await webhook_deliveries.forget(session, before_us=before_us, limit=ROWS_AT_ONCE)

        return await self._store.writer.batch(write) >= ROWS_AT_ONCE
