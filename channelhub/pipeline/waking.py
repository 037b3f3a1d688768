"""The waking stage: incidents whose snooze is over come back to the inbox. The table is its memory."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from channelhub.domain.times import to_us
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.commands.incidents import save_change
from channelhub.rules.incident import awake
from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import NotCommitted
from channelhub.store import incidents, workplace
from channelhub.store.database import Session
from channelhub.store.opening import Store

BATCH = 50
LEAST_REST_S = 0.2
LONGEST_REST_S = 30.0
RETRY_S = 1.0
ACTOR = "hub"


class WakingStage:
    """Wakes until cancelled. `written` is rung when somebody may have snoozed, and rings when something woke."""

    def __init__(self, store: Store, *, written: Bell, now: Callable[[], datetime], log: Logger) -> None:
        self._store = store
        self._written = written
        self._now = now
        self._log = log

    async def run(self) -> None:
        while True:
            heard = self._written.rings
            try:
                rest_s = await self.turn()
            except NotCommitted as exc:
                self._log.warning("waking.waits", reason=str(exc))
                await asyncio.sleep(RETRY_S)
                continue
            await asyncio.sleep(LEAST_REST_S)
            await self._written.wait(heard, timeout_s=rest_s)

    async def turn(self) -> float:
        """Wake what is due; how long nothing will be, in seconds."""
        due_us = await self._store.readers.look(incidents.next_due_us)
        now_us = to_us(self._now())
        while due_us is not None and due_us <= now_us:
            woken = await self._store.writer.batch(self._wake)
            self._log.info("waking.done", incidents=woken)
            self._written.ring()
            due_us = await self._store.readers.look(incidents.next_due_us)
        if due_us is None:
            return LONGEST_REST_S
        return min(LONGEST_REST_S, (due_us - now_us) / 1_000_000)

    async def _wake(self, session: Session) -> int:
        now_us = to_us(self._now())
        due = await incidents.due(session, now_us=now_us, limit=BATCH)
        tags = await workplace.tags_of(session, [one.id for one in due])
        for one in due:
            woken = replace(awake(one), version=one.version + 1, changed_us=now_us)
            kept = tuple(tags[one.id])
            await save_change(session, one, woken, actor=ACTOR, tags_before=kept, tags=kept, action="incident.wake")
        return len(due)
