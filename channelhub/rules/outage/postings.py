"""Which votes a term is in: ascending numbers, in blocks, so that no operation takes longer the more there are."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

_BLOCK = 4096
_first = itemgetter(0)


class Blocks:
    """Ascending numbers below 2**63. Never empty but after its last number was removed or forgotten."""

    __slots__ = ("_blocks",)

    def __init__(self, numbers: Iterable[int]) -> None:
        every = array("q", numbers)
        self._blocks = [every[at : at + _BLOCK] for at in range(0, len(every), _BLOCK)]

    def __bool__(self) -> bool:
        return bool(self._blocks)

    def append(self, number: int) -> None:
        """Add the greatest."""
        if len(self._blocks[-1]) >= _BLOCK:
            self._blocks.append(array("q"))
        self._blocks[-1].append(number)

    def remove(self, number: int) -> bool:
        """Take one out; False where it isn't in."""
        at = max(0, bisect_right(self._blocks, number, key=_first) - 1)
        block = self._blocks[at]
        if not remove(block, number):
            return False
        if not block:
            del self._blocks[at]
        return True

    def forget(self, number: int) -> None:
        """All up to `number` are of no use any more; they go when their whole block may go."""
        while self._blocks and self._blocks[0][-1] <= number:
            del self._blocks[0]

    def counts(self, starts: Sequence[int]) -> list[int]:
        """How many there are from each start on. The starts descend: the longer a window, the earlier it starts."""
        found: list[int] = []
        blocks, at, newer = self._blocks, len(self._blocks) - 1, 0
        for start in starts:
            while at > 0 and blocks[at][0] > start:
                newer += len(blocks[at])
                at -= 1
            found.append(newer + len(blocks[at]) - bisect_left(blocks[at], start))
        return found

    def newest_but(self, newer: int) -> int:
        """The one after which so many come; -1 where there is none."""
        for block in reversed(self._blocks):
            if newer < len(block):
                return block[-1 - newer]
            newer -= len(block)
        return -1

    def sample(self, start: int, step: int) -> Iterator[int]:
        """Every n-th from `start` on, ascending."""
        skipped = 0
        for block in self._blocks[max(0, bisect_right(self._blocks, start, key=_first) - 1) :]:
            at = bisect_left(block, start) + skipped
            yield from block[at::step]
            skipped = (at - len(block)) % step if at < len(block) else at - len(block)

    def newest(self, start: int) -> Iterator[int]:
        """Those from `start` on, the greatest first."""
        for block in reversed(self._blocks):
            if block[0] < start:
                yield from reversed(block[bisect_left(block, start) :])
                return
            yield from reversed(block)


def remove(numbers: "array[int]", number: int) -> bool:
    """Take one out of ascending numbers; False where it isn't in."""
    at = bisect_left(numbers, number)
    if at == len(numbers) or numbers[at] != number:
        return False
    del numbers[at]
    return True
