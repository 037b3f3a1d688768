"""Weighs many messages at once: each is a bit of Python's long integers, so one operation treats thousands of them."""

from collections.abc import Iterable
from math import ceil
from typing import Final

#: Weights of a profile's terms are multiples of 1/64: their sums are exact in any order, so equal texts weigh the same.
STEPS: Final = 64
_ROUNDING: Final = 1e-6


def bits(slots: Iterable[int], size: int) -> int:
    """The integer that has a one for each of the slots, all below `size`."""
    found = bytearray(size // 8 + 1)
    for slot in slots:
        found[slot >> 3] |= 1 << (slot & 7)
    return int.from_bytes(found, "little")


class Sums:
    """What each of many messages weighs, as binary numbers that lie across `_planes`: bit n of each sum in plane n."""

    def __init__(self) -> None:
        self._planes: list[int] = []
        self._any = 0

    def add(self, members: int, weight: float) -> None:
        """Let the messages in the bit set `members` weigh so much more. The weight is positive."""
        self._any |= members
        rest, at = round(weight * STEPS), 0
        while rest:
            if rest & 1:
                self._carry(members, at)
            rest >>= 1
            at += 1

    def at_least(self, weight: float) -> int:
        """How many messages with any of the terms weigh so much."""
        wanted = ceil(weight * STEPS - _ROUNDING)
        if wanted >> len(self._planes):
            return 0
        heavier, equal = 0, self._any  # judged by the bits from the highest down to the one looked at
        for at in range(len(self._planes) - 1, -1, -1):
            both = equal & self._planes[at]
            if wanted >> at & 1:
                equal = both
            else:
                heavier |= both
                equal ^= both
        return (heavier | equal).bit_count()

    def _carry(self, members: int, at: int) -> None:
        while members:
            while at >= len(self._planes):
                self._planes.append(0)
            plane = self._planes[at]
            self._planes[at] = plane ^ members
            members &= plane
            at += 1
