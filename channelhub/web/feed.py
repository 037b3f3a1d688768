"""The newest events, read once for every client of the live stream.

One task reads the events table after each commit and keeps the newest frames in memory. Clients walk along the
frames at their own pace; one that has fallen behind reads the table itself. So nothing grows with slow clients.
While nobody follows, only the end of the table is looked up.
"""

import asyncio
import contextlib
from bisect import bisect_right
from collections import deque
from collections.abc import Callable
from itertools import islice

import msgspec

from channelhub.pipeline.bell import Bell
from channelhub.sdk.contract import Logger
from channelhub.store import events
from channelhub.store.events import Event
from channelhub.store.opening import Store

KEPT = 2000
ASIDES = 200  # what stands in no table: kept for who reads a little later
PAGE = 500
QUIET_POLL_S = 5.0  # a commit whose notice was missed is seen after this time at the latest
GATHER_S = 0.05  # commits within this time are read together


class Frame(msgspec.Struct, frozen=True):
    """One event as it goes over the wire."""

    id: int
    data: bytes


class Feed:
    """Start `run` in a task; then `after` answers at once and `changed` waits."""

    def __init__(self, store: Store, committed: Bell, log: Logger, *, is_followed: Callable[[], bool]) -> None:
        self._is_followed = is_followed
        self._store = store
        self._committed = committed
        self._log = log
        self._frames: deque[Frame] = deque(maxlen=KEPT)
        self._newest = 0
        self._asides: deque[bytes] = deque(maxlen=ASIDES)
        self.told = 0  # how many asides there were
        self._has_changed = asyncio.Condition()
        self._is_closing = False
        self._nudges = 0

    @property
    def newest_id(self) -> int:
        return self._newest

    @property
    def is_closing(self) -> bool:
        return self._is_closing

    async def begin(self) -> None:
        """Learn where the table ends. Call before `run`."""
        async with self._store.readers.read() as session:
            self._newest = await events.newest_id(session)

    async def run(self) -> None:
        """Follow the table until cancelled."""
        while True:
            heard = self._committed.rings
            try:
                await self._read_on()
            except Exception:  # noqa: BLE001 - a loop that must outlive a failed read; it is logged and tried again
                self._log.exception("stream.feed_failed")
            await self._committed.wait(heard, timeout_s=QUIET_POLL_S)
            await asyncio.sleep(GATHER_S)

    async def close(self) -> None:
        """Let every client's stream end."""
        self._is_closing = True
        async with self._has_changed:
            self._has_changed.notify_all()

    async def nudge(self) -> None:
        """Let every client's stream look at once whether it may go on."""
        self._nudges += 1
        async with self._has_changed:
            self._has_changed.notify_all()

    async def after(self, last_id: int) -> list[Frame]:
        """The frames that follow `last_id`, at most a page; empty when there are none yet."""
        if last_id >= self._newest:
            return []
        frames = self._frames
        if frames and frames[0].id <= last_id + 1:
            first = bisect_right(frames, last_id, key=lambda frame: frame.id)
            return list(islice(frames, first, first + PAGE))
        async with self._store.readers.read() as session:
            found = await events.since(session, after=last_id, limit=PAGE)
        return [_frame(event) for event in found]

    async def gap_after(self, last_id: int) -> Frame | None:
        """For a client that resumes after an event which is followed by some that are no longer kept: says so."""
        if last_id <= 0:
            return None
        async with self._store.readers.read() as session:
            oldest = await events.oldest_id(session)
        if last_id >= oldest - 1:
            return None
        data = msgspec.json.encode(GapBody(after=str(last_id), oldest=str(oldest)))
        return Frame(oldest - 1, b"id: %d\nevent: stream.gap\ndata: %s\n\n" % (oldest - 1, data))

    async def tell(self, frame: bytes) -> None:
        """Tell who follows now something that stands in no table: without an id, never again."""
        async with self._has_changed:
            self._asides.append(frame)
            self.told += 1
            self._has_changed.notify_all()

    def asides(self, heard: int) -> list[bytes]:
        """What was told after the first `heard`, as far as it is kept."""
        return list(self._asides)[-(self.told - heard) :] if self.told > heard else []

    async def changed(self, last_id: int, heard: int, *, timeout_s: float) -> None:
        """Wait until there is something after `last_id` or `heard`, a nudge or the end comes, or the time is over."""
        nudges = self._nudges
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s), self._has_changed:
                await self._has_changed.wait_for(
                    lambda: self._is_closing or self._newest > last_id or self.told > heard or self._nudges != nudges
                )

    async def _read_on(self) -> None:
        while True:
            async with self._store.readers.read() as session:
                if not self._is_followed():
                    self._newest = await events.newest_id(session)
                    self._frames.clear()
                    return
                found = await events.since(session, after=self._newest, limit=PAGE)
            if not found:
                return
            self._frames.extend(_frame(event) for event in found)
            self._newest = found[-1].id
            async with self._has_changed:
                self._has_changed.notify_all()
            if len(found) < PAGE:
                return


class GapBody(msgspec.Struct, frozen=True, kw_only=True):
    """The data of `stream.gap`: the events after `after` and before `oldest` are no longer kept."""

    after: str
    oldest: str


def _frame(event: Event) -> Frame:
    body = msgspec.json.encode(events.body_of(event))
    return Frame(event.id, b"id: %d\nevent: %s\ndata: %s\n\n" % (event.id, event.type.encode(), body))
