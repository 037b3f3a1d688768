"""How much comes in just now, for those who give way to it."""

import asyncio
import math

WINDOW_S = 0.1  # over which the rate is smoothed


class IntakeRate:
    """A sum of rows that fades with time."""

    def __init__(self) -> None:
        self._rows = 0.0
        self._at_s = 0.0

    def add(self, rows: int) -> None:
        self._rows = self._faded() + rows

    def per_s(self, waiting: int) -> float:
        """Rows a second during the last window; those that wait for their commit count as if they were in."""
        return (self._faded() + waiting) / WINDOW_S

    def _faded(self) -> float:
        now_s = asyncio.get_running_loop().time()
        self._rows *= math.exp((self._at_s - now_s) / WINDOW_S)
        self._at_s = now_s
        return self._rows
