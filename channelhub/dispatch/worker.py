"""The outbox worker: what is due goes to its connector, and what became of it is written down.

A message is committed as `sending` before the channel is called. After a crash it is repeated where the channel can
tell duplicates; elsewhere it is `uncertain`, which only a person settles.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from channelhub.dispatch.schedule import MAX_ATTEMPTS, next_try_s
from channelhub.domain.outbound import OutboxState, SendReceipt
from channelhub.domain.times import to_us
from channelhub.pipeline.bell import Bell
from channelhub.sdk.contract import Logger, Sender
from channelhub.sdk.errors import AuthFailed, NotCommitted, Rejected, Unavailable
from channelhub.store import hub, outbox, timeline
from channelhub.store.database import Session
from channelhub.store.opening import Store
from channelhub.store.outbox import OutboxItem

LOOK_AGAIN_S = 5.0
SEND_TIMEOUT_S = 60.0
AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """An account that can send. `is_repeat_safe`: sending twice with one id reaches the customer once."""

    sender: Sender
    is_repeat_safe: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    state: OutboxState
    error: str = ""
    external_ref: str = ""
    retry_s: float | None = None


class OutboxWorker:
    """Sends what is due until cancelled; accounts don't wait for each other."""

    def __init__(
        self,
        store: Store,
        *,
        outlets: Callable[[], Mapping[str, Outlet]],
        queued: Bell,
        sent: Bell,
        now: Callable[[], datetime],
        log: Logger,
    ) -> None:
        self._store = store
        self._outlets = outlets
        self._queued = queued
        self._sent = sent
        self._now = now
        self._log = log

    async def run(self) -> None:
        await self._settle_interrupted()
        while True:
            heard = self._queued.rings
            due = await self._due()
            by_account: dict[str, list[OutboxItem]] = {}
            for item in due:
                by_account.setdefault(item.account, []).append(item)
            try:
                await asyncio.gather(*(self._send_all(items) for items in by_account.values()))
            except NotCommitted as exc:
                self._log.warning("send.waits", reason=str(exc))
                await asyncio.sleep(1)
            if len(due) < AT_ONCE:
                await self._queued.wait(heard, timeout_s=LOOK_AGAIN_S)

    async def _due(self) -> list[OutboxItem]:
        async with self._store.readers.read() as session:
            if await hub.fact(session, hub.SENDING_PAUSED) is not None:
                return []
            return await outbox.due(session, now_us=to_us(self._now()), limit=AT_ONCE)

    async def _settle_interrupted(self) -> None:
        """After a crash: what was being sent is repeated or becomes uncertain."""
        async with self._store.readers.read() as session:
            interrupted = await outbox.in_state(session, OutboxState.SENDING)
        for item in interrupted:
            outlet = self._outlets().get(item.account)
            if outlet is not None and outlet.is_repeat_safe:
                await self._write(item, _Outcome(state=OutboxState.QUEUED, retry_s=0))
            else:
                error = "the hub was interrupted while sending: it may have arrived"
                await self._write(item, _Outcome(state=OutboxState.UNCERTAIN, error=error))

    async def _send_all(self, items: list[OutboxItem]) -> None:
        for item in items:
            outlet = self._outlets().get(item.account)
            if outlet is None:
                error = f"account {item.account} can't send any more"
                await self._write(item, _Outcome(state=OutboxState.FAILED, error=error))
                continue
            await self._write(item, _Outcome(state=OutboxState.SENDING), is_attempt=True)
            outcome = await self._send(outlet, item)
            await self._write(item, outcome)
            self._log.info("send.done", account=item.account, outbox_id=item.id, state=str(outcome.state))

    async def _send(self, outlet: Outlet, item: OutboxItem) -> _Outcome:
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                receipt: SendReceipt = await outlet.sender.send(item.payload)
        except (Unavailable, AuthFailed) as exc:
            if item.attempts + 1 >= MAX_ATTEMPTS:
                return _Outcome(state=OutboxState.FAILED, error=str(exc))
            wait_s = next_try_s(item.attempts, asked_s=getattr(exc, "retry_after_s", None))
            return _Outcome(state=OutboxState.QUEUED, error=str(exc), retry_s=wait_s)
        except Rejected as exc:
            return _Outcome(state=OutboxState.FAILED, error=str(exc))
        except Exception as exc:  # noqa: BLE001 - it may have been taken: honesty rules, not repetition
            self._log.warning("send.uncertain", account=item.account, outbox_id=item.id, error=type(exc).__name__)
            if outlet.is_repeat_safe and item.attempts + 1 < MAX_ATTEMPTS:
                wait_s = next_try_s(item.attempts, asked_s=None)
                return _Outcome(state=OutboxState.QUEUED, error=type(exc).__name__, retry_s=wait_s)
            return _Outcome(state=OutboxState.UNCERTAIN, error=f"it may have arrived: {type(exc).__name__}")
        return _Outcome(state=OutboxState.SENT, external_ref=receipt.external_id)

    async def _write(self, item: OutboxItem, outcome: _Outcome, *, is_attempt: bool = False) -> None:
        now_us = to_us(self._now())
        due_us = None if outcome.retry_s is None else now_us + int(outcome.retry_s * 1_000_000)

        async def write(session: Session) -> None:
            await outbox.settle(
                session,
                item,
                state=outcome.state,
                at_us=now_us,
                due_us=due_us,
                error=outcome.error,
                external_ref=outcome.external_ref,
                is_attempt=is_attempt,
            )
            await timeline.set_state(session, item.message_id, str(outcome.state))

        await self._store.writer.batch(write)
        self._sent.ring()
