"""Who takes a mail in: the running daemon over its API, or the database itself when none runs."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import msgspec

from channelhub.cli.client import Daemon
from channelhub.cli.exits import Exit, Failure
from channelhub.domain.raw import RawMessage
from channelhub.ingest.inbox import DiskFloor, Inbox
from channelhub.sdk.errors import NotCommitted
from channelhub.settings.models import Settings
from channelhub.store import inbox
from channelhub.store.opening import Store
from channelhub.telemetry.metrics import Metrics

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


class DaemonTaker:
    """The running daemon, over `POST /api/v1/import/{account}`. One that is restarted meanwhile is waited for."""

    def __init__(self, daemon: Daemon, account: str) -> None:
        self._daemon = daemon
        self._url = f"{daemon.address()}/api/v1/import/{account}"
        self._token = daemon.token()
        self._patience = _Patience()
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=REQUEST_TIMEOUT_S), trust_env=False)

    async def __aenter__(self) -> "DaemonTaker":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    async def held(self, delivery_ids: Sequence[str]) -> frozenset[str]:
        asked = msgspec.json.encode({"ids": delivery_ids})
        answer = await self._answer("/held", asked, content_type="application/json")
        return frozenset(answer["held"])

    async def take(self, raw: RawMessage) -> bool:
        answer = await self._answer("", raw.body, content_type=raw.content_type)
        return bool(answer["duplicate"])

    async def _answer(self, path: str, body: bytes, *, content_type: str) -> Any:
        while True:
            try:
                answer = await self._post(path, body, content_type)
            except _Later as later:
                await self._patience.wait(later.pause_s, str(later), later.code)
                if self._daemon.is_running():
                    self._token = self._daemon.token()
                continue
            self._patience.rewarded()
            return answer

    async def _post(self, path: str, body: bytes, content_type: str) -> Any:
        """Raises _Later, Refused for a mail that isn't taken, Failure where none of the account would be."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": content_type}
        try:
            async with self._http.post(self._url + path, headers=headers, data=BytesIO(body)) as answer:
                status, after = answer.status, answer.headers.get("Retry-After", "")
                found = await answer.json(content_type=None)
        except (OSError, TimeoutError, ValueError, aiohttp.ClientError) as exc:
            why = f"the daemon at {self._daemon.address()} doesn't answer ({type(exc).__name__})"
            raise _Later(why, PAUSE_S, code=Exit.UNAVAILABLE) from exc
        if status in (200, 202):
            return found
        why = str(found.get("detail") or found.get("title")) if isinstance(found, dict) else str(status)
        if status in (401, 429, 503):  # 401: it was restarted, and its token is a new one
            raise _Later(why, float(after) if after.isdigit() else PAUSE_S)
        if status in (403, 404):
            raise Failure(why, Exit.FAILED)
        raise Refused(why)


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
