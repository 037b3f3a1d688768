"""How far an outage's words reach: which living messages belong to it, and what a later one must weigh."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from channelhub.rules.outage.burst import score
from channelhub.rules.outage.counters import Counters
from channelhub.rules.outage.gathering import profile_votes
from channelhub.rules.outage.reservoir import Reservoir
from channelhub.rules.outage.sums import Sums
from channelhub.rules.outage.thresholds import OutageRules
from channelhub.rules.outage.votes import ALL, Vote, counted_newest_first

#: The step from one weight to the next for which the usual share is known.
HEAVIER: Final = 1.25
_GRADES: Final = 12
_LEAST: Final = 0.1  # of what the judged reports weigh: a word in passing makes no report


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """`cut` is what a message must weigh, `background` the usual share of messages that weigh as much, `heavier` the
    share of those that weigh `HEAVIER` times as much, and so on.

    `votes` are the living ones that do, since the outage began, oldest first.
    """

    cut: float
    background: float
    heavier: tuple[float, ...]
    votes: tuple[Vote, ...]


class Reaching:
    """Measures profiles against the living votes and the usual traffic."""

    def __init__(self, rules: OutageRules, counters: Counters, reservoir: Reservoir) -> None:
        self._rules, self._counters, self._reservoir = rules, counters, reservoir

    def of(self, weights: dict[str, float], judged_cut: float, since_us: int) -> Reach:
        """The lowest cut at which, since the outage began, the expected background stays below the rules' share.

        `judged_cut` is what the reports weigh that the outage is judged by. It began, after `since_us`, with the one
        of them since which there are so many that chance explains it least.
        """
        usual = self._reservoir.sums(weights)
        grown, _ = profile_votes(self._counters, weights, self._counters.start(since_us), judged_cut)
        judged = self._counted(vote for vote, weight in grown if weight >= judged_cut)
        first = judged[self._onset(judged, self._share(usual, judged_cut)) - 1] if judged else None
        if first is not None:
            grown = [(vote, weight) for vote, weight in grown if vote.at_us >= first.at_us]
        cut = self._cut(weights, grown, usual, self._since(first) if first else 0, judged_cut)
        votes = [vote for vote, weight in grown if weight >= cut]
        background, *heavier = self._shares(usual, cut)
        return Reach(cut=cut, background=background, heavier=tuple(heavier), votes=tuple(reversed(votes)))

    def backgrounds(self, weights: dict[str, float], cut: float) -> list[float]:
        """`background` and `heavier` as of now."""
        return self._shares(self._reservoir.sums(weights), cut)

    def _shares(self, usual: Sums, cut: float) -> list[float]:
        """Of the one unseen message that is allowed for, the heavier are taken to be ever fewer."""
        weights = [(HEAVIER**times, cut * HEAVIER**times) for times in range(_GRADES)]
        return [self._reservoir.share(usual.at_least(weight), 1 / times) for times, weight in weights]

    def _onset(self, votes: Sequence[Vote], share: float) -> int:
        """How many of the votes, newest first, are the burst. `share` is the usual share of such messages."""
        best, length = 0.0, len(votes)
        for count, vote in enumerate(votes, 1):
            found = score(count, share * self._since(vote), self._rules.dispersion)
            if found >= best:
                best, length = found, count
        return length

    def _cut(
        self,
        weights: dict[str, float],
        grown: Sequence[tuple[Vote, float]],
        usual: Sums,
        traffic: int,
        judged_cut: float,
    ) -> float:
        counted = {vote.message_id for vote in self._counted(vote for vote, _ in grown)}
        heavy = sorted(weight for vote, weight in grown if vote.message_id in counted)
        for cut in sorted({*heavy, judged_cut}):
            if cut < _LEAST * judged_cut:
                continue
            members = len(heavy) - bisect_left(heavy, cut)
            if members and traffic * self._share(usual, cut) <= self._rules.background_share * members:
                return cut
        return max(judged_cut, sum(weights.values()) / 2)

    def _counted(self, newest_first: Iterable[Vote]) -> list[Vote]:
        return counted_newest_first(newest_first, self._rules.origin_cap)

    def _since(self, vote: Vote) -> int:
        """How many votes there were from this one on."""
        return self._counters.counts(ALL, (self._counters.start(vote.at_us - 1),))[0]

    def _share(self, usual: Sums, cut: float) -> float:
        return self._reservoir.share(usual.at_least(cut))
