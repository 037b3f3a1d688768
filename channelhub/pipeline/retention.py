"""The retention sweep: what is older than the settings say is removed, a few rows at a time beside everything else.

What is old is read from the tables anew for every batch, and a batch is one transaction: a sweep that is cut off goes
on where it was. Rows that somebody still needs stay, however old (`store/retention.py`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Protocol

from channelhub.domain.times import to_us
from channelhub.pipeline.pace import Pace
from channelhub.rules.retention import Kept, forget_before_us
from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import NotCommitted
from channelhub.settings.retention import RetentionSettings
from channelhub.store import retention
from channelhub.store.database import Session
from channelhub.store.opening import Store

EVERY_S = 3600.0
BEGIN_AFTER_S = 60.0  # a hub that starts has better things to do
RETRY_S = 60.0
BATCH = 500
REST_S = 0.1  # after each batch; a slow one is followed by a longer rest
REST = 9.0  # times what the batch took: a tenth of the writer's time at most


class _Forget(Protocol):
    def __call__(self, session: Session, *, before_us: int, most: int) -> Awaitable[int]: ...


_FORGET: Mapping[Kept, _Forget] = MappingProxyType(
    {
        Kept.EVENTS: retention.forget_events,
        Kept.AUDIT: retention.forget_audit,
        Kept.ALERTS: retention.forget_told_alerts,
        Kept.MONITORING: retention.forget_monitoring_alerts,
    }
)


@dataclass(slots=True)
class Swept:
    """How the sweep gets on. `forgotten` counts rows since the hub started."""

    began_at: datetime | None = None
    ended_at: datetime | None = None  # of the last whole sweep
    refused: str = ""  # why the last one didn't get to its end
    forgotten: dict[Kept, int] = field(default_factory=lambda: dict.fromkeys(Kept, 0))


class RetentionSweep:
    """Sweeps every hour until cancelled. `on_forgotten` hears of each batch."""

    def __init__(
        self,
        store: Store,
        settings: Callable[[], RetentionSettings],
        on_forgotten: Callable[[str, int], None],
        *,
        now: Callable[[], datetime],
        log: Logger,
    ) -> None:
        self._store = store
        self._settings = settings
        self._on_forgotten = on_forgotten
        self._now = now
        self._log = log
        self._pace = Pace(store.writer.intake_per_s)
        self.swept = Swept()

    @property
    def days(self) -> Mapping[Kept, int]:
        """For how long each is kept; 0: for ever."""
        settings = self._settings()
        return {
            Kept.EVENTS: settings.events_days,
            Kept.AUDIT: settings.audit_days,
            Kept.ALERTS: settings.alerts_days,
            Kept.MONITORING: settings.monitoring_days,
        }

    async def run(self) -> None:
        await asyncio.sleep(BEGIN_AFTER_S)
        while True:
            try:
                await self.sweep()
            except NotCommitted as exc:
                self.swept.refused = str(exc)
                self._log.warning("retention.waits", reason=str(exc))
                await asyncio.sleep(RETRY_S)
                continue
            await asyncio.sleep(EVERY_S)

    async def sweep(self, *, batch: int = BATCH, rest_s: float = REST_S) -> Mapping[Kept, int]:
        """Remove all that is old now, in transactions of at most `batch` rows; how many rows went."""
        self.swept.began_at = self._now()
        counts: dict[Kept, int] = {}
        for kept, days in self.days.items():
            before_us = forget_before_us(to_us(self.swept.began_at), days)
            counts[kept] = 0 if before_us is None else await self._forget(kept, before_us, batch, rest_s)
        self.swept.ended_at, self.swept.refused = self._now(), ""
        if any(counts.values()):
            self._log.info("retention.swept", **{str(kept): count for kept, count in counts.items()})
        return counts

    async def _forget(self, kept: Kept, before_us: int, batch: int, rest_s: float) -> int:
        loop = asyncio.get_running_loop()
        total = 0
        while True:
            began_s = loop.time()
            gone = await self._store.writer.batch(partial(_FORGET[kept], before_us=before_us, most=batch))
            took_s = loop.time() - began_s
            total += gone
            if gone:
                self.swept.forgotten[kept] += gone
                self._on_forgotten(str(kept), gone)
            if gone < batch:
                return total
            await self._pace.turn(worked_s=took_s)
            await asyncio.sleep(max(rest_s, took_s * REST))
