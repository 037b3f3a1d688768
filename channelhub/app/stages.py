"""The hub's tasks by their names: begun, kept running, ended."""

import asyncio
from collections.abc import Awaitable, Callable

from channelhub.sdk.contract import Logger

PAUSE_S = 1.0  # before a stage that failed is started again


class Stages:
    """What runs. A stage that is kept is started again after a defect: its table is its memory."""

    def __init__(self, log: Logger) -> None:
        self._log = log
        self._tasks: dict[str, asyncio.Future[None]] = {}
        self._up: dict[str, bool] = {}

    @property
    def are_up(self) -> bool:
        """Whether none of the kept stages is waiting to be started again."""
        return all(self._up.values())

    def keep(self, name: str, stage: Callable[[], Awaitable[None]]) -> None:
        """Run a stage for ever."""

        async def keep() -> None:
            while True:
                self._up[name] = True
                try:
                    await stage()
                except Exception:  # noqa: BLE001 - a defect of one stage must not stop the others
                    self._log.exception("stage.failed", stage=name)
                self._up[name] = False
                await asyncio.sleep(PAUSE_S)

        self.spawn(name, keep())

    def spawn(self, name: str, work: Awaitable[None]) -> None:
        """Run something once."""
        self._tasks[name] = asyncio.ensure_future(work)

    async def end(self, name: str) -> None:
        """Cancel it and wait for its end. What was never begun has none."""
        task = self._tasks.pop(name, None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def ended(self, name: str) -> None:
        """Wait for the end of what ends by itself, or failed."""
        await asyncio.gather(self._tasks[name], return_exceptions=True)
