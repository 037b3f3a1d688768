"""Keeps every connector running: one broken account never stops the others."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from channelhub.sdk.contract import Connector, Deliver, Health, HealthReport, Logger
from channelhub.sdk.errors import AuthFailed, ConnectorError, NotCommitted, Unavailable

FIRST_BACKOFF_S = 1.0
MAX_BACKOFF_S = 45.0  # with jitter below a minute: so soon everything works again after a network comes back
JITTER = 0.2
LONGER = 1.5  # than the try that failed: so a channel that hangs before it fails isn't told as up at every try
PROBES_TO_DOUBT = 2  # in a row
HEALTHY_AFTER_S = 60.0  # a connector that ran this long starts its backoff anew


class AccountState(StrEnum):
    STARTING = "starting"
    OK = "ok"
    DOWN = "down"  # will be tried again
    AUTH_FAILED = "auth-failed"  # waits for a person
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStatus:
    """What the page, the API and `doctor` say of an account."""

    name: str
    kind: str
    title: str
    state: AccountState
    detail: str
    since: datetime
    retry_at: datetime | None = None
    restarts: int = 0


class Supervisor:
    """Runs connectors, restarts them with backoff and jitter, and knows how each is doing."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        log: Logger,
        on_change: Callable[[AccountStatus], None],
        first_backoff_s: float = FIRST_BACKOFF_S,
    ) -> None:
        self._now = now
        self._log = log
        self._on_change = on_change
        self._first_backoff_s = first_backoff_s
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._statuses: dict[str, AccountStatus] = {}
        self._doubted: dict[str, int] = {}  # how many probes in a row found a running account unwell

    def statuses(self) -> list[AccountStatus]:
        return [self._statuses[name] for name in sorted(self._statuses)]

    def start(self, name: str, *, kind: str, title: str, connector: Connector, deliver: Deliver) -> None:
        status = AccountStatus(
            name=name, kind=kind, title=title, state=AccountState.STARTING, detail="", since=self._now()
        )
        self._statuses[name] = status
        self._tasks[name] = asyncio.create_task(self._keep(name, connector, deliver), name=f"account {name}")

    def refuse(self, name: str, *, kind: str, title: str, detail: str) -> None:
        """Show an account that could not even be built, and tell of it."""
        status = AccountStatus(
            name=name, kind=kind, title=title, state=AccountState.DOWN, detail=detail, since=self._now()
        )
        self._statuses[name] = status
        self._on_change(status)

    def probed(self, name: str, report: HealthReport) -> None:
        """What a probe found of an account that runs. One bad answer may be the network's; after the second in a row
        the account is unwell until a probe goes well, though it goes on to take what comes."""
        status = self._statuses.get(name)
        if status is None:
            return
        was_unwell = self._doubted.get(name, 0) >= PROBES_TO_DOUBT
        if status.state is not AccountState.OK and not was_unwell:
            return  # its own run says what is wrong
        if report.health is Health.OK:
            self._doubted.pop(name, None)
            if was_unwell:
                self._set(name, AccountState.OK, "")
            return
        self._doubted[name] = self._doubted.get(name, 0) + 1
        if self._doubted[name] >= PROBES_TO_DOUBT:
            is_refused = report.health is Health.AUTH_FAILED
            self._set(name, AccountState.AUTH_FAILED if is_refused else AccountState.DOWN, report.detail)

    async def stop(self, name: str) -> None:
        task = self._tasks.pop(name, None)
        self._statuses.pop(name, None)
        self._doubted.pop(name, None)
        if task:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def stop_all(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks.clear()

    async def _keep(self, name: str, connector: Connector, deliver: Deliver) -> None:
        loop = asyncio.get_running_loop()
        backoff_s = proof_s = self._first_backoff_s
        while True:
            began, asked_s = loop.time(), 0.0
            healthy = loop.call_later(proof_s, self._set, name, AccountState.OK, "")
            try:
                await connector.run(deliver)
                detail = "the connector ended without being asked to"
            except AuthFailed as exc:
                self._set(name, AccountState.AUTH_FAILED, str(exc))
                return
            except (Unavailable, NotCommitted) as exc:
                asked_s, detail = exc.retry_after_s or 0.0, str(exc)
            except ConnectorError as exc:
                detail = str(exc)
            except Exception as exc:  # noqa: BLE001 - a connector's defect must not stop the others
                self._log.exception("account.failed", account=name)
                detail = f"a defect of this connector: {type(exc).__name__}"
            finally:
                healthy.cancel()
            self._doubted.pop(name, None)
            lasted_s = loop.time() - began
            if lasted_s >= HEALTHY_AFTER_S:
                backoff_s, lasted_s = self._first_backoff_s, 0.0
            proof_s = max(self._first_backoff_s, min(LONGER * lasted_s, HEALTHY_AFTER_S))
            pause_s = jittered(backoff_s, asked_s)
            self._set(name, AccountState.DOWN, detail, pause_s=pause_s)
            await asyncio.sleep(pause_s)
            backoff_s = min(backoff_s * 2, MAX_BACKOFF_S)

    def _set(self, name: str, state: AccountState, detail: str, *, pause_s: float | None = None) -> None:
        before = self._statuses.get(name)
        if before is None:
            return
        now = self._now()
        retry_at = datetime.fromtimestamp(now.timestamp() + pause_s, tz=now.tzinfo) if pause_s is not None else None
        is_new = before.state is not state
        after = replace(
            before,
            state=state,
            detail=detail,
            retry_at=retry_at,
            since=now if is_new else before.since,
            restarts=before.restarts + (pause_s is not None),
        )
        self._statuses[name] = after
        if is_new:
            self._log.info("account.state", account=name, state=str(state), detail=detail)
            self._on_change(after)


def jittered(backoff_s: float, asked_s: float) -> float:
    """Seconds to wait, with jitter; never less than the channel asked for."""
    jitter = random.uniform(-JITTER, JITTER)  # noqa: S311 - not a secret
    return max(backoff_s * (1 + jitter), asked_s * (1 + abs(jitter)))
