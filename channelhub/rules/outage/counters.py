"""How many distinct customers used a term in the last minutes and hours, exactly, at the cost of a binary search.

Living votes are numbered in order of time. For each term only the newest vote of a customer counts, so the numbers
after a window's start are exactly its distinct customers, for every window at once. The cap for unverified origins
works the same way: the newest `cap` customers of an origin count, so in each window min(cap, distinct) of them do.

What counts depends on the living votes alone: adding them again in their order gives the same.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import le

from channelhub.rules.outage.postings import Blocks, contains, remove
from channelhub.rules.outage.voices import Customers, Origins
from channelhub.rules.outage.votes import ALL, Vote

_FEW = 512  # numbers that lie in one array
_TIDIED = 3  # terms at each expired vote, in turn: their lists are rid of expired numbers
_COMPACT_AT = 4096
_COMPACT_PART = 8  # of the votes, or so many, have expired when their places are given back
_BITS = tuple(1 << bit for bit in range(64))


def _mark(term: str) -> int:
    """One of 64 bits; decides nothing, so it may differ from process to process."""
    return _BITS[hash(term) & 63]


def _marks(terms: Iterable[str], bits: Sequence[int] = _BITS) -> int:
    found = 0
    for term in terms:
        found |= bits[hash(term) & 63]
    return found


class Counters:
    """Votes must be added in order of time, and expired in the same order."""

    def __init__(self, origin_cap: int) -> None:
        self._origin_cap = origin_cap
        self._votes: list[Vote] = []  # from number `_base` on; those before `_first` have expired
        self._base = self._first = 0
        self._times = array("q")  # beside `_votes`: when they came
        self._marks = array("Q")  # beside `_votes`: a bit for each term, so that most votes without one are passed over
        self._numbers: dict[str, array[int] | Blocks] = {}  # of each term's counted votes, and of some that expired
        self._untidy: list[str] = []  # terms whose turn has not come yet
        self._customers = Customers(self._terms_of)
        self._origins = Origins(origin_cap, self._terms_of, self._counts)
        self._starts: dict[int, int] = {}  # a window's start -> the number of its first vote, until time moves

    @property
    def oldest(self) -> Vote | None:
        """The one that `expire` would forget."""
        at = self._first - self._base
        return self._votes[at] if at < len(self._votes) else None

    def __len__(self) -> int:
        """How many votes are alive."""
        return len(self._votes) - (self._first - self._base)

    @property
    def first_number(self) -> int:
        """The number of the oldest vote; where there is none, the one that the next will have."""
        return self._first

    def since(self, number: int) -> list[Vote]:
        """The living votes from a number on."""
        return self._votes[max(number, self._first) - self._base :]

    @property
    def votes(self) -> list[Vote]:
        """Those alive, oldest first."""
        return self._votes[self._first - self._base :]

    def add(self, vote: Vote) -> None:
        """Count a vote under each of its terms; sets `vote.stale` to those where it repeats somebody."""
        terms = (ALL, *vote.terms)
        vote.stale = self._take_over(vote, terms) if self._may_take_a_place(vote) else ()
        number = self.next_number
        self._count(vote, number, terms)
        self._know(vote, number, terms)

    def load(self, votes: Sequence[Vote], first: int = 0) -> None:
        """Take over those that were alive elsewhere, oldest first, with their numbers from `first` on."""
        self._votes = list(votes)
        self._times = array("q", [vote.at_us for vote in votes])
        self._marks = array("Q", [_marks(vote.terms) for vote in votes])
        self._base = self._first = first
        every: defaultdict[str, array[int]] = defaultdict(lambda: array("q"))
        if votes:
            every[ALL].extend(range(first, first + len(votes)))
        for number, vote in enumerate(votes, first):
            for term in vote.terms:
                every[term].append(number)
        self._numbers.update(every)
        self._numbers.update({term: Blocks(found) for term, found in every.items() if len(found) > _FEW})
        for number, vote in enumerate(votes, first):
            if self._may_take_a_place(vote):
                terms = (ALL, *vote.terms)
                self._take_over(vote, terms)
                self._know(vote, number, terms)
            else:
                self._know(vote, number, ())

    def expire(self) -> Vote:
        """Forget the oldest vote."""
        number = self._first
        vote = self._votes[number - self._base]
        self._first += 1
        terms = (ALL, *vote.terms)
        self._customers.expire(vote.customer, number, terms)
        if vote.origin:
            self._origins.expire(vote.origin, number, terms)
        self._starts.clear()
        self._tidy()
        gone = self._first - self._base
        if gone >= _COMPACT_AT or gone * _COMPACT_PART > len(self._votes):
            del self._votes[:gone]
            del self._times[:gone], self._marks[:gone]
            self._base = self._first
        return vote

    def count(self, term: str, since_us: int) -> int:
        """Distinct customers, capped per origin, whose votes with `term` are newer than `since_us`."""
        return self.counts(term, (self.start(since_us),))[0]

    def since_time(self, at_us: int) -> int:
        """How many votes came then or later."""
        return self.count(ALL, at_us - 1)

    def start(self, since_us: int) -> int:
        """The number of the first vote newer than `since_us`, for `counts`."""
        start = self._starts.get(since_us)
        if start is None:
            at = bisect_right(self._times, since_us, self._first - self._base)
            start = self._starts[since_us] = self._base + at
        return start

    def counts(self, term: str, starts: Sequence[int]) -> list[int]:
        """`count` for several windows at once, the shortest first; a window is given by its `start`."""
        numbers = self._numbers.get(term)
        if numbers is None:
            return [0] * len(starts)
        if isinstance(numbers, Blocks):
            return numbers.counts(starts)
        size = len(numbers)
        return [size - bisect_left(numbers, start) for start in starts]

    def exceeds(self, term: str, starts: Sequence[int], floors: Sequence[int]) -> bool:
        """Whether in any of the windows `counts` is more than its floor, at the cost of looking at one number each."""
        numbers = self._numbers.get(term)
        if numbers is None:
            return False
        if isinstance(numbers, Blocks):
            return any(map(le, starts, map(numbers.newest_but, floors)))
        size = len(numbers)
        if size <= floors[0]:  # and all others are at least as high
            return False
        return any(map(le, starts, [numbers[-1 - floor] if size > floor else -1 for floor in floors]))

    def newest(self, term: str, since_us: int) -> Iterator[Vote]:
        """The votes that `count` counts, newest first."""
        votes, base = self._votes, self._base
        return (votes[number - base] for number in self.numbers(term, self.start(since_us)))

    def numbers(self, term: str, start: int) -> Iterator[int]:
        """The numbers that `counts` counts, newest first; `vote` gives the vote of each."""
        numbers = self._numbers.get(term)
        if isinstance(numbers, Blocks):
            return numbers.newest(start)
        return reversed(numbers[bisect_left(numbers, start) :]) if numbers else iter(())

    def sample(self, term: str, start: int, step: int) -> Iterator[int]:
        """Every n-th of `numbers`."""
        numbers = self._numbers.get(term)
        if isinstance(numbers, Blocks):
            return numbers.sample(start, step)
        return iter(numbers[bisect_left(numbers, start) :: step]) if numbers else iter(())

    @property
    def next_number(self) -> int:
        """The number that the next vote will have."""
        return self._base + len(self._votes)

    def has(self, number: int, term: str) -> bool:
        """Whether a living vote has the term, be it counted under it or not."""
        at = number - self._base
        return bool(self._marks[at] & _mark(term)) and term in self._votes[at].terms

    def having(self, numbers: Iterable[int], term: str) -> list[int]:
        """Those of the votes that have the term."""
        marks, votes, base, mark = self._marks, self._votes, self._base, _mark(term)
        return [one for one in numbers if marks[one - base] & mark and term in votes[one - base].terms]

    def vote(self, number: int) -> Vote:
        return self._votes[number - self._base]

    def dump(self) -> dict[str, list[int]]:
        """Message ids of each term's counted votes, in order."""
        dumped = {}
        for term in self._numbers:
            if ids := [self.vote(number).message_id for number in self.numbers(term, self._first)]:
                dumped[term] = ids[::-1]
        return dumped

    def _terms_of(self, number: int) -> Sequence[str]:
        return (ALL, *self._votes[number - self._base].terms)

    def _may_take_a_place(self, vote: Vote) -> bool:
        return vote.customer in self._customers or bool(vote.origin and self._origins.is_full(vote.origin))

    def _take_over(self, vote: Vote, terms: Sequence[str]) -> tuple[str, ...]:
        """Let earlier votes, whose places this one takes, count no longer; answers under which terms."""
        earlier = self._customers.earlier(vote.customer, terms)
        stale = [term for term, number in earlier if self._uncount(term, number)]
        if vote.origin:
            for term, oldest in self._origins.surplus(vote.origin, terms):
                self._uncount(term, oldest)
                stale.append(term)
        return tuple(stale)

    def _count(self, vote: Vote, number: int, terms: Sequence[str]) -> None:
        self._votes.append(vote)
        self._times.append(vote.at_us)
        self._marks.append(_marks(vote.terms))
        self._starts.clear()
        every = self._numbers
        for term in terms:
            numbers = every.get(term)
            if numbers is None:
                every[term] = array("q", (number,))
                continue
            if not isinstance(numbers, Blocks) and len(numbers) == _FEW:
                numbers = every[term] = Blocks(numbers)
            numbers.append(number)

    def _know(self, vote: Vote, number: int, terms: Sequence[str]) -> None:
        self._customers.add(vote.customer, number, terms)
        if vote.origin:
            self._origins.add(vote.origin, number, terms)

    def _counts(self, term: str, number: int) -> bool:
        numbers = self._numbers.get(term)
        if numbers is None:
            return False
        return number in numbers if isinstance(numbers, Blocks) else contains(numbers, number)

    def _uncount(self, term: str, number: int) -> bool:
        """Let a vote count no longer under a term; False where it didn't."""
        numbers = self._numbers.get(term)
        if numbers is None:
            return False
        was_counted = numbers.remove(number) if isinstance(numbers, Blocks) else remove(numbers, number)
        if not numbers:
            del self._numbers[term]
        if was_counted and (origin := self._votes[number - self._base].origin):
            self._origins.remove(origin, term, number)
        return was_counted

    def _tidy(self) -> None:
        """Take expired numbers out of the lists of a few terms. All get their turn, so that few expired ones remain.

        Nobody counts them: a window never starts before the oldest living vote. So they need not go with their vote,
        which would be a look at each of its terms.
        """
        if not self._untidy:
            self._untidy = list(self._numbers)
        first = self._first
        for term in self._untidy[-_TIDIED:]:
            numbers = self._numbers.get(term)
            if isinstance(numbers, Blocks):
                numbers.forget(first - 1)
            elif numbers and numbers[0] < first:
                del numbers[: bisect_left(numbers, first)]
            if not numbers:
                self._numbers.pop(term, None)
        del self._untidy[-_TIDIED:]
