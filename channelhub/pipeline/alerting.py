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


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """An outage with what is told of it."""

    outage: Outage
    counts: Counts | None
    channels: Mapping[str, int]
    link: str

    @property
    def standing(self) -> Standing:
        customers = self.counts.customers if self.counts else 0
        return Standing(state=self.outage.state, customers=customers, level=self.outage.level)

    def told(self, before: int) -> OutageAlert:
        """What a target is told now that was told of `before` customers."""
        return OutageAlert(
            title=alerting.without_addresses(self.outage.title),
            state=str(self.outage.state),
            severity=alerting.severity(self.standing),
            customers=self.standing.customers,
            messages=self.counts.messages if self.counts else 0,
            began_at=from_us(self.outage.began_us),
            link=self.link,
            level=self.standing.level,
            customers_before=before,
            terms=alerting.shown_terms(self.outage.terms),
            channels=dict(self.channels),
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
            for one in written:
                self._log.info("alert.queued", target=one[0], outage_id=one[1], action=one[2])
            self._told.ring()
        self._seen_event = until

    async def _write(self, session: Session, ids: Sequence[int], targets: Targets) -> list[tuple[str, int, str]]:
        """Decide again in the transaction that writes: what was written meanwhile is told already."""
        decided = await self._decide(session, ids, targets)
        at_us = to_us(self._now())
        for name, facts, action, before in decided:
            outage_id = facts.outage.id
            key = alerting.alert_key(outage_id, self._public_url)
            content = facts.told(before)
            await alerts.add(
                session, target=name, key=key, outage_id=outage_id, action=action, content=content, at_us=at_us
            )
        return [(name, facts.outage.id, str(action)) for name, facts, action, _ in decided]

    async def _decide(
        self, session: Session, ids: Iterable[int], targets: Targets
    ) -> list[tuple[str, Facts, AlertAction, int]]:
        """Whom to tell what, with the customers that were told before."""
        found = {one: outage for one in ids if (outage := await outages.get(session, one)) is not None}
        counts = await outages.counts(session, found)
        keys = {one: alerting.alert_key(one, self._public_url) for one in found}
        newest = await alerts.newest_of(session, keys.values())
        decided: list[tuple[str, Facts, AlertAction, int]] = []
        for outage_id, outage in found.items():
            facts = Facts(
                outage=outage,
                counts=counts.get(outage_id),
                channels=await alerts.channels(session, outage_id),
                link=f"{self._public_url}/outages/{outage_id}",
            )
            for name, target in targets.items():
                before = newest.get((name, keys[outage_id]))
                action = alerting.next_action(facts.standing, _told(before), wants_of(target.config))
                if action is not None:
                    decided.append((name, facts, action, before.content.customers if before else 0))
        return decided


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
    standing = Standing(state=OutageState(content.state), customers=content.customers, level=content.level)
    return Told(action=before.action, standing=standing)
