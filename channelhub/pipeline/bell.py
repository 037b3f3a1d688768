"""A bell that stages listen to: rung after a commit, heard by everyone who waits for work."""

import asyncio
import contextlib


class Bell:
    """`ring` wakes all listeners; a listener that was busy hears it when it comes back."""

    def __init__(self) -> None:
        self._rings = 0
        self._changed = asyncio.Event()

    @property
    def rings(self) -> int:
        """How often it was rung; remember it to wait for the next."""
        return self._rings

    def ring(self) -> None:
        self._rings += 1
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def wait(self, heard: int, *, timeout_s: float | None = None) -> int:
        """Return when the bell was rung since `heard`, or after the timeout; the rings so far."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while self._rings == heard:
                    await self._changed.wait()
        return self._rings
