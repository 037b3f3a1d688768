"""Tells targets about outages and events: each target in a lane of its own, each outage in order, as often as it takes.

What is told is committed as `sending` before the receiver is called. An alarm that may or may not have arrived is told
again: receivers with a key keep one alert, and to people it is said that it may be a repetition.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

import aiohttp

from channelhub.dispatch.targets.contract import Message, Notice, Target
from channelhub.dispatch.targets.table import Senders, messenger_of, target_of
from channelhub.domain.alerts import AlertAction, AlertDeliveryState, OutageAlert
from channelhub.domain.times import to_us
from channelhub.pipeline.bell import Bell
from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import AuthFailed, NotCommitted, Rejected, Unavailable
from channelhub.settings.alerts import AlertTarget
from channelhub.store import alerts, hub
from channelhub.store.alerts import AlertDelivery
from channelhub.store.database import Session
from channelhub.store.opening import Store

LOOK_AGAIN_S = 5.0
RETRY_S = 1.0
PAUSE_S = 0.5
SCHEDULE_S = (2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0)  # an alarm is pressing: never longer between two tries
MAX_ATTEMPTS = 100  # some sixteen hours
T = TypeVar("T")
Telling = Callable[[AlertDelivery, str], Message]  # (what is told of events, language)
_QUEUED, _SENDING = AlertDeliveryState.QUEUED, AlertDeliveryState.SENDING
_SENT, _FAILED, _SKIPPED = AlertDeliveryState.SENT, AlertDeliveryState.FAILED, AlertDeliveryState.SKIPPED


class AlertSender:
    """Tells what is due until cancelled. `settled` is rung when something was told, or could not be."""

    def __init__(
        self,
        store: Store,
        *,
        targets: Callable[[], Mapping[str, AlertTarget]],
        http: aiohttp.ClientSession,
        senders: Senders,
        message: Telling,
        queued: Bell,
        settled: Bell,
        now: Callable[[], datetime],
        log: Logger,
    ) -> None:
        self._store = store
        self._targets = targets
        self._http = http
        self._senders = senders
        self._message = message
        self._queued = queued
        self._settled = settled
        self._now = now
        self._log = log
        self._busy: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        await self._surely(lambda session: alerts.requeue_interrupted(session, now_us=self._now_us()))
        try:
            while True:
                heard = self._queued.rings
                for name, items in (await self._due()).items():
                    if items:
                        self._busy[name] = asyncio.create_task(self._tell_all(name, items), name=f"alert {name}")
                await self._queued.wait(heard, timeout_s=LOOK_AGAIN_S)
                await asyncio.sleep(PAUSE_S)  # the bell rings for every batch of messages
        finally:
            telling = list(self._busy.values())
            for task in telling:
                task.cancel()
            await asyncio.gather(*telling, return_exceptions=True)

    async def _due(self) -> dict[str, list[AlertDelivery]]:
        """What can be told now, by target, to those that aren't being told something."""
        async with self._store.readers.read() as session:
            if await hub.fact(session, hub.SENDING_PAUSED) is not None:
                return {}
            now_us = self._now_us()
            names = [name for name in await alerts.due_targets(session, now_us=now_us) if name not in self._busy]
            return {name: await alerts.due(session, name, now_us=now_us) for name in names}

    async def _tell_all(self, name: str, items: Sequence[AlertDelivery]) -> None:
        try:
            is_held_up = False  # an event that wasn't told: later ones must not come before it
            for one in items:
                if not (is_held_up and one.event_type):
                    outcome = await self._tell_one(one)
                    is_held_up |= bool(one.event_type) and outcome is _QUEUED
        except Exception:  # noqa: BLE001 - one target's trouble must not stop the others; looked at again soon
            self._log.exception("alert.failed", target=name)
            await asyncio.sleep(RETRY_S)
        finally:
            del self._busy[name]
            self._queued.ring()  # what waited for these can be told now

    async def _tell_one(self, one: AlertDelivery) -> AlertDeliveryState | None:
        """What it has come to; None: somebody else has it, or there was nothing to tell."""
        configured = self._targets().get(one.target)
        if configured is None:
            gone = replace(one, state=_FAILED, due_us=None, error="no target of this name is configured any more")
            await self._settle(gone)
            return gone.state
        claimed = await self._claim(one)
        if claimed is None:
            return None
        delivery, notice = claimed
        outcome = await self._tell(configured, delivery, notice)
        await self._settle(outcome)
        about = {
            "target": one.target,
            "outage_id": one.outage_id,
            "event_type": one.event_type,
            "action": str(one.action),
            "attempt": outcome.attempts,
        }
        if outcome.error:  # the receiver's words may repeat a customer's: they stay in the table
            self._log.warning("alert.not_told", **about, state=str(outcome.state))
        else:
            self._log.info("alert.told", **about)
        return outcome.state

    async def _claim(self, one: AlertDelivery) -> tuple[AlertDelivery, Notice | None] | None:
        """Commit that it is being told, before the receiver is called; with the notice, where it is about an outage.
        None: there is nothing to tell any more."""

        async def write(session: Session) -> tuple[AlertDelivery, Notice | None] | None:
            fresh = await alerts.get(session, one.id)
            if fresh is None or fresh.state is not one.state:
                return None
            if fresh.event_type:
                taken = replace(fresh, attempts=fresh.attempts + 1, state=_SENDING)
                await alerts.settle(session, taken, at_us=self._now_us())
                return taken, None
            episode = _episode(fresh, await alerts.of_alert(session, target=one.target, key=one.key))
            if fresh.state is _SENT:  # to be told again as it is
                return (fresh, self._notice(fresh, fresh.action, episode)) if episode[-1].id == fresh.id else None
            action = _effective(fresh, episode)
            if action is None:
                await alerts.settle(session, replace(fresh, state=_SKIPPED, due_us=None), at_us=self._now_us())
                return None
            taken = replace(fresh, attempts=fresh.attempts + 1, state=_SENDING)
            await alerts.settle(session, taken, at_us=self._now_us())
            return taken, self._notice(taken, action, episode)

        return await self._surely(write)

    def _notice(self, one: AlertDelivery, action: AlertAction, episode: Sequence[AlertDelivery]) -> Notice:
        known = [other.external_ref for other in episode if other.external_ref]
        may_repeat = any(other.may_have_arrived for other in episode)
        assert isinstance(one.content, OutageAlert)
        return Notice(
            key=one.key,
            action=action,
            alert=one.content,
            at=self._now(),
            external_ref=known[-1] if known else "",
            may_repeat=may_repeat,
            name=f"{one.id}.{one.created_us}",
        )

    async def _tell(self, configured: AlertTarget, one: AlertDelivery, notice: Notice | None) -> AlertDelivery:
        """What became of it."""
        now_us = self._now_us()
        target = target_of(configured, self._http, self._senders)
        try:
            reference = await self._told(target, configured, one, notice)
        except Rejected as exc:
            return replace(one, state=_FAILED, due_us=None, error=str(exc))
        except (Unavailable, AuthFailed) as exc:
            return self._later(target, one, str(exc), asked_s=getattr(exc, "retry_after_s", None))
        except Exception as exc:  # noqa: BLE001 - a lost answer: it may have been taken
            self._log.warning("alert.uncertain", target=one.target, error=type(exc).__name__)
            uncertain = replace(one, may_have_arrived=True)
            return self._later(
                target, uncertain, f"{one.target} did not answer, it may have arrived: {type(exc).__name__}"
            )
        is_open = one.action is not AlertAction.RESOLVE
        again_us = None if target.refresh_s is None or not is_open else now_us + int(target.refresh_s * 1_000_000)
        told = replace(one, state=_SENT, due_us=again_us, error="", may_have_arrived=False)
        return replace(told, external_ref=reference or one.external_ref)

    async def _told(self, target: Target, configured: AlertTarget, one: AlertDelivery, notice: Notice | None) -> str:
        """The receiver's name for it. Raises as Target.tell says."""
        if notice is not None:
            return await target.tell(notice)
        messenger = messenger_of(target, configured)
        if messenger is None:
            raise Rejected(f"{one.target} is a target of outages only: it can't be told of events")
        await messenger.post(self._message(one, configured.config.language))
        return ""

    def _later(self, target: Target, one: AlertDelivery, error: str, *, asked_s: float | None = None) -> AlertDelivery:
        if one.state is _SENT:
            wait_s = max(target.refresh_s or 0.0, asked_s or 0.0)
        elif one.attempts >= MAX_ATTEMPTS:
            return replace(one, state=_FAILED, due_us=None, error=error)
        else:
            wait_s = max(SCHEDULE_S[min(one.attempts, len(SCHEDULE_S)) - 1], asked_s or 0.0)
        state = _SENT if one.state is _SENT else _QUEUED
        return replace(one, state=state, due_us=self._now_us() + int(wait_s * 1_000_000), error=error)

    async def _settle(self, one: AlertDelivery) -> None:
        await self._surely(lambda session: alerts.settle(session, one, at_us=self._now_us()))
        self._settled.ring()

    async def _surely(self, write: Callable[[Session], Awaitable[T]]) -> T:
        """What became of an alarm must not be lost to a full disk: tried until it is written."""
        while True:
            try:
                return await self._store.writer.batch(write)
            except NotCommitted as exc:
                self._log.warning("alert.waits", reason=str(exc))
                await asyncio.sleep(RETRY_S)

    def _now_us(self) -> int:
        return to_us(self._now())


def _episode(one: AlertDelivery, all_of_it: Sequence[AlertDelivery]) -> list[AlertDelivery]:
    """What belongs to the same opening of the alert: since the last end before it. Never empty."""
    ends = [other.id for other in all_of_it if other.id < one.id and other.action is AlertAction.RESOLVE]
    return [other for other in all_of_it if other.id > max(ends, default=0)]


def _effective(one: AlertDelivery, episode: Sequence[AlertDelivery]) -> AlertAction | None:
    """What to do now, given everything that this target is told of the outage; None: nothing.

    Of several changes that wait only the last is told. What was never told is opened by its first change, and needs no
    end; what is over before anybody was called is not told at all, unless it is a test.
    """
    ends = any(other.id > one.id and other.action is AlertAction.RESOLVE for other in episode)
    if one.action is AlertAction.TRIGGER and one.attempts == 0 and ends and one.outage_id is not None:
        return None
    before = [other for other in episode if other.id < one.id]
    if one.action is AlertAction.UPDATE and any(other.id > one.id for other in episode):
        return None
    if one.action is AlertAction.RESOLVE:
        return AlertAction.RESOLVE if any(other.attempts > 0 for other in before) else None
    was_told = any(other.state is _SENT for other in before)
    return AlertAction.UPDATE if one.action is AlertAction.UPDATE and was_told else AlertAction.TRIGGER
