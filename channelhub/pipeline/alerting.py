"""The alerting stage: whoever is on call is told what an outage is now, compared with what they were told last.

What a target was told is a row, so the rows themselves say how far telling has come: a stage that starts again after a
crash compares anew and finds nothing twice. The events only say when to look.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channelhub.domain.alerts import AlertAction, OutageAlert
from channelhub.domain.outages import OutageState
from channelhub.domain.times import from_us, to_us
from channelhub.pipeline.bell import Bell
from channelhub.rules.outage import alerting
from channelhub.rules.outage.alerting import Standing, Told, Wants
from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import NotCommitted
from channelhub.settings.alerts import AlertTarget
from channelhub.store import alerts, events, outages
from channelhub.store.alerts import AlertDelivery
from channelhub.store.database import Session
from channelhub.store.opening import Store
from channelhub.store.outages import Counts, Outage

Targets = Mapping[str, AlertTarget]
LOOK_AGAIN_S = 5.0
LOOK_AT_ALL_S = 60.0
RETRY_S = 1.0
PAUSE_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One target is to be told of one outage."""

    target: str
    outage: Outage
    counts: Counts | None
    action: AlertAction
    before: AlertDelivery | None  # what it was told last

    def content(self, channels: Mapping[str, int], link: str) -> OutageAlert:
        """What it is told."""
        standing = _standing(self.outage, self.counts)
        return OutageAlert(
            title=alerting.without_addresses(self.outage.title),
            state=str(standing.state),
            severity=alerting.severity(standing),
            customers=standing.customers,
            messages=self.counts.messages if self.counts else 0,
            began_at=from_us(self.outage.began_us),
            link=link,
            level=standing.level,
            customers_before=told.standing.customers if (told := _told(self.before)) else 0,
            terms=alerting.shown_terms(self.outage.terms),
            channels=dict(channels),
        )


class AlertingStage:
    """Compares until cancelled. `told` is rung when there is something to send."""

    def __init__(
        self,
        store: Store,
        *,
        targets: Callable[[], Targets],
        public_url: str,
        changed: Bell,
        told: Bell,
        now: Callable[[], datetime],
        log: Logger,
    ) -> None:
        self._store = store
        self._targets = targets
        self._public_url = public_url
        self._changed = changed
        self._told = told
        self._now = now
        self._log = log
        self._seen_event = 0
        self._seen_targets: Targets = {}
        self._all_at_s = 0.0

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            heard = self._changed.rings
            if targets := self._targets():
                is_all = targets is not self._seen_targets or loop.time() >= self._all_at_s
                try:
                    await self._look(targets, is_all=is_all)
                except NotCommitted as exc:
                    self._log.warning("alerting.waits", reason=str(exc))
                    await asyncio.sleep(RETRY_S)
                    continue
                if is_all:
                    self._seen_targets, self._all_at_s = targets, loop.time() + LOOK_AT_ALL_S
            await self._changed.wait(heard, timeout_s=LOOK_AGAIN_S)
            await asyncio.sleep(PAUSE_S)  # the bell rings for every batch of messages

    async def _look(self, targets: Targets, *, is_all: bool) -> None:
        """At the outages of new events, or at every one that is open or was told as such."""
        async with self._store.readers.read() as session:
            until = await events.newest_id(session)
            if is_all:
                current = [one.id for one in await outages.still_open(session)]
                ids: Sequence[int] = sorted({*current, *await alerts.told_open(session)})
            else:
                ids = await alerts.outages_in_events(session, after=self._seen_event, until=until)
            is_news = bool(ids) and bool(await self._decide(session, ids, targets))
        if is_news:
            written = await self._store.writer.batch(lambda session: self._write(session, ids, targets))
            for due in written:
                self._log.info("alert.queued", target=due.target, outage_id=due.outage.id, action=str(due.action))
            self._told.ring()
        self._seen_event = until

    async def _write(self, session: Session, ids: Sequence[int], targets: Targets) -> Sequence[Due]:
        """Decide again in the transaction that writes: what was written meanwhile is told already."""
        decided = await self._decide(session, ids, targets)
        channels = {one: await alerts.channels(session, one) for one in {due.outage.id for due in decided}}
        for due in decided:
            outage_id = due.outage.id
            await alerts.add(
                session,
                target=due.target,
                key=due.before.key if due.before else alerting.alert_key(outage_id, self._public_url),
                outage_id=outage_id,
                action=due.action,
                content=due.content(channels[outage_id], f"{self._public_url}/outages/{outage_id}"),
                at_us=to_us(self._now()),
            )
        return decided

    async def _decide(self, session: Session, ids: Iterable[int], targets: Targets) -> list[Due]:
        """Whom to tell what."""
        found = {one: outage for one in ids if (outage := await outages.get(session, one)) is not None}
        counts = await outages.counts(session, found)
        newest = await alerts.newest_of(session, found)
        decided: list[Due] = []
        for outage_id, outage in found.items():
            count = counts.get(outage_id)
            for name, target in targets.items():
                before = newest.get((name, outage_id))
                action = alerting.next_action(_standing(outage, count), _told(before), wants_of(target.config))
                if action is not None:
                    decided.append(Due(target=name, outage=outage, counts=count, action=action, before=before))
        return decided


def _standing(outage: Outage, counts: Counts | None) -> Standing:
    return Standing(state=outage.state, customers=counts.customers if counts else 0, level=outage.level)


def wants_of(config: Any) -> Wants:
    """What a target's settings ask for."""
    return Wants(
        least_state=OutageState(config.least_state),
        least_customers=config.least_customers,
        has_updates=config.updates,
    )


def _told(before: AlertDelivery | None) -> Told | None:
    if before is None:
        return None
    content = before.content
    assert isinstance(content, OutageAlert)  # it was told of an outage
    standing = Standing(state=OutageState(content.state), customers=content.customers, level=content.level)
    return Told(action=before.action, standing=standing)
