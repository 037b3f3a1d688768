"""How many of an account's requests are worked on at once, so that one account's flood leaves the others their time.

All accounts share one event loop, one writer and one interpreter lock. A hundred posts of one account that are worked
on together make a commit of a hundred rows, with a busy loop beside it for which the writer's thread waits at each of
its steps; and whoever comes among them waits for all of that. So only a few of each account are begun, and the next, in
order, a tick after one of them has ended: meanwhile the loop rests, and others get the interpreter. Where they wait for
something else than work (a slow disk, bodies that come slowly, a processor that others use) the account gets on all
the same: none is held to less than `LEAST_PER_S`.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from channelhub.web.problems import Kind, Problem

AT_ONCE: Final = 4
AT_ONCE_ALONE: Final = 64  # while there is no other account to wait for it
ALONE_AFTER_S: Final = 60.0
TICK_S: Final = 0.001
LEAST_PER_S: Final = 800.0
WINDOW_S: Final = 0.005
LONGEST_WINDOW_S: Final = 0.05  # between two ticks the loop may have had other work; nobody asked before the first
MOST_UNDER_WAY: Final = 256  # of an account's requests; a quarter of the connections that are open by default


class Line:
    """One account's requests: those that are begun, and those that wait, in order. `width` is how many may be begun."""

    def __init__(self, now_s: float, *, least_per_s: float = LEAST_PER_S) -> None:
        self._least_per_s = least_per_s
        self.under_way = 0  # with those that wait
        self._begun = 0  # with those that ended since the last tick
        self._ended = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._window_s = now_s  # when it began
        self._begun_in_window = 0

    @property
    def is_waiting(self) -> bool:
        return bool(self._waiting)

    @property
    def is_over(self) -> bool:
        return not self._begun and not self._waiting

    def begin(self, width: int) -> bool:
        """Whether a request that comes now may begin at once; if not, it waits for a turn (`wait`)."""
        if self._waiting or self._begun >= width:
            return False
        self._count()
        return True

    def wait(self, turn: "asyncio.Future[None]") -> None:
        """The turn gets its result when the request may begin; a cancelled one takes no place."""
        self._waiting.append(turn)

    def end(self) -> None:
        """One that was begun is over. Its place is free from the next tick on."""
        self._ended += 1

    def tick(self, width: int, now_s: float) -> None:
        """Begin what waits longest, as far as there is room, and what a window that is over still owes."""
        self._begun -= self._ended
        self._ended = 0
        window_s = min(now_s - self._window_s, LONGEST_WINDOW_S)
        is_over = window_s >= WINDOW_S
        owed = round(window_s * self._least_per_s) - self._begun_in_window if is_over else 0
        most = max(width, self._begun + owed)
        while self._waiting and self._begun < most:
            turn = self._waiting.popleft()
            if not turn.done():
                self._count()
                turn.set_result(None)
        if is_over:
            self._window_s, self._begun_in_window = now_s, 0

    def _count(self) -> None:
        self._begun += 1
        self._begun_in_window += 1


class Turns:
    """Begins accounts' requests, a few of each at once. Use it on one loop."""

    def __init__(self, *, most_under_way: int = MOST_UNDER_WAY, least_per_s: float = LEAST_PER_S) -> None:
        self._most_under_way = most_under_way
        self._least_per_s = least_per_s
        self._lines: dict[str, Line] = {}
        self._is_ticking = False
        self._newest = ""  # the account that came last
        self._shared_until_s = float("-inf")

    @asynccontextmanager
    async def held(self, account: str) -> AsyncIterator[None]:
        """Wait until a request of the account may begin; the block is the work on it.

        Raises Problem (503, with Retry-After, and the connection is closed) where too many of the account's are under
        way, those that wait included.
        """
        now_s = asyncio.get_running_loop().time()
        self._note(account, now_s)
        line = self._lines.setdefault(account, Line(now_s, least_per_s=self._least_per_s))
        if line.under_way >= self._most_under_way:
            busy = Problem(Kind.UNAVAILABLE, "Too many requests of this account at once.", headers={"Retry-After": "5"})
            busy.closes = True
            raise busy
        line.under_way += 1
        try:
            await self._begin(line, now_s)
            try:
                yield
            finally:
                self._end(line)
        finally:
            line.under_way -= 1

    def _note(self, account: str, now_s: float) -> None:
        if account != self._newest:
            if self._newest:
                self._shared_until_s = now_s + ALONE_AFTER_S
            self._newest = account

    def _width(self, now_s: float) -> int:
        return AT_ONCE if now_s < self._shared_until_s else AT_ONCE_ALONE

    async def _begin(self, line: Line, now_s: float) -> None:
        if line.begin(self._width(now_s)):
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.wait(turn)
        self._arm()
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it had begun
                self._end(line)
            raise

    def _end(self, line: Line) -> None:
        line.end()
        self._arm()

    def _arm(self) -> None:
        if not self._is_ticking:
            self._is_ticking = True
            asyncio.get_running_loop().call_later(TICK_S, self._tick)

    def _tick(self) -> None:
        self._is_ticking = False
        now_s = asyncio.get_running_loop().time()
        width = self._width(now_s)
        for account, line in list(self._lines.items()):
            line.tick(width, now_s)
            if line.is_waiting:
                self._arm()
            elif line.is_over:
                del self._lines[account]
