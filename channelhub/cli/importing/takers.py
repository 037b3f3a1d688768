"""Who takes a mail in: the running daemon over its API, or the database itself when none runs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from channelhub.cli.client import Daemon
from channelhub.cli.exits import Exit, Failure
from channelhub.domain.raw import RawMessage
from channelhub.ingest.inbox import DiskFloor, Inbox
from channelhub.sdk.errors import NotCommitted, Unparseable
from channelhub.settings.models import Settings
from channelhub.store.opening import Store
from channelhub.telemetry.metrics import Metrics
from channelhub.web.routes.history import MEDIA_TYPE

PATIENCE_S = 120.0  # how long nothing may be taken, whatever the reason, before the command gives up
PAUSE_S = 0.5
MOST_PAUSE_S = 10.0
REQUEST_TIMEOUT_S = 90.0

Take = Callable[[bytes], Awaitable[bool]]  # True: it was there already. Raises Refused for a mail it never takes


class Refused(Exception):
    """This mail is not taken; the text says why. Others may be."""


class _Patience:
    """Ends the command when nothing was taken for too long."""

    def __init__(self) -> None:
        self._last_s = asyncio.get_running_loop().time()

    def rewarded(self) -> None:
        self._last_s = asyncio.get_running_loop().time()

    async def wait(self, pause_s: float, why: str, code: Exit) -> None:
        if asyncio.get_running_loop().time() - self._last_s > PATIENCE_S:
            raise Failure(f"stopped: {why}. Run it again: what is there already is passed over", code)
        await asyncio.sleep(min(pause_s, MOST_PAUSE_S))


@asynccontextmanager
async def by_daemon(daemon: Daemon, account: str) -> AsyncIterator[Take]:
    """Through `POST /api/v1/import/{account}`. A daemon that is restarted meanwhile is waited for."""
    timeout = aiohttp.ClientTimeout(total=REQUEST_TIMEOUT_S)
    async with aiohttp.ClientSession(timeout=timeout, trust_env=False) as http:
        patience = _Patience()
        token = daemon.token()

        async def take(body: bytes) -> bool:
            nonlocal token
            while True:
                try:
                    answer = await _post(http, f"{daemon.address()}/api/v1/import/{account}", token, body)
                except (OSError, TimeoutError, aiohttp.ClientError) as exc:
                    why = f"the daemon at {daemon.address()} doesn't answer ({type(exc).__name__})"
                    answer = _Later(why, PAUSE_S, code=Exit.UNAVAILABLE)
                if not isinstance(answer, _Later):
                    patience.rewarded()
                    return answer
                await patience.wait(answer.pause_s, answer.why, answer.code)
                if daemon.is_running():
                    token = daemon.token()

        yield take


class _Later:
    """Nothing is taken just now."""

    def __init__(self, why: str, pause_s: float, *, code: Exit = Exit.TEMPORARY) -> None:
        self.why = why
        self.pause_s = pause_s
        self.code = code


async def _post(http: aiohttp.ClientSession, url: str, token: str, body: bytes) -> "bool | _Later":
    """Raises Refused for a mail that isn't taken, Failure where none of the account would be."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": MEDIA_TYPE}
    async with http.post(url, data=body, headers=headers) as answer:
        if answer.status == 202:
            return bool((await answer.json())["duplicate"])
        try:
            why = str((await answer.json(content_type=None))["detail"])
        except (ValueError, KeyError, TypeError):
            why = f"the daemon answered {answer.status}"
        if answer.status in (401, 429, 503):  # 401: it was restarted, and its token is a new one
            pause = answer.headers.get("Retry-After", "")
            return _Later(why, float(pause) if pause.isdigit() else PAUSE_S)
        if answer.status in (403, 404):
            raise Failure(why, Exit.FAILED)
        raise Refused(why)


def by_database(
    settings: Settings, store: Store, account: str, history: Callable[[str, bytes], RawMessage]
) -> Callable[[], Take]:
    """Straight into the opened database; what is taken is read when a daemon starts."""

    def make() -> Take:
        inbox = Inbox(
            store,
            DiskFloor(Path(settings.hub.state_dir), settings.hub.min_free_bytes),
            now=lambda: datetime.now(UTC),
            metrics=Metrics(),
            on_commit=lambda: None,
        )
        deliver = inbox.deliver_for(account)
        patience = _Patience()

        async def take(body: bytes) -> bool:
            try:
                raw = history(account, body)
            except Unparseable as exc:
                raise Refused(str(exc)) from exc
            while True:
                try:
                    receipts = await deliver([raw])
                except NotCommitted as exc:
                    await patience.wait(exc.retry_after_s, str(exc), Exit.TEMPORARY)
                    continue
                patience.rewarded()
                return receipts[0].is_duplicate

        return take

    return make
