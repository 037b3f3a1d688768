"""Writes outcomes of posts, many in one commit: everything that ended while the last commit ran."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime

from channelhub.domain.webhooks import Endpoint
from channelhub.pipeline.webhooks import outcomes
from channelhub.pipeline.webhooks.outcomes import Outcome
from channelhub.pipeline.webhooks.owners import OwnerMail
from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import NotCommitted
from channelhub.store.opening import Store

AT_ONCE = 200
RETRY_S = 1.0


class Settling:
    """`run` it in a task. `disabled` is told of every endpoint that an outcome disabled."""

    def __init__(
        self,
        store: Store,
        *,
        now: Callable[[], datetime],
        log: Logger,
        disabled: Callable[[Endpoint], None],
        owners: OwnerMail | None,
    ) -> None:
        self._store = store
        self._now = now
        self._log = log
        self._disabled = disabled
        self._owners = owners
        self._waiting: deque[tuple[Outcome, asyncio.Future[None]]] = deque()
        self._has_work = asyncio.Event()

    async def settle(self, outcome: Outcome) -> None:
        """Returns when it is written: a full disk is waited for."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((outcome, done))
        self._has_work.set()
        await done

    async def run(self) -> None:
        while True:
            await self._has_work.wait()
            group = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            if not self._waiting:
                self._has_work.clear()
            for endpoint in await self._written([outcome for outcome, _ in group]):
                self._disabled(endpoint)
            for _, done in group:
                if not done.cancelled():
                    done.set_result(None)

    async def _written(self, made: list[Outcome]) -> list[Endpoint]:
        while True:
            try:
                return await self._store.writer.batch(
                    lambda session: outcomes.write(session, made, now=self._now(), owners=self._owners)
                )
            except NotCommitted as exc:
                self._log.warning("webhooks.outcomes_wait", reason=str(exc))
                await asyncio.sleep(RETRY_S)
