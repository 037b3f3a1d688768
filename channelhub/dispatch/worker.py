"""The outbox worker: what is due goes to its connector, and what became of it is written down.

A message is committed as `sending` before the channel is called. After a crash it is repeated where the channel can
tell duplicates; elsewhere it is `uncertain`, which only a person settles.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from channelhub.dispatch import outcomes
from channelhub.dispatch.lanes import Go, Lanes
from channelhub.dispatch.outcomes import Outcome
from channelhub.dispatch.schedule import MAX_ATTEMPTS, next_try_s
from channelhub.domain.outbound import ONCE_KINDS, Outbound, OutboxState, SendReceipt
from channelhub.domain.times import from_us, to_us
from channelhub.pipeline import unsent
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.withdrawing import is_withdrawn
from channelhub.sdk.contract import Logger, Pace, Sender
from channelhub.sdk.errors import AuthFailed, Blocked, NotCommitted, Rejected, Unavailable
from channelhub.store import (
    conversations,
    delivery_reports,
    early_reports,
    hub,
    outbox,
    parking,
    reach,
    sent_parts,
    timeline,
)
from channelhub.store.blobs import BlobMissing
from channelhub.store.database import Session
from channelhub.store.opening import Store
from channelhub.store.outbox import OutboxItem
from channelhub.store.reach import Reach

LOOK_AGAIN_S = 5.0
SEND_TIMEOUT_S = 60.0
RETRY_S = 1.0
LOOK_MEANWHILE_S = 1.0
LOOK_AGAIN_SOON_S = 0.05
DUE_AT_ONCE = 200
EVEN = Pace()  # one after the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """An account that can send. `is_repeat_safe`: sending twice with one id reaches the customer once.

    `via` names the account that sends for it, whose pace they share; empty: itself.
    """

    sender: Sender
    is_repeat_safe: bool
    pace: Pace = EVEN
    via: str = ""


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
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._lanes: dict[str, Lanes] = {}

    async def run(self) -> None:
        await self._settle_interrupted()
        try:
            while True:
                heard = self._queued.rings
                for account in await self._due_accounts():
                    if account not in self._busy:
                        self._busy[account] = asyncio.create_task(self._send_due(account), name=f"send {account}")
                await self._queued.wait(heard, timeout_s=LOOK_AGAIN_S)
        finally:
            sending = list(self._busy.values())
            for task in sending:
                task.cancel()
            await asyncio.gather(*sending, return_exceptions=True)

    async def _due_accounts(self) -> list[str]:
        async with self._store.readers.read() as session:
            if await hub.fact(session, hub.SENDING_PAUSED) is not None:
                return []
            return await outbox.due_accounts(session, now_us=to_us(self._now()))

    async def _send_due(self, account: str) -> None:
        """Send what is due on one account, as quickly as its pace allows, until nothing is."""
        under_way: set[asyncio.Task[None]] = set()
        try:
            while (items := await self._due(account)) or under_way:
                under_way |= await self._start(account, items)
                if not under_way:  # all were postponed, or wait for what another account sends on the same way
                    await asyncio.sleep(LOOK_AGAIN_SOON_S)
                    continue
                ended, under_way = await asyncio.wait(
                    under_way, timeout=LOOK_MEANWHILE_S, return_when=asyncio.FIRST_COMPLETED
                )
                for task in ended:
                    task.result()
        except NotCommitted as exc:
            self._log.warning("send.waits", account=account, reason=str(exc))
        except Exception:  # noqa: BLE001 - one account's trouble must not stop the others; looked at again soon
            self._log.exception("send.failed", account=account)
        except asyncio.CancelledError:
            for task in under_way:
                task.cancel()
            raise
        finally:
            await asyncio.gather(*under_way, return_exceptions=True)
            del self._busy[account]

    async def _start(self, account: str, items: Sequence[OutboxItem]) -> set[asyncio.Task[None]]:
        """Begin to send what may go now; what is too early for its lane gets a later time."""
        outlet = self._outlets().get(account)
        lanes = self._lanes_of(account if outlet is None else outlet.via or account, outlet)
        now_s = self._now().timestamp()
        begun: set[asyncio.Task[None]] = set()
        early: list[tuple[OutboxItem, float]] = []
        for item in items:
            verdict = lanes.ask(item, now_s=now_s)
            if isinstance(verdict, Go):
                begun.add(asyncio.create_task(self._send_in_lane(lanes, item), name=f"send {account} {item.id}"))
            elif verdict.until_s is not None:
                early.append((item, verdict.until_s))
        if early:
            await self._postpone(early)
        return begun

    async def _send_in_lane(self, lanes: Lanes, item: OutboxItem) -> None:
        try:
            await self._send_one(item)
        finally:
            lanes.done(item)

    def _lanes_of(self, account: str, outlet: Outlet | None) -> Lanes:
        """They last as long as the account's pace, so that its rates hold over pauses."""
        pace = EVEN if outlet is None else outlet.pace
        lanes = self._lanes.get(account)
        if lanes is None or lanes.pace != pace:
            lanes = self._lanes[account] = Lanes(pace)
        return lanes

    async def _postpone(self, early: Sequence[tuple[OutboxItem, float]]) -> None:
        now_us = to_us(self._now())

        async def write(session: Session) -> None:
            for item, until_s in early:
                due_us = max(int(until_s * 1_000_000), now_us + 1)
                await outbox.settle(
                    session, item, state=OutboxState.QUEUED, at_us=now_us, due_us=due_us, error=item.error
                )

        await self._store.writer.batch(write)

    async def _due(self, account: str) -> list[OutboxItem]:
        async with self._store.readers.read() as session:
            if await hub.fact(session, hub.SENDING_PAUSED) is not None:
                return []
            return await outbox.due(session, account=account, now_us=to_us(self._now()), limit=DUE_AT_ONCE)

    async def _settle_interrupted(self) -> None:
        """After a crash: what was being sent is repeated or becomes uncertain."""
        async with self._store.readers.read() as session:
            interrupted = await outbox.in_state(session, OutboxState.SENDING)
        for item in interrupted:
            outlet = self._outlets().get(item.account)
            if outlet is not None and _may_repeat(outlet, item):
                await self._write(item, Outcome(state=OutboxState.QUEUED, retry_s=0))
            else:
                error = "the hub was interrupted while sending: it may have arrived"
                await self._write(item, Outcome(state=OutboxState.UNCERTAIN, error=error))

    async def _send_one(self, item: OutboxItem) -> None:
        outlet = self._outlets().get(item.account)
        if not await self._claim(item):
            return
        outcome = outcomes.closed(item) if outlet is None else await self._send(outlet, item)
        await self._write_surely(item, outcome)
        self._log.info("send.done", account=item.account, outbox_id=item.id, state=str(outcome.state))

    async def _claim(self, item: OutboxItem) -> bool:
        """Commit that it is being sent, before the channel is called. False when it is not to be sent (any more)."""
        now_us = to_us(self._now())

        async def write(session: Session) -> bool:
            fresh = await outbox.get(session, item.id)
            if fresh is None or fresh.state is not OutboxState.QUEUED:
                return False
            if await is_withdrawn(session, fresh, at_us=now_us):
                return False
            await outbox.settle(session, item, state=OutboxState.SENDING, at_us=now_us, is_attempt=True)
            await timeline.set_state(session, item.message_id, str(OutboxState.SENDING))
            return True

        return await self._store.writer.batch(write)

    async def _send(self, outlet: Outlet, item: OutboxItem) -> Outcome:
        try:
            payload = (
                await asyncio.to_thread(self._with_files, item.payload) if item.payload.attachments else item.payload
            )
        except BlobMissing as exc:
            return Outcome(state=OutboxState.FAILED, error=f"a file of it can't be read: {exc}")
        async with self._store.readers.read() as session:
            heard_us = await conversations.heard_us(session, item.conversation_id)
        payload = replace(payload, heard_at=None if heard_us is None else from_us(heard_us))
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                receipt: SendReceipt = await outlet.sender.send(payload)
        except (Unavailable, AuthFailed) as exc:
            if item.attempts + 1 >= MAX_ATTEMPTS:
                return Outcome(state=OutboxState.FAILED, error=str(exc))
            wait_s = next_try_s(item.attempts, asked_s=getattr(exc, "retry_after_s", None))
            return Outcome(state=OutboxState.QUEUED, error=str(exc), retry_s=wait_s)
        except Rejected as exc:
            return Outcome(state=OutboxState.FAILED, error=str(exc), is_blocked=isinstance(exc, Blocked))
        except Exception as exc:  # noqa: BLE001 - it may have been taken: honesty rules, not repetition
            self._log.warning("send.uncertain", account=item.account, outbox_id=item.id, error=type(exc).__name__)
            if _may_repeat(outlet, item) and item.attempts + 1 < MAX_ATTEMPTS:
                wait_s = next_try_s(item.attempts, asked_s=None)
                return Outcome(state=OutboxState.QUEUED, error=type(exc).__name__, retry_s=wait_s)
            return outcomes.unclear(exc)
        return outcomes.sent(receipt)

    def _with_files(self, payload: Outbound) -> Outbound:
        """The message with its files' bytes. Raises BlobMissing."""
        get = self._store.blobs.get
        return replace(payload, attachments=tuple(replace(one, content=get(one.sha256)) for one in payload.attachments))

    async def _write_surely(self, item: OutboxItem, outcome: Outcome) -> None:
        """What became of a message must not be lost to a full disk: tried until it is written."""
        while True:
            try:
                await self._write(item, outcome)
                return
            except NotCommitted as exc:
                self._log.warning("send.waits", account=item.account, outbox_id=item.id, reason=str(exc))
                await asyncio.sleep(RETRY_S)

    async def _write(self, item: OutboxItem, outcome: Outcome) -> None:
        now_us = to_us(self._now())
        due_us = None if outcome.retry_s is None else now_us + int(outcome.retry_s * 1_000_000)

        async def write(session: Session) -> None:
            # A bounce may be quicker than the relay's answer to us.
            reported = await delivery_reports.of_message(
                session, item.message_id, since_us=item.changed_us, most=outcome.most_reports
            )
            state, said = outcome.after(reported)
            await outbox.settle(
                session,
                item,
                state=state,
                at_us=now_us,
                due_us=due_us,
                error=said,
                external_ref=outcome.external_ref,
            )
            await sent_parts.save(session, item, outcome.parts)
            for inbox_id in await early_reports.take(session, item, outcome.names):
                await parking.retry(session, inbox_id)
            if outcome.is_blocked:
                lost = Reach(identity_id=item.identity_id, account=item.account, is_reachable=False, at_us=now_us)
                await reach.save(session, [lost])
            if not any(one.status is state for one in reported):  # else the report told it
                await unsent.tell(session, item, state, at_us=now_us)
            is_put_off = state is OutboxState.QUEUED and bool(said)
            await timeline.set_state(session, item.message_id, str(OutboxState.DELAYED if is_put_off else state))

        await self._store.writer.batch(write)
        self._sent.ring()


def _may_repeat(outlet: Outlet, item: OutboxItem) -> bool:
    return outlet.is_repeat_safe and item.kind not in ONCE_KINDS
