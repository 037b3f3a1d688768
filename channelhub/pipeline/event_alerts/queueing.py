"""The stage that tells targets of events: writes a message for each, or counts it for a summary.

Messages are written in the commit that moves the target's place, so a crash between two events loses and doubles none.
What was only counted, or was for nobody, is looked at again after a crash.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from channelhub.domain.alerts import AlertAction, EventAlert, EventSummary
from channelhub.domain.events.catalogue import CATALOGUE
from channelhub.domain.times import to_us
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.event_alerts.listeners import Listener
from channelhub.pipeline.webhooks.audience import segments
from channelhub.pipeline.webhooks.messages import message_of
from channelhub.rules.event_alerts.pacing import Limits, admit, summed
from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import NotCommitted
from channelhub.store import alert_readers, alerts, events
from channelhub.store.alert_readers import Reader
from channelhub.store.database import Session
from channelhub.store.events import Event
from channelhub.store.jsontext import as_json
from channelhub.store.opening import Store

Listeners = Mapping[str, Listener]
LOOK_AGAIN_S = 5.0
RETRY_S = 1.0
PAUSE_S = 0.5  # commits within this time are read together
EVENTS_AT_ONCE = 500
REMEMBER_EVERY = 1000  # events without a message, until the places are written


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    target: str
    key: str
    content: EventAlert | EventSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What there is to read from."""

    events: Sequence[Event]
    segments: Mapping[int, str]
    waiting: Mapping[str, int]


class EventAlertStage:
    """Works until cancelled. `told` is rung when there is something to send."""

    def __init__(
        self,
        store: Store,
        *,
        listeners: Callable[[], Listeners],
        changed: Bell,
        told: Bell,
        now: Callable[[], datetime],
        log: Logger,
    ) -> None:
        self._store = store
        self._listeners = listeners
        self._changed = changed
        self._told = told
        self._now = now
        self._log = log
        self._met: Listeners | None = None
        self._readers: dict[str, Reader] = {}
        self._remembered = 0  # the last event up to which every place is written

    async def run(self) -> None:
        while True:
            heard = self._changed.rings
            try:
                await self._meet(self._listeners())
                has_more = bool(self._readers) and await self._step()
            except NotCommitted as exc:
                self._log.warning("event_alerts.waits", reason=str(exc))
                await asyncio.sleep(RETRY_S)
                continue
            if not has_more:
                await self._changed.wait(heard, timeout_s=LOOK_AGAIN_S)
                await asyncio.sleep(PAUSE_S)

    async def _meet(self, found: Listeners) -> None:
        """Learn which targets there are, where that changed. A new one begins with the events after it."""
        if found is self._met:
            return

        async def write(session: Session) -> dict[str, Reader]:
            known = await alert_readers.all_of_them(session)
            if gone := known.keys() - found.keys():
                await alert_readers.remove(session, gone)
            newest = await events.newest_id(session)
            added = {name: Reader(read_until=newest) for name in found if name not in known}
            await alert_readers.save(session, added)
            return {name: self._readers.get(name) or known.get(name) or added[name] for name in found}

        self._readers = await self._store.writer.batch(write)
        self._remembered = min((one.read_until for one in self._readers.values()), default=0)
        self._met = found

    async def _step(self) -> bool:
        """Read on in the events; whether there may be more."""
        seen = await self._store.readers.look(self._look)
        readers, messages = self._decide(seen)
        until = min(one.read_until for one in readers.values())
        if messages or until - self._remembered >= REMEMBER_EVERY:
            await self._store.writer.batch(lambda session: self._write(session, readers, messages))
            self._remembered = until
        self._readers = readers
        if messages:
            self._told.ring()
        return len(seen.events) == EVENTS_AT_ONCE

    async def _look(self, session: Session) -> _Seen:
        after = min(one.read_until for one in self._readers.values())
        found = await events.since(session, after=after, limit=EVENTS_AT_ONCE)
        has_segments = any(one.filters.segments for one in (self._met or {}).values())
        return _Seen(
            events=found,
            segments=await segments(session, found) if has_segments else {},
            waiting=await alert_readers.waiting(session),
        )

    def _decide(self, seen: _Seen) -> tuple[dict[str, Reader], list[_Message]]:
        """Each target's next place, and what it is told."""
        readers: dict[str, Reader] = {}
        messages: list[_Message] = []
        for name, listener in (self._met or {}).items():
            reader, own = self._decide_one(name, listener, seen)
            readers[name] = reader
            messages.extend(own)
        return readers, messages

    def _decide_one(self, name: str, listener: Listener, seen: _Seen) -> tuple[Reader, list[_Message]]:
        reader, messages = self._readers[name], []
        limits = Limits(per_minute=listener.per_minute, waiting=seen.waiting.get(name, 0), now_us=to_us(self._now()))
        pacing = reader.pacing
        for event in seen.events:
            if event.id <= reader.read_until or event.type not in CATALOGUE:
                continue
            if not listener.wants(event, segment=seen.segments.get(event.id, "")):
                continue
            pacing, is_told = admit(pacing, event.type, at_us=to_us(event.at), limits=limits)
            if is_told:
                messages.append(_Message(target=name, key=message_of(event).key, content=_alert(event)))
                limits = replace(limits, waiting=limits.waiting + 1)
        until = max(reader.read_until, seen.events[-1].id if seen.events else 0)
        if (ended := summed(pacing, limits)) is not None:
            pacing, summary = ended
            messages.append(_Message(target=name, key=_summary_key(name, until, summary), content=summary))
        return Reader(read_until=until, pacing=pacing), messages

    async def _write(self, session: Session, readers: Mapping[str, Reader], messages: Sequence[_Message]) -> None:
        now_us = to_us(self._now())
        for one in messages:
            await alerts.add(
                session,
                target=one.target,
                key=one.key,
                outage_id=None,
                action=AlertAction.TRIGGER,
                content=one.content,
                at_us=now_us,
                is_in_order=True,
            )
        await alert_readers.save(session, readers)


def _alert(event: Event) -> EventAlert:
    return EventAlert(id=event.id, type=event.type, at=event.at, account=event.account, data=event.data)


def _summary_key(target: str, until: int, summary: EventSummary) -> str:
    """Another for each summary; with what it says, as a restored hub gives the same numbers again."""
    facts = as_json([target, summary.counts, to_us(summary.first_at), to_us(summary.last_at)])
    return f"sum_{until}_{hashlib.sha256(facts.encode()).hexdigest()[:12]}"
