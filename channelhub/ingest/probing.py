"""Asks channels how they are while their accounts run: of those that only post to us, nobody else would notice.

An expired token or a webhook that points elsewhere makes no noise: nothing comes, and that may be a quiet day. So
accounts that are called by their channel are probed every few minutes, and all of them when a person asks.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from channelhub.ingest.supervisor import Supervisor
from channelhub.sdk.contract import Connector, Health, HealthReport
from channelhub.sdk.errors import AuthFailed, ConnectorError
from channelhub.telemetry.vitals import VitalsBook

LONGEST_S = 10.0  # a probe
FIRST_AFTER_S = 20.0  # the start
AT_ONCE = 8


class Prober:
    """`connectors` gives those that run now, by account; `pushed` the names of those that channels post to."""

    def __init__(
        self,
        *,
        connectors: Callable[[], Mapping[str, Connector]],
        pushed: Callable[[], Sequence[str]],
        supervisor: Supervisor,
        vitals: VitalsBook,
        every_s: Callable[[], float],
        now: Callable[[], datetime],
        first_after_s: float = FIRST_AFTER_S,
    ) -> None:
        self._connectors = connectors
        self._pushed = pushed
        self._supervisor = supervisor
        self._vitals = vitals
        self._every_s = every_s
        self._now = now
        self._first_after_s = first_after_s
        self._asking = asyncio.Lock()

    async def run(self) -> None:
        """Probe what channels post to, until cancelled."""
        await asyncio.sleep(self._first_after_s)
        while True:
            if self._every_s() > 0:
                await self.probe(self._pushed())
            await asyncio.sleep(self._every_s() or self._first_after_s)

    async def probe_all(self) -> None:
        """Ask every account's channel now; back within seconds."""
        await self.probe(list(self._connectors()))

    async def probe(self, names: Sequence[str]) -> None:
        """Ask some at the same time, each once, however many people wait for it."""
        async with self._asking:
            turns = asyncio.Semaphore(AT_ONCE)
            running = self._connectors()
            await asyncio.gather(*(self._probe(name, running[name], turns) for name in names if name in running))

    async def _probe(self, name: str, connector: Connector, turns: asyncio.Semaphore) -> None:
        async with turns:
            report = await asked(connector.check)
        if self._connectors().get(name) is not connector:
            return  # it was stopped or built anew meanwhile
        is_ok = report.health is Health.OK
        self._vitals.probed(
            name, self._now(), probe=str(report.health), detail=report.detail, backlog=report.backlog, is_ok=is_ok
        )
        self._supervisor.probed(name, report)


async def asked(check: Callable[[], Awaitable[HealthReport]], *, longest_s: float = LONGEST_S) -> HealthReport:
    """What a probe says, within a time; whatever it raises is an answer, too."""
    try:
        async with asyncio.timeout(longest_s):
            return await check()
    except TimeoutError:
        return HealthReport(health=Health.DOWN, detail=f"no answer within {longest_s:g} s")
    except AuthFailed as exc:
        return HealthReport(health=Health.AUTH_FAILED, detail=str(exc))
    except ConnectorError as exc:
        return HealthReport(health=Health.DOWN, detail=str(exc))
    except Exception as exc:  # noqa: BLE001 - a connector's mistake is this account's result, not the others'
        return HealthReport(health=Health.DOWN, detail=f"its connector failed: {type(exc).__name__}: {exc}")
