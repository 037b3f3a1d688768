"""Which of a vote's terms and pairs of terms are used by more customers than usual, over several windows."""

from bisect import bisect_left
from collections.abc import Sequence

from channelhub.rules.outage.burst import score
from channelhub.rules.outage.counters import Counters
from channelhub.rules.outage.profile import Seed
from channelhub.rules.outage.reservoir import Reservoir
from channelhub.rules.outage.thresholds import OutageRules
from channelhub.rules.outage.usual import Usual
from channelhub.rules.outage.votes import ALL, NAMELESS, Vote

_MIN_SEEN = 3
_UNUSUAL = 2  # times what is expected, at least
_MIN_WARMTH = 0.7
#: A pair is counted by walking the rarer term's votes in the window. Of more than so many, so many are walked that are
#: spread evenly over it, and judged as the smaller sample that they are.
_WALKED = 400


class Scan:
    def __init__(self, rules: OutageRules, counters: Counters, usual: Usual, reservoir: Reservoir) -> None:
        self._rules, self._counters, self._usual, self._reservoir = rules, counters, usual, reservoir
        self._windows_us = rules.windows_us
        self._lowest = [_MIN_SEEN - 1] * len(rules.windows_us)

    def seeds(self, vote: Vote, now_us: int) -> list[Seed]:
        """The vote's terms and pairs that reach the seed score, the most unusual first."""
        starts = [self._counters.start(now_us - window) for window in self._windows_us]
        traffic = self._counters.counts(ALL, starts)
        warm: list[Seed] = []
        shares = self._usual.shares(vote.terms, now_us)
        scarce = _MIN_SEEN / (_UNUSUAL * max(1, traffic[-1]))  # the longest window has the most traffic
        for term, share in zip(vote.terms, shares, strict=True):
            floors = self._lowest if share < scarce else _floors(share, traffic)
            if term == NAMELESS or not self._counters.exceeds(term, starts, floors):
                continue
            seed = self._best((term,), self._counters.counts(term, starts), share, traffic)
            if seed is not None and seed.score >= _MIN_WARMTH:
                warm.append(seed)
        warm.sort(key=lambda seed: (-seed.score, seed.terms))
        found = [seed for seed in warm if seed.score >= self._rules.seed_score]
        hottest = [seed.terms[0] for seed in warm[: self._rules.warm_terms]]
        for at, first in enumerate(hottest):
            for second in hottest[at + 1 :]:
                pair = self._pair(first, second, starts, traffic)
                if pair is not None and pair.score >= self._rules.seed_score:
                    found.append(pair)
        found.sort(key=lambda seed: (-seed.score, seed.terms))
        return found[: self._rules.seeds_grown]

    def _pair(self, first: str, second: str, starts: Sequence[int], traffic: Sequence[int]) -> Seed | None:
        walked, of_second = self._counters.counts(first, starts), self._counters.counts(second, starts)
        rarer, other = first, second
        if of_second[-1] < walked[-1]:
            walked, rarer, other = of_second, second, first
        whole = sum(count <= _WALKED for count in walked)  # windows of which every vote is walked
        both = self._counters.having(self._counters.numbers(rarer, starts[whole - 1]), other) if whole else []
        both.reverse()
        counts = [len(both) - bisect_left(both, start) for start in starts[:whole]]
        share = self._reservoir.pair_share(first, second)
        best = self._best((first, second), counts, share, traffic)
        for window in range(whole, len(starts)):
            step = -(-walked[window] // _WALKED)
            seen_both = len(self._counters.having(self._counters.sample(rarer, starts[window], step), other))
            found = self._thinned((first, second), seen_both, step, traffic[window] * share, window)
            if found is not None and (best is None or found.score > best.score):
                best = found
        return best

    def _thinned(self, terms: tuple[str, ...], seen: int, step: int, expected: float, window: int) -> Seed | None:
        """A seed judged by every n-th vote of a window; `seen` is of the sample, `expected` of the window."""
        if seen < _MIN_SEEN or seen * step <= _UNUSUAL * expected:
            return None
        found = self._score(seen, expected / step, window)
        return Seed(terms=terms, window=window, score=found, seen=seen * step, expected=expected)

    def _best(self, terms: tuple[str, ...], counts: Sequence[int], share: float, traffic: Sequence[int]) -> Seed | None:
        best: Seed | None = None
        for window, (seen, all_seen) in enumerate(zip(counts, traffic, strict=False)):
            expected = all_seen * share
            if seen < _MIN_SEEN or seen <= _UNUSUAL * expected:
                continue
            found = self._score(seen, expected, window)
            if best is None or found > best.score:
                best = Seed(terms=terms, window=window, score=found, seen=seen, expected=expected)
        return best

    def _score(self, seen: int, expected: float, window: int) -> float:
        found = score(seen, expected, self._rules.dispersion)
        return found - self._rules.longest_penalty if window == len(self._windows_us) - 1 else found


def _floors(share: float, traffic: Sequence[int]) -> Sequence[int]:
    """What a term must be counted more often than in each window to be worth judging."""
    floors = [int(_UNUSUAL * (all_seen * share)) for all_seen in traffic]
    return [floor if floor >= _MIN_SEEN else _MIN_SEEN - 1 for floor in floors]
