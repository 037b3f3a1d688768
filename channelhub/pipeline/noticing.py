"""The notices stage: outage members × approved notices → outbox. What was decided is its memory, so it can be started
again at any moment; the events it has read for words that decline have a checkpoint of their own.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from channelhub.domain.events.notices import NoticeSent
from channelhub.domain.notices import NoticeState
from channelhub.domain.times import to_us
from channelhub.pipeline.addressing import address
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.declining import DecliningWords
from channelhub.pipeline.rulebook import Rulebook
from channelhub.pipeline.telling import tell
from channelhub.pipeline.withdrawing import withdraw
from channelhub.rules.notices import season
from channelhub.sdk.contract import Logger
from channelhub.sdk.errors import NotCommitted
from channelhub.store import events, notices, outage_news, outages, outbox, recipients
from channelhub.store.database import Session
from channelhub.store.events import NewEvent
from channelhub.store.notices import Notice
from channelhub.store.opening import Store
from channelhub.store.outages import Outage

ROWS = 25  # addresses in one transaction: intake and people's commands come between
LOOK_S = 5.0
REST = 4.0  # times what a look took
LEAST_REST_S = 0.1
RETRY_S = 1.0
END_IS_NEWS_US = 7 * 24 * 3600 * 1_000_000  # who is attached later isn't told that it is over


class NoticeStage:
    """Tells whoever is attached to an outage, until cancelled."""

    def __init__(
        self,
        store: Store,
        *,
        book: Callable[[], Rulebook],
        grouped: Bell,
        told: Bell,
        now: Callable[[], datetime],
        log: Logger,
    ) -> None:
        self._store = store
        self._book = book
        self._grouped = grouped
        self._told = told
        self._now = now
        self._log = log
        self._words = DecliningWords(store, book=book, now=now)
        self._live: set[int] = set()  # notices that went on when last looked at
        self._settled: dict[int, int] = {}  # by notice: its outage's reports when nobody was left to tell
        self._ended: set[int] | None = None  # those that don't, of which messages may wait; None: not looked yet

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            heard, began_s = self._grouped.rings, loop.time()
            try:
                has_more = await self.turn()
            except NotCommitted as exc:
                self._log.warning("notices.wait", reason=str(exc))
                await asyncio.sleep(RETRY_S)
                continue
            await asyncio.sleep(max(LEAST_REST_S, (loop.time() - began_s) * REST))
            if not has_more:
                await self._grouped.wait(heard, timeout_s=LOOK_S)

    async def turn(self) -> bool:
        """One look at everything; whether something was left for the next."""
        has_more = await self._words.read_on()
        async with self._store.readers.read() as session:
            live = await notices.going_on(session, since_us=to_us(self._now()) - END_IS_NEWS_US)
            if self._ended is None:
                self._ended = set(await recipients.ended_with_waiting(session))
        self._ended |= self._live - {one.id for one in live}
        self._live = {one.id for one in live}
        self._settled = {one: added for one, added in self._settled.items() if one in self._live}
        for notice_id in sorted(self._ended):
            has_more |= await self._withdraw(notice_id)
        for notice in live:
            has_more |= await self._tell(notice)
        return has_more

    async def _tell(self, notice: Notice) -> bool:
        """Decide about the next addresses of a notice. Looks first, so that a quiet hub writes nothing; not even that
        while its outage has the reports that it had when nobody was left to tell.
        """
        async with self._store.readers.read() as session:
            outage = await outages.get(session, notice.outage_id)
            if outage is None or not _is_on(notice, outage):
                return False
            book, now_us = self._book(), to_us(self._now())
            added = await outage_news.reports_added(session, outage.id)
            is_settled = self._settled.get(notice.id) == added
            waits = not is_settled and bool(await address(session, book, notice, now_us=now_us, limit=1))
            is_finishing = (
                not waits and notice.finished_us is None and not await recipients.is_under_way(session, notice.id)
            )
        if waits:
            return await self._write(lambda session: self._decide(session, notice.id))
        self._settled[notice.id] = added
        if is_finishing:
            await self._write(lambda session: self._finish(session, notice.id))
        return False

    async def _decide(self, session: Session, notice_id: int) -> bool:
        notice, outage = await _fresh(session, notice_id)
        if notice is None or outage is None or not _is_on(notice, outage):
            return False
        book, now_us = self._book(), to_us(self._now())
        decided = await address(session, book, notice, now_us=now_us, limit=ROWS)
        await tell(session, book, notice, decided, now_us=now_us, next_id=self._store.writer.take_id)
        return len(decided) == ROWS

    async def _finish(self, session: Session, notice_id: int) -> bool:
        """Everybody known by now has been told: say so, once."""
        notice, outage = await _fresh(session, notice_id)
        if notice is None or outage is None or not _is_on(notice, outage) or notice.finished_us is not None:
            return False
        now = self._now()
        counts = await recipients.counts(session, notice_id)
        await notices.change(session, replace(notice, finished_us=to_us(now)))
        states: dict[str, int] = {}
        for one in counts:
            states[one.state] = states.get(one.state, 0) + one.addresses
        await events.append(session, [_sent(notice, states, at=now)])
        return False

    async def _withdraw(self, notice_id: int) -> bool:
        """Take back what waits of a notice that ended; whether some may be left."""

        async def write(session: Session) -> bool:
            notice, outage = await _fresh(session, notice_id)
            if notice is None or outage is None:
                return False
            is_merged = outage.merged_into is not None
            reason = season.withdrawal(notice.kind, notice.state, outage.state, is_merged=is_merged)
            if reason is None:
                return False
            waiting = await recipients.waiting(session, notice_id, limit=ROWS)
            for outbox_id in waiting:
                item = await outbox.get(session, outbox_id)
                if item is not None:
                    await withdraw(session, item, reason, at_us=to_us(self._now()))
            return len(waiting) == ROWS

        has_more = await self._write(write)
        if not has_more and self._ended is not None:
            self._ended.discard(notice_id)
        return has_more

    async def _write(self, work: Callable[[Session], Awaitable[bool]]) -> bool:
        has_more = await self._store.writer.batch(work)
        self._told.ring()
        return has_more


def _sent(notice: Notice, counts: dict[str, int], *, at: datetime) -> NewEvent:
    """Everybody known was told; the words and the readers stay in the database."""
    data = NoticeSent(
        notice_id=str(notice.id),
        outage_id=str(notice.outage_id),
        kind=notice.kind,
        languages=sorted(notice.texts),
        approver=notice.approver,
        counts=counts,
    )
    return NewEvent(at=at, data=data)


def _is_on(notice: Notice, outage: Outage) -> bool:
    is_merged = outage.merged_into is not None
    return (
        notice.state is NoticeState.APPROVED
        and season.withdrawal(notice.kind, notice.state, outage.state, is_merged=is_merged) is None
    )


async def _fresh(session: Session, notice_id: int) -> tuple[Notice | None, Outage | None]:
    notice = await notices.get(session, notice_id)
    return notice, None if notice is None else await outages.get(session, notice.outage_id)
