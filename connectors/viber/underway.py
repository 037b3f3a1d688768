"""A report on a message waits for the message's own answer: only then does the hub know what Viber calls it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

HOLD_S = 2.0  # the longest that a report waits


class UnderWay:
    """To whom something is being sent just now: Viber's report on it may be quicker than its answer to us."""

    def __init__(self) -> None:
        self._ends: dict[str, asyncio.Event] = {}

    @contextmanager
    def sending(self, receiver: str) -> Iterator[None]:
        ended = self._ends[receiver] = asyncio.Event()
        try:
            yield
        finally:
            ended.set()
            if self._ends.get(receiver) is ended:
                del self._ends[receiver]

    async def over(self, receiver: str) -> None:
        """Returns when nothing is under way to them, at the latest after HOLD_S."""
        if (ended := self._ends.get(receiver)) is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(HOLD_S):
                    await ended.wait()
