"""Who takes a mail in: the running daemon over its API, or the database itself when none runs."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar

from channelhub.cli.client import Daemon
from channelhub.cli.exits import Exit, Failure
from channelhub.client.awaiting import AsyncHubClient
from channelhub.client.patience import Patience
from channelhub.client.problems import HubError, HubProblem
from channelhub.client.shapes import HeldRequest
from channelhub.domain.raw import RawMessage
from channelhub.ingest.floor import DiskFloor
from channelhub.ingest.inbox import Inbox
from channelhub.sdk.errors import NotCommitted
from channelhub.settings.models import Settings
from channelhub.store import inbox
from channelhub.store.opening import Store
from channelhub.telemetry.metrics import Metrics

T = TypeVar("T")

PATIENCE_S = 120.0  # how long nothing may be taken, whatever the reason, before the command gives up
PAUSE_S = 0.5
MOST_PAUSE_S = 10.0
REQUEST_TIMEOUT_S = 90.0


class Refused(Exception):
    """This mail is not taken; the text says why. Others may be."""


class Taker(Protocol):
    """Both wait while nothing can be taken, and end the command (Failure) when that lasts too long."""

    async def held(self, delivery_ids: Sequence[str]) -> frozenset[str]:
        """Which of these are there already."""

    async def take(self, raw: RawMessage) -> bool:
        """Bring a mail in; True: it was there already. Raises Refused."""


class _Patience:
    """Ends the command when nothing was answered for too long."""

    def __init__(self) -> None:
        self._last_s = asyncio.get_running_loop().time()

    def rewarded(self) -> None:
        self._last_s = asyncio.get_running_loop().time()

    async def wait(self, pause_s: float, why: str, code: Exit) -> None:
        if asyncio.get_running_loop().time() - self._last_s > PATIENCE_S:
            raise Failure(f"stopped: {why}. Run it again: what is there already is passed over", code)
        await asyncio.sleep(min(pause_s, MOST_PAUSE_S))


class _Later(Exception):
    """Nothing is taken just now."""

    def __init__(self, why: str, pause_s: float, *, code: Exit = Exit.TEMPORARY) -> None:
        super().__init__(why)
        self.pause_s = pause_s
        self.code = code


class PatientHub:
    """The running daemon over its API. One that is busy, or restarted meanwhile, is waited for."""

    def __init__(self, daemon: Daemon) -> None:
        self._patience = _Patience()
        self._hub = AsyncHubClient(daemon.url, daemon.token, timeout_s=REQUEST_TIMEOUT_S, patience=Patience(tries=1))

    async def __aenter__(self) -> Self:
        await self._hub.__aenter__()
        return self

    async def __aexit__(self, *raised: Any) -> None:
        await self._hub.__aexit__(*raised)

    async def _answer(self, asked: Callable[[], Awaitable[T]]) -> T:
        while True:
            try:
                answer = await _answered(asked)
            except _Later as later:
                await self._patience.wait(later.pause_s, str(later), later.code)
                continue
            self._patience.rewarded()
            return answer

    async def _until(self, holds: Callable[[], Awaitable[bool]], *, why_not: str) -> None:
        """Wait until it holds; too long, and the command ends (Failure)."""
        patience, pause_s = _Patience(), PAUSE_S / 16
        while not await holds():
            await patience.wait(pause_s, why_not, Exit.TEMPORARY)
            pause_s = min(2 * pause_s, PAUSE_S)


class DaemonTaker(PatientHub):
    """Takes mails over `POST /api/v1/import/{account}`."""

    def __init__(self, daemon: Daemon, account: str) -> None:
        super().__init__(daemon)
        self._account = account

    async def held(self, delivery_ids: Sequence[str]) -> frozenset[str]:
        asked: HeldRequest = {"ids": list(delivery_ids)}
        return frozenset((await self._answer(lambda: self._hub.messages.held(self._account, asked)))["held"])

    async def take(self, raw: RawMessage) -> bool:
        return (await self._answer(lambda: self._hub.messages.import_mail(self._account, raw.body)))["duplicate"]


async def _answered(asked: Callable[[], Awaitable[T]]) -> T:
    """Raises _Later, Refused for a mail that isn't taken, Failure where none of the account would be."""
    try:
        return await asked()
    except HubProblem as exc:
        if exc.status in (401, 429, 503):  # 401: it was restarted, and its token is a new one
            raise _Later(str(exc), exc.retry_after_s or PAUSE_S) from exc
        if exc.status in (403, 404):
            raise Failure(str(exc), Exit.FAILED) from exc
        raise Refused(str(exc)) from exc
    except HubError as exc:
        raise _Later(str(exc), PAUSE_S, code=Exit.UNAVAILABLE) from exc


class StoreTaker:
    """The opened database; what is taken is read when a daemon starts."""

    def __init__(self, settings: Settings, store: Store, account: str) -> None:
        self._store = store
        self._account = account
        self._patience = _Patience()
        intake = Inbox(
            store,
            DiskFloor(Path(settings.hub.state_dir), settings.hub.min_free_bytes),
            now=lambda: datetime.now(UTC),
            metrics=Metrics(),
            on_commit=_nobody_listens,
        )
        self._deliver = intake.deliver_for(account)

    async def held(self, delivery_ids: Sequence[str]) -> frozenset[str]:
        async with self._store.readers.read() as session:
            return await inbox.held(session, self._account, delivery_ids)

    async def take(self, raw: RawMessage) -> bool:
        while True:
            try:
                receipts = await self._deliver([raw])
            except NotCommitted as exc:
                await self._patience.wait(exc.retry_after_s, str(exc), Exit.TEMPORARY)
                continue
            self._patience.rewarded()
            return receipts[0].is_duplicate


def _nobody_listens() -> None: ...
