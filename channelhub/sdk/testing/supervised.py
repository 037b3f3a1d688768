"""Runs a connector the way the supervisor does, with patience measured in milliseconds."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from channelhub.sdk.contract import Connector
from channelhub.sdk.errors import NotCommitted, Unavailable
from channelhub.sdk.testing.hub import MemoryHub
from channelhub.sdk.testing.rig import Rig

DEADLINE_S = 10.0
CANCEL_DEADLINE_S = 5.0
WATCH_S = 0.2
_STEP_S = 0.005


class Running:
    """A connector under a supervisor that calls `run` of the same object again on Unavailable and NotCommitted."""

    def __init__(self, rig: Rig, hub: MemoryHub, connector: Connector) -> None:
        self._rig = rig
        self._hub = hub
        self.failures: list[Exception] = []  # what made `run` be called again, in order
        self._task = asyncio.create_task(self._supervise(connector))

    async def until(self, claim: Callable[[], bool], what: str) -> None:
        """Wait until the claim holds; fails with `what` after ten seconds, or with the connector's own error."""
        deadline = asyncio.get_running_loop().time() + DEADLINE_S
        while not claim():
            self._raise_failure()
            assert asyncio.get_running_loop().time() < deadline, f"not within {DEADLINE_S:g} s: {what}"
            await asyncio.sleep(_STEP_S)

    async def never(self, claim: Callable[[], bool], what: str) -> None:
        """Watch for a moment that the claim doesn't come true."""
        deadline = asyncio.get_running_loop().time() + WATCH_S
        while asyncio.get_running_loop().time() < deadline:
            assert not claim(), what
            self._raise_failure()
            await asyncio.sleep(_STEP_S)

    async def kill(self) -> None:
        """As a killed process: the connector runs no further, what was committed stays."""
        self._hub.crash()
        await self.stop()

    async def restart(self) -> None:
        """Start again after `kill`, with a connector built anew over what the hub kept."""
        assert self._task.done(), "restart comes after kill"
        self._task = asyncio.create_task(self._supervise(await self._rig.build(self._hub)))

    async def stop(self) -> None:
        """Cancel `run` and wait for its end; fails when that takes longer than five seconds."""
        self._task.cancel()
        done, _ = await asyncio.wait({self._task}, timeout=CANCEL_DEADLINE_S)
        assert done, f"run() didn't end within {CANCEL_DEADLINE_S:g} s of being cancelled"
        self._raise_failure()

    def _raise_failure(self) -> None:
        if not self._task.done() or self._task.cancelled():
            return
        failure = self._task.exception()
        if failure is not None:
            raise failure
        raise AssertionError("run() returned: it has to receive until it is cancelled")

    async def _supervise(self, connector: Connector) -> None:
        while True:
            try:
                await connector.run(self._hub.deliver)
            except (Unavailable, NotCommitted) as exc:
                self.failures.append(exc)
                await asyncio.sleep(_STEP_S)
            else:
                return


@asynccontextmanager
async def running(rig: Rig, hub: MemoryHub) -> AsyncIterator[Running]:
    """The rig's connector, built at entry, receives into the hub while inside; cancelled at the end."""
    supervised = Running(rig, hub, await rig.build(hub))
    try:
        yield supervised
    except BaseException:
        supervised._task.cancel()  # noqa: SLF001 - the test has failed already: its error is the one to show
        raise
    await supervised.stop()
