"""Messages that are too old: what the rules say would go, and asking for it, which `pipeline/erasing/` carries out.

Rules that are new, or were changed, begin to act a day after they were first seen: who mistyped one has that long.
"""

import asyncio
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from channelhub.domain.message_ids import MESSAGES_PER_DELIVERY
from channelhub.domain.times import to_us
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.erasing.expiring import ACTOR
from channelhub.rules.erasing import Step
from channelhub.rules.outage.thresholds import DAY_US
from channelhub.rules.retention import Aged, Limit, MessageRule, Verdict, limits, verdict
from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import NotCommitted
from channelhub.settings.retention import MessageRetention, RetentionSettings
from channelhub.store import erasures, expiring, hub
from channelhub.store.database import Session
from channelhub.store.erasures import Erasure
from channelhub.store.opening import Store

ID_BITS = 62
EVERY_S = 3600.0
BEGIN_AFTER_S = 5.0  # a hub that starts has better things to do
LOOK_S = 60.0  # at the rules, which a reload may have changed
PAGE = 2000

Reading = Callable[[], AbstractAsyncContextManager[Session]]


class Announced(msgspec.Struct, frozen=True, kw_only=True):
    """The rules as they were first seen, and when: microseconds UTC."""

    rules: tuple[MessageRetention, ...]
    since_us: int

    @property
    def acts_us(self) -> int:
        return self.since_us + DAY_US


@dataclass(slots=True, kw_only=True)
class Count:
    """What a rule says of the messages of one account now."""

    limit: Limit
    channel: str
    goes: int = 0
    open: int = 0  # as old, and kept because somebody works on them
    oldest_us: int | None = None  # of those that go: when the first came
    incidents: set[int] = field(default_factory=set)  # in which they are

    def add(self, one: Aged) -> None:
        said = verdict(one, self.limit)
        self.open += said is Verdict.OPEN
        if said is not Verdict.GOES:
            return
        self.goes += 1
        self.oldest_us = one.received_us if self.oldest_us is None else min(self.oldest_us, one.received_us)
        if one.incident_id is not None:
            self.incidents.add(one.incident_id)


def rules_of(settings: Iterable[MessageRetention]) -> tuple[MessageRule, ...]:
    return tuple(
        MessageRule(account=one.account, channel=one.channel, days=one.days, keep_open=one.keep_open)
        for one in settings
    )


async def preview(
    read: Reading,
    rules: Sequence[MessageRule],
    known: Mapping[str, str],
    *,
    now: datetime,
    on_looked: Callable[[int], None] = lambda _inbox_id: None,
) -> list[Count]:
    """What would go now, by account, by the walk and verdict by which it does.

    Looks at every message up to the youngest limit, some at a time; `on_looked` hears from which delivery the last was.
    `known`: channels of configured accounts.
    """
    async with read() as session:
        channels = await expiring.channels(session, known)
    counts = {
        one.account: Count(limit=one, channel=channels[one.account])
        for one in limits(rules, channels, now_us=to_us(now))
    }
    last_us = max((one.limit.before_us for one in counts.values()), default=0)
    after = 0
    while counts:
        async with read() as session:
            page = await expiring.aged_after(session, after, limit=PAGE)
        for one in page:
            if one.account in counts:
                counts[one.account].add(one)
        if page:
            on_looked(page[-1].id // MESSAGES_PER_DELIVERY)
        if len(page) < PAGE or page[-1].received_us >= last_us:
            break
        after = page[-1].id
    return list(counts.values())


class Expiry:
    """Asks every hour until cancelled for what is too old to go. `known` gives the channels of configured accounts;
    `asked` is rung after a request."""

    def __init__(
        self,
        store: Store,
        settings: Callable[[], RetentionSettings],
        known: Callable[[], Mapping[str, str]],
        *,
        asked: Bell,
        now: Callable[[], datetime],
        log: Logger,
    ) -> None:
        self._store = store
        self._settings = settings
        self._known = known
        self._asked = asked
        self._now = now
        self._log = log

    @property
    def rules(self) -> tuple[MessageRetention, ...]:
        """As they are configured."""
        return self._settings().messages

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        next_s = loop.time() + BEGIN_AFTER_S
        while True:
            try:
                await self.announce()
                if loop.time() >= next_s:
                    await self.ask()
                    next_s = loop.time() + EVERY_S
            except NotCommitted as exc:
                self._log.warning("expiry.waits", reason=str(exc))
                next_s = loop.time() + LOOK_S
            await asyncio.sleep(min(LOOK_S, max(0.0, next_s - loop.time())))

    async def announce(self) -> Announced | None:
        """Note since when the rules are as they are; None: there are none. Raises NotCommitted."""
        rules = self.rules
        known = await self.announced()
        if known is not None and known.rules == rules:
            return known
        if not rules:
            if known is not None:
                await self._store.writer.command(lambda session: hub.remove_fact(session, hub.MESSAGES_KEPT))
            return None
        made = Announced(rules=rules, since_us=to_us(self._now()))
        text = msgspec.json.encode(made).decode()
        await self._store.writer.command(lambda session: hub.set_fact(session, hub.MESSAGES_KEPT, text))
        self._log.info("expiry.announced", rules=len(rules), acts_in_h=24)
        return made

    async def ask(self) -> Erasure | None:
        """Announce rules that are new; have what the others let go be removed. Raises NotCommitted."""
        announced = await self.announce()
        at_us = to_us(self._now())
        if announced is None or at_us < announced.acts_us:
            return None
        counts = await self.preview(announced.rules)
        if not any(one.goes for one in counts):
            return None
        what = tuple(one.limit for one in counts)
        made = Erasure(
            id=secrets.randbits(ID_BITS) or 1, step=Step.COLLECTING, actor=ACTOR, asked_us=at_us, limits=what
        )

        async def write(session: Session) -> bool:
            last = await erasures.newest_expiry(session)
            is_free = last is None or last.done_us is not None
            if is_free:
                await erasures.add(session, made)
            return is_free

        if not await self._store.writer.command(write):
            return None
        self._asked.ring()
        return made

    async def preview(self, rules: Iterable[MessageRetention]) -> list[Count]:
        return await preview(self._store.readers.read, rules_of(rules), self._known(), now=self._now())

    async def announced(self) -> Announced | None:
        """The rules that act, or will; None: messages are kept for ever."""
        async with self._store.readers.read() as session:
            return await announced(session)


async def announced(session: Session) -> Announced | None:
    text = await hub.fact(session, hub.MESSAGES_KEPT)
    return None if text is None else msgspec.json.decode(text, type=Announced)
