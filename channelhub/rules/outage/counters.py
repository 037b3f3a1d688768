"""How many distinct customers used a term in the last minutes and hours, exactly, at the cost of a binary search.

For each term only the newest vote of a customer is kept, in order of time. The votes newer than a window's start are
then exactly its distinct customers, for every window at once. The cap for unverified origins works the same way:
the newest `cap` customers of an origin are kept, so in each window min(cap, distinct) of them count.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from channelhub.rules.outage.votes import ALL, Vote

_COMPACT_AT = 64


class _Term:
    __slots__ = ("newest", "origins", "start", "times")

    def __init__(self) -> None:
        self.newest: dict[int, Vote] = {}  # customer -> newest vote, in order of time
        self.times: list[int] = []  # the same votes' times; those before `start` have expired
        self.start = 0
        self.origins: dict[str, list[int]] = {}  # unverified origin -> its kept customers, oldest first

    def remove(self, vote: Vote) -> None:
        del self.newest[vote.customer]
        at = bisect_left(self.times, vote.at_us, self.start)
        if at == self.start:
            self.start += 1
            if self.start >= _COMPACT_AT and self.start * 2 > len(self.times):
                del self.times[: self.start]
                self.start = 0
        else:
            del self.times[at]
        if vote.origin:
            kept = self.origins[vote.origin]
            kept.remove(vote.customer)
            if not kept:
                del self.origins[vote.origin]

    def append(self, vote: Vote) -> None:
        self.newest[vote.customer] = vote
        self.times.append(vote.at_us)
        if vote.origin:
            self.origins.setdefault(vote.origin, []).append(vote.customer)


class Counters:
    """Votes must be added in order of time, and expired in the same order."""

    def __init__(self, origin_cap: int) -> None:
        self._origin_cap = origin_cap
        self._terms: dict[str, _Term] = {}

    def add(self, vote: Vote) -> None:
        """Count a vote under each of its terms; sets `vote.fresh` to those where it repeats nobody."""
        fresh = []
        for term in (ALL, *vote.terms):
            entry = self._terms.get(term)
            if entry is None:
                entry = self._terms[term] = _Term()
            if self._add(entry, vote):
                fresh.append(term)
        vote.fresh = tuple(fresh)

    def _add(self, entry: _Term, vote: Vote) -> bool:
        is_fresh = True
        earlier = entry.newest.get(vote.customer)
        if earlier is not None:
            entry.remove(earlier)
            is_fresh = False
        if vote.origin and len(entry.origins.get(vote.origin, ())) >= self._origin_cap:
            entry.remove(entry.newest[entry.origins[vote.origin][0]])
            is_fresh = False
        entry.append(vote)
        return is_fresh

    def expire(self, vote: Vote) -> None:
        """Forget the oldest vote."""
        for term in (ALL, *vote.terms):
            entry = self._terms.get(term)
            if entry is not None and entry.newest.get(vote.customer) is vote:
                entry.remove(vote)
                if not entry.newest:
                    del self._terms[term]

    def count(self, term: str, since_us: int) -> int:
        """Distinct customers, capped per origin, whose votes with `term` are newer than `since_us`."""
        entry = self._terms.get(term)
        return 0 if entry is None else len(entry.times) - bisect_right(entry.times, since_us, entry.start)

    def newest(self, term: str, since_us: int) -> Iterator[Vote]:
        """The votes that `count` counts, newest first."""
        entry = self._terms.get(term)
        if entry is None:
            return
        for vote in reversed(entry.newest.values()):
            if vote.at_us <= since_us:
                return
            yield vote

    def dump(self) -> dict[str, list[int]]:
        """Message ids of each term's kept votes, in order."""
        return {term: [vote.message_id for vote in entry.newest.values()] for term, entry in self._terms.items()}

    def load(self, dumped: dict[str, list[int]], votes: dict[int, Vote]) -> None:
        """Take over what `dump` gave; `votes` are the living ones by message id."""
        for term, ids in dumped.items():
            entry = self._terms[term] = _Term()
            for message_id in ids:
                entry.append(votes[message_id])
