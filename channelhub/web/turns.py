"""Each account's fair turn on the event loop, and a bound on what it has under way.

All accounts share one loop: a hundred posts that one of them brings at once would all be worked on before the next
account's one. So a turn of the loop starts only a few requests of each account; the others wait in order. A turn
follows the last at once, so this is no limit on a rate. Those that wait for the same commit still wait together.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from channelhub.web.problems import Kind, Problem

STARTS_A_TURN: Final = 4
MOST_UNDER_WAY: Final = 256  # of an account's requests; a quarter of the connections that are open by default


class Turns:
    """Starts accounts' requests, a few of each in a turn of the loop. Use it on one loop."""

    def __init__(self, *, most_under_way: int = MOST_UNDER_WAY) -> None:
        self._most_under_way = most_under_way
        self._under_way: Counter[str] = Counter()
        self._started: Counter[str] = Counter()  # in this turn of the loop
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}
        self._is_armed = False

    @asynccontextmanager
    async def held(self, account: str) -> AsyncIterator[None]:
        """A place among the account's requests under way, those that wait for their turn included, until the end of
        the block. Raises Problem (503, with Retry-After, and the connection is closed) where all are taken."""
        if self._under_way[account] >= self._most_under_way:
            busy = Problem(Kind.UNAVAILABLE, "Too many requests of this account at once.", headers={"Retry-After": "5"})
            busy.closes = True
            raise busy
        self._under_way[account] += 1
        try:
            yield
        finally:
            self._under_way[account] -= 1
            if not self._under_way[account]:
                del self._under_way[account]

    async def come(self, account: str) -> None:
        """Return when a request of the account may start: at once, unless it brings many."""
        if account not in self._waiting and self._started[account] < STARTS_A_TURN:
            self._started[account] += 1
            self._arm()
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(account, deque()).append(turn)
        await turn

    def _arm(self) -> None:
        if not self._is_armed:
            self._is_armed = True
            asyncio.get_running_loop().call_soon(self._begin_turn)

    def _begin_turn(self) -> None:
        self._is_armed = False
        self._started.clear()
        for account, waiting in list(self._waiting.items()):
            while waiting and self._started[account] < STARTS_A_TURN:
                turn = waiting.popleft()
                if not turn.done():  # its client has gone
                    turn.set_result(None)
                    self._started[account] += 1
            if not waiting:
                del self._waiting[account]
        if self._started:
            self._arm()
