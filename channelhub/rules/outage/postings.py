"""Which votes a term is in: ascending numbers, in blocks, so that no operation takes longer the more there are."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from operator import itemgetter, neg

_BLOCK = 4096
_first = itemgetter(0)


class Blocks:
    """Ascending numbers below 2**63. Never empty but after its last number was removed or forgotten."""

    __slots__ = ("_after", "_blocks")

    def __init__(self, numbers: Iterable[int]) -> None:
        every = array("q", numbers)
        self._blocks = [every[at : at + _BLOCK] for at in range(0, len(every), _BLOCK)]
        self._after: list[int] | None = None  # see `_sealed_after`

    def __bool__(self) -> bool:
        return bool(self._blocks)

    def __contains__(self, number: int) -> bool:
        return contains(self._blocks[max(0, bisect_right(self._blocks, number, key=_first) - 1)], number)

    def append(self, number: int) -> None:
        """Add the greatest."""
        if len(self._blocks[-1]) >= _BLOCK:
            self._blocks.append(array("q"))
            self._after = None
        self._blocks[-1].append(number)

    def remove(self, number: int) -> bool:
        """Take one out; False where it isn't in."""
        at = max(0, bisect_right(self._blocks, number, key=_first) - 1)
        block = self._blocks[at]
        if not remove(block, number):
            return False
        if at < len(self._blocks) - 1:
            self._after = None
        if not block:
            self._after = None
            del self._blocks[at]
        return True

    def forget(self, number: int) -> None:
        """All up to `number` are of no use any more; they go when their whole block may go."""
        while self._blocks and self._blocks[0][-1] <= number:
            del self._blocks[0]
            self._after = None

    def counts(self, starts: Sequence[int]) -> list[int]:
        """How many there are from each start on. The starts descend: the longer a window, the earlier it starts."""
        blocks, after, found = self._blocks, self._sealed_after(), []
        newest, last = blocks[-1], len(blocks) - 1
        at = last + 1
        for start in starts:
            at = max(0, bisect_right(blocks, start, 0, at, key=_first) - 1)
            count = len(blocks[at]) - bisect_left(blocks[at], start)
            found.append(count if at == last else count + after[at] + len(newest))
            at += 1
        return found

    def newest_but(self, newer: int) -> int:
        """The one after which so many come; -1 where there is none."""
        blocks = self._blocks
        block = blocks[-1]
        if newer >= len(block):
            newer -= len(block)
            after, last = self._sealed_after(), len(blocks) - 1
            at = bisect_left(after, -newer, 0, last, key=neg)  # the oldest block with no more than so many after it
            if at == last:
                return -1
            block = blocks[at]
            newer -= after[at]
        return block[-1 - newer] if newer < len(block) else -1

    def _sealed_after(self) -> list[int]:
        """How many numbers the blocks after each block hold, without the newest block, to which numbers are added."""
        after = self._after
        if after is None:
            sizes = map(len, reversed(self._blocks[1:-1]))
            after = self._after = [*accumulate(sizes, initial=0)][::-1]
        return after

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


def contains(numbers: "array[int]", number: int) -> bool:
    """Whether one is in ascending numbers."""
    at = bisect_left(numbers, number)
    return at < len(numbers) and numbers[at] == number


def remove(numbers: "array[int]", number: int) -> bool:
    """Take one out of ascending numbers; False where it isn't in."""
    at = bisect_left(numbers, number)
    if at == len(numbers) or numbers[at] != number:
        return False
    del numbers[at]
    return True
