"""The one writer: a task that owns the only writing connection and commits in groups.

Everything queued while the last fsync ran goes into the next commit, so no timer is needed. Intake goes first,
then one agents' command, then one batch of the pipeline, each with a commit of its own.
"""

import asyncio
import contextlib
import math
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from channelhub.sdk.contract import Receipt
from channelhub.sdk.errors import DiskFull, HubBusy, NotCommitted
from channelhub.store import inbox
from channelhub.store.database import Session
from channelhub.store.inbox import Delivery, Prepared
from channelhub.store.sqlite import SqliteSession

T = TypeVar("T")
GROUP_ROWS = 1000
GROUP_BYTES = 32 * 1024 * 1024
RATE_WINDOW_S = 0.1  # over which the rate of intake is smoothed


class Lane(Enum):
    COMMAND = "command"  # what a person asked for
    PIPELINE = "pipeline"


class WriterStopped(NotCommitted):
    """The daemon is stopping, or the database failed under it."""


@dataclass(slots=True)
class _Intake:
    prepared: Prepared
    size: int
    done: "asyncio.Future[Sequence[Receipt]]"


@dataclass(slots=True)
class _Job:
    work: Callable[[Session], Awaitable[Any]]
    done: "asyncio.Future[Any]"


class Writer:
    """Takes work from any task; `run` does it. Bounded in bytes: a full queue makes `deliver` wait, then refuse."""

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
        self._max_queued_bytes = max_queued_bytes
        self._max_wait_s = max_wait_s
        self._has_work = asyncio.Event()
        self._room = asyncio.Condition()
        self._next_id = 0
        self._committing = 0  # deliveries in the commit that is under way
        self._recent_rows = 0.0
        self._recent_at_s = 0.0
        self._is_stopping = False
        self._on_broken = on_broken
        self.commits = 0

    async def start(self) -> None:
        """Learn which ids are taken. Call once before `run`."""
        self._next_id = await inbox.newest_id(self._session) + 1

    def intake_per_s(self) -> float:
        """Deliveries a second during the last tenth of a second, with those that wait for their commit just now."""
        return (self._decayed_rows() + len(self._intake) + self._committing) / RATE_WINDOW_S

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
        await self._wait_for_room(size)
        if self._is_stopping:
            raise WriterStopped("the daemon is stopping")
        return await self._queue(delivery, size)

    def offer(self, delivery: Delivery) -> "asyncio.Future[Sequence[Receipt]] | None":
        """As `deliver`, for a caller that can't wait for room in the queue: None where there is none."""
        size = delivery.size
        if self._is_stopping or not self._has_room(size):
            return None
        return self._queue(delivery, size)

    async def submit(self, lane: Lane, work: Callable[[Session], Awaitable[T]]) -> T:
        """Run `work` in a transaction of its own; what it returns, after the commit. Its errors roll back.

        It runs on the connection's thread and may wait for nothing but the session it is given.
        """
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

    async def run(self) -> None:
        """Commit until `stop` is called and nothing is queued."""
        while True:
            await self._has_work.wait()
            await asyncio.sleep(0)  # what this turn of the loop still brings goes into the same commit
            if self._intake:
                await self._commit_intake()
            for lane in Lane:
                if self._jobs[lane]:
                    await self._commit_job(self._jobs[lane].popleft())
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

    def _decayed_rows(self) -> float:
        now_s = asyncio.get_running_loop().time()
        self._recent_rows *= math.exp((self._recent_at_s - now_s) / RATE_WINDOW_S)
        self._recent_at_s = now_s
        return self._recent_rows

    def _queue(self, delivery: Delivery, size: int) -> "asyncio.Future[Sequence[Receipt]]":
        done: asyncio.Future[Sequence[Receipt]] = asyncio.get_running_loop().create_future()
        self._queued_bytes += size
        self._intake.append(_Intake((delivery, delivery.rows()), size, done))
        self._has_work.set()
        return done

    def _has_room(self, size: int) -> bool:
        return self._queued_bytes + size <= self._max_queued_bytes or not self._intake

    async def _wait_for_room(self, size: int) -> None:
        if self._has_room(size):
            return
        async with self._room:
            try:
                async with asyncio.timeout(self._max_wait_s):
                    await self._room.wait_for(
                        lambda: self._is_stopping or self._queued_bytes + size <= self._max_queued_bytes
                    )
            except TimeoutError as exc:
                raise HubBusy("the intake queue is full") from exc

    async def _commit_intake(self) -> None:
        group = self._take_group()
        self._committing = len(group)
        try:
            await self._commit_group(group)
        finally:
            self._committing = 0
        await self._make_room(group)

    async def _commit_group(self, group: list[_Intake]) -> None:
        try:
            deliveries = [item.prepared for item in group]
            outcomes, next_id = await self._session.write(
                lambda session: inbox.append(session, deliveries, first_id=self._next_id)
            )
        except BaseException as exc:  # noqa: BLE001 - every caller is told, then it goes on
            if len(group) == 1 or not _is_somebodys(exc):
                await self._give_up(exc, [item.done for item in group])
                return
            await self._give_up(exc, [])
            for item in group:  # one of them can't be stored: the others must not suffer for it
                await self._commit_group([item])
        else:
            self._recent_rows = self._decayed_rows() + next_id - self._next_id
            self._next_id = next_id
            self.commits += 1
            for item, outcome in zip(group, outcomes, strict=True):
                _settle(item.done, outcome)

    async def _make_room(self, group: Sequence[_Intake]) -> None:
        self._queued_bytes -= sum(item.size for item in group)
        async with self._room:
            self._room.notify_all()

    async def _refuse_queued(self, refusal: HubBusy) -> None:
        """What was queued while we waited for the lock has waited too: nobody waits for it twice."""
        queued = list(self._intake)
        self._intake.clear()
        jobs = [job for lane in self._jobs.values() for job in lane]
        for lane in self._jobs.values():
            lane.clear()
        for done in (*(item.done for item in queued), *(job.done for job in jobs)):
            _settle(done, refusal)
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

    async def _commit_job(self, job: _Job) -> None:
        try:
            result = await self._session.write(job.work)
        except BaseException as exc:  # noqa: BLE001 - the caller is told, then it goes on
            await self._give_up(exc, [job.done])
        else:
            self.commits += 1
            _settle(job.done, result)

    async def _give_up(self, exc: BaseException, waiting: "Sequence[asyncio.Future[Any]]") -> None:
        """Roll back and tell everyone who waits. A database that can't be trusted any more ends the daemon."""
        is_broken = _is_broken(exc)
        try:
            await self._session.roll_back()
        except sqlite3.Error:
            is_broken = True
        refusal = WriterStopped("the database failed") if is_broken else _refusal(exc)
        for done in waiting:
            _settle(done, refusal)
        if isinstance(refusal, HubBusy):
            await self._refuse_queued(refusal)
        if is_broken:
            self._is_stopping = True
            self._on_broken(exc)
        if not isinstance(exc, Exception):
            raise exc


def _settle(done: "asyncio.Future[Any]", outcome: Any) -> None:
    if done.done():  # its caller was cancelled, which doesn't cancel the write
        return
    if isinstance(outcome, BaseException):
        done.set_exception(outcome)
        with contextlib.suppress(asyncio.InvalidStateError):
            done.exception()  # a caller that went away never asks; the loop must not complain
    else:
        done.set_result(outcome)


def _refusal(exc: BaseException) -> BaseException:
    """The contract's word for what the database said."""
    code = getattr(exc, "sqlite_errorcode", None)
    if code is not None and code & 0xFF == sqlite3.SQLITE_FULL:
        return DiskFull("the disk or the database is full")
    if code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return HubBusy("the database is locked by another process")
    return exc


def _is_somebodys(exc: BaseException) -> bool:
    """Whether one delivery is to blame, not the database or the disk."""
    return isinstance(exc, Exception) and _refusal(exc) is exc and not _is_broken(exc)


def _is_broken(exc: BaseException) -> bool:
    """An fsync or I/O error, or a damaged file: what was committed can't be known, so nothing more is acknowledged."""
    code = getattr(exc, "sqlite_errorcode", None)
    broken = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    return code is not None and code & 0xFF in broken
