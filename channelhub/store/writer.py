"""The one writer: a task that owns the only writing connection and commits in groups.

Everything queued while the last fsync ran goes into the next commit, so no timer is needed. Intake goes first,
then one agents' command, then one batch of the pipeline, each with a commit of its own.
"""

import asyncio
import sqlite3
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from channelhub.sdk.contract import Receipt
from channelhub.sdk.errors import HubBusy, NotCommitted
from channelhub.store import inbox
from channelhub.store.database import Session
from channelhub.store.faults import Waiting, is_broken, is_somebodys, refusal, settle
from channelhub.store.inbox import Appended, Delivery, Prepared
from channelhub.store.intake_rate import IntakeRate
from channelhub.store.sqlite import SqliteSession

T = TypeVar("T")
Told = Callable[[Sequence[Receipt] | BaseException], None]  # called on the event loop, with receipts or a reason
GROUP_ROWS = 1000
GROUP_BYTES = 32 * 1024 * 1024


class Lane(Enum):
    COMMAND = "command"  # what a person asked for
    PIPELINE = "pipeline"
    UPKEEP = "upkeep"  # of the file itself, between transactions


class WriterStopped(NotCommitted):
    """The daemon is stopping, or the database failed under it."""


@dataclass(slots=True)
class _Intake:
    prepared: Prepared
    size: int
    done: Waiting


@dataclass(slots=True)
class _Job:
    work: Callable[[Any], Awaitable[Any]]
    done: "asyncio.Future[Any]"


class Writer:
    """Takes work from any task; `run` does it. Bounded in bytes: a full queue makes `deliver` wait, then refuse.

    An account that has something queued gets no more than it leaves free, so one alone fills about half of the
    queue, and another finds room (dynamic thresholds of Choudhury and Hahne).
    """

    def __init__(
        self,
        session: SqliteSession,
        *,
        max_queued_bytes: int = 64 * 1024 * 1024,
        max_wait_s: float = 5.0,
        on_broken: Callable[[BaseException], None],
    ) -> None:
        self._session = session
        self._intake: deque[_Intake] = deque()
        self._jobs: dict[Lane, deque[_Job]] = {lane: deque() for lane in Lane}
        self._queued_bytes = 0
        self._queued_of: Counter[str] = Counter()  # bytes of each account
        self._max_queued_bytes = max_queued_bytes
        self._max_wait_s = max_wait_s
        self._has_work = asyncio.Event()
        self._room = asyncio.Condition()
        self._next_id = 0
        self._group: list[_Intake] = []  # in the commit that is under way
        self._rate = IntakeRate()
        self._is_stopping = False
        self._on_broken = on_broken
        self.commits = 0

    async def start(self) -> None:
        """Learn which ids are taken. Call once before `run`."""
        self._next_id = await inbox.newest_id(self._session) + 1

    def intake_per_s(self) -> float:
        """Deliveries a second during the last tenth of a second, with those that wait for their commit just now."""
        return self._rate.per_s(len(self._intake) + len(self._group))

    @property
    def queued_bytes(self) -> int:
        return self._queued_bytes

    def take_id(self) -> int:
        """An id of the sequence that deliveries and outgoing messages share. Call it inside a job only."""
        taken, self._next_id = self._next_id, self._next_id + 1
        return taken

    async def deliver(self, delivery: Delivery) -> Sequence[Receipt]:
        """Store a delivery; returns after the commit is on disk.

        Raises HubBusy when the queue stays full or the database locked, DiskFull, CursorMoved, WriterStopped.
        A cancelled caller doesn't cancel the write.
        """
        size = delivery.size
        await self._wait_for_room(delivery.cursor_account, size)
        if self._is_stopping:
            raise WriterStopped("the daemon is stopping")
        done: asyncio.Future[Sequence[Receipt]] = asyncio.get_running_loop().create_future()
        self._queue(delivery, size, done)
        return await done

    def offer(self, delivery: Delivery, then: Told) -> bool:
        """As `deliver`, for a caller that can't wait for room in the queue: False where there is none. `then` is told
        what `deliver` would return or raise."""
        size = delivery.size
        if self._is_stopping or not self._has_room(delivery.cursor_account, size):
            return False
        self._queue(delivery, size, then)
        return True

    async def submit(self, lane: Lane, work: Callable[[Session], Awaitable[T]]) -> T:
        """Run `work` in a transaction of its own; what it returns, after the commit. Its errors roll back.

        It runs on the connection's thread and may wait for nothing but the session it is given.
        """
        return await self._queued(lane, work)

    async def _queued(self, lane: Lane, work: Callable[[Any], Awaitable[T]]) -> T:
        if self._is_stopping:
            raise WriterStopped("the daemon is stopping")
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs[lane].append(_Job(work, done))
        self._has_work.set()
        return await done

    async def command(self, work: Callable[[Session], Awaitable[T]]) -> T:
        return await self.submit(Lane.COMMAND, work)

    async def batch(self, work: Callable[[Session], Awaitable[T]]) -> T:
        return await self.submit(Lane.PIPELINE, work)

    async def upkeep(self, work: Callable[[SqliteSession], Awaitable[T]]) -> T:
        """Run `work` between transactions: it begins none that it doesn't end. Everything else waits for it."""
        return await self._queued(Lane.UPKEEP, work)

    async def run(self) -> None:
        """Commit until `stop` is called and nothing is queued."""
        while True:
            await self._has_work.wait()
            await asyncio.sleep(0)  # what this turn of the loop still brings goes into the same commit
            if self._intake:
                await self._commit_intake()
            for lane in Lane:
                if self._jobs[lane]:
                    await self._commit_job(lane, self._jobs[lane].popleft())
            if not self._intake and not any(self._jobs.values()):
                if self._is_stopping:
                    return
                self._has_work.clear()

    async def stop(self) -> None:
        """Finish what is queued, refuse what comes after."""
        self._is_stopping = True
        self._has_work.set()
        async with self._room:
            self._room.notify_all()

    async def close(self) -> None:
        await self._session.close()

    def _queue(self, delivery: Delivery, size: int, done: Waiting) -> None:
        prepared = (delivery, delivery.rows())
        self._queued_bytes += size
        self._queued_of[delivery.cursor_account] += size
        self._intake.append(_Intake(prepared, size, done))
        self._has_work.set()

    def _has_room(self, account: str, size: int) -> bool:
        free_bytes = self._max_queued_bytes - self._queued_bytes
        wanted_bytes = self._queued_of[account] + size
        return wanted_bytes <= free_bytes or not self._intake

    async def _wait_for_room(self, account: str, size: int) -> None:
        if self._has_room(account, size):
            return
        async with self._room:
            try:
                async with asyncio.timeout(self._max_wait_s):
                    await self._room.wait_for(lambda: self._is_stopping or self._has_room(account, size))
            except TimeoutError as exc:
                raise HubBusy("the intake queue is full") from exc

    async def _append_queued(self, session: Session) -> Appended:
        """On the connection's thread: what is queued when it begins. The event loop meanwhile appends at most."""
        self._group = self._take_group()
        return await self._append(session, self._group)

    async def _append(self, session: Session, group: Sequence[_Intake]) -> Appended:
        return await inbox.append(session, [item.prepared for item in group], first_id=self._next_id)

    async def _commit_intake(self) -> None:
        try:
            appended = await self._session.write(self._append_queued)
        except BaseException as exc:  # noqa: BLE001 - every caller is told, then it goes on
            group, self._group = self._group or self._take_group(), []  # it may have failed before any was taken
            await self._refuse_or_retry(exc, group)
        else:
            group, self._group = self._group, []
            self._count(appended)
            self._tell(group, appended)
        await self._make_room(group)

    async def _refuse_or_retry(self, exc: BaseException, group: Sequence[_Intake]) -> None:
        if len(group) == 1 or not is_somebodys(exc):
            await self._give_up(exc, [item.done for item in group])
            return
        await self._give_up(exc, [])
        for item in group:  # one of them can't be stored: the others must not suffer for it
            await self._commit_alone(item)

    async def _commit_alone(self, item: _Intake) -> None:
        try:
            appended = await self._session.write(lambda session: self._append(session, [item]))
        except BaseException as exc:  # noqa: BLE001 - its caller is told, then it goes on
            await self._give_up(exc, [item.done])
        else:
            self._count(appended)
            self._tell([item], appended)

    def _count(self, appended: Appended) -> None:
        _, next_id = appended
        self._rate.add(next_id - self._next_id)
        self._next_id = next_id
        self.commits += 1

    def _tell(self, group: Sequence[_Intake], appended: Appended) -> None:
        for item, outcome in zip(group, appended[0], strict=True):
            settle(item.done, outcome)

    async def _make_room(self, group: Sequence[_Intake]) -> None:
        for item in group:
            account = item.prepared[0].cursor_account
            self._queued_bytes -= item.size
            self._queued_of[account] -= item.size
            if not self._queued_of[account]:
                del self._queued_of[account]
        async with self._room:
            self._room.notify_all()

    async def _refuse_queued(self, answer: NotCommitted) -> None:
        """What was queued while we waited for the lock has waited too: nobody waits for it twice. And a database that
        failed once gets nothing more."""
        queued = list(self._intake)
        self._intake.clear()
        jobs = [job for lane in self._jobs.values() for job in lane]
        for lane in self._jobs.values():
            lane.clear()
        for done in (*(item.done for item in queued), *(job.done for job in jobs)):
            settle(done, answer)
        await self._make_room(queued)

    def _take_group(self) -> list[_Intake]:
        group: list[_Intake] = []
        rows = size = 0
        while self._intake and rows < GROUP_ROWS and size < GROUP_BYTES:
            item = self._intake.popleft()
            group.append(item)
            rows += len(item.prepared[1])
            size += item.size
        return group

    async def _commit_job(self, lane: Lane, job: _Job) -> None:
        try:
            result = await (job.work(self._session) if lane is Lane.UPKEEP else self._session.write(job.work))
        except BaseException as exc:  # noqa: BLE001 - the caller is told, then it goes on
            await self._give_up(exc, [job.done])
        else:
            self.commits += 1
            settle(job.done, result)

    async def _give_up(self, exc: BaseException, waiting: Sequence[Waiting]) -> None:
        """Roll back and tell everyone who waits. A database that can't be trusted any more ends the daemon."""
        breaks = is_broken(exc)
        try:
            await self._session.roll_back()
        except sqlite3.Error:
            breaks = True
        answer = WriterStopped("the database failed") if breaks else refusal(exc)
        for done in waiting:
            settle(done, answer)
        self._is_stopping = self._is_stopping or breaks
        if isinstance(answer, HubBusy | WriterStopped):
            await self._refuse_queued(answer)
        if breaks:
            self._on_broken(exc)
        if not isinstance(exc, Exception):
            raise exc
