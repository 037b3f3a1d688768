"""Tells that an account came up or went down: an event in the store and a figure."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from channelhub.domain.events.accounts import ConnectorDown, ConnectorUp
from channelhub.ingest.supervisor import AccountState, AccountStatus
from channelhub.pipeline.bell import Bell
from channelhub.store import events
from channelhub.store.database import Session
from channelhub.store.events import NewEvent
from channelhub.store.opening import Store
from channelhub.telemetry.metrics import Metrics


class AccountEvents:
    """What the supervisor calls with each change of an account's state."""

    def __init__(self, store: Store, metrics: Metrics, *, written: Bell, now: Callable[[], datetime]) -> None:
        self._store = store
        self._metrics = metrics
        self._written = written
        self._now = now
        self._telling: set[asyncio.Task[None]] = set()

    def tell(self, status: AccountStatus) -> None:
        """Returns at once: the event is written beside it."""
        is_up = status.state is AccountState.OK
        self._metrics.account_up(status.name, is_up)
        if not is_up and status.state is AccountState.STARTING:
            return
        payload = ConnectorUp if is_up else ConnectorDown
        told = NewEvent(
            at=self._now(),
            account=status.name,
            data=payload(account=status.name, kind=status.kind, state=str(status.state), detail=status.detail),
        )
        task = asyncio.ensure_future(self._write(told))
        self._telling.add(task)
        task.add_done_callback(self._told)

    async def _write(self, told: NewEvent) -> None:
        async def write(session: Session) -> None:
            await events.append(session, [told])

        await self._store.writer.command(write)
        self._written.ring()

    def _told(self, task: asyncio.Task[None]) -> None:
        """A store that has ended takes no more events: its failure was told where it happened."""
        self._telling.discard(task)
        _ = task.cancelled() or task.exception()
