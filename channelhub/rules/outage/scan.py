"""Which of a vote's terms and pairs of terms are used by more customers than usual, over several windows."""

from channelhub.rules.outage.burst import score
from channelhub.rules.outage.counters import Counters
from channelhub.rules.outage.profile import Seed
from channelhub.rules.outage.reservoir import Reservoir
from channelhub.rules.outage.thresholds import OutageRules
from channelhub.rules.outage.usual import Usual
from channelhub.rules.outage.votes import ALL, Vote

_MIN_SEEN = 3
_MIN_WARMTH = 0.7
#: A pair is counted by walking the rarer term's votes. A window with more is left to the shorter windows, which by
#: then hold votes enough; nothing is ever counted in part.
_WALKED = 400


class Scan:
    def __init__(self, rules: OutageRules, counters: Counters, usual: Usual, reservoir: Reservoir) -> None:
        self._rules, self._counters, self._usual, self._reservoir = rules, counters, usual, reservoir
        self._windows_us = rules.windows_us

    def seeds(self, vote: Vote, now_us: int) -> list[Seed]:
        """The vote's terms and pairs that reach the seed score, the most unusual first."""
        traffic = [self._counters.count(ALL, now_us - window) for window in self._windows_us]
        warm: list[Seed] = []
        for term in vote.terms:
            seed = self._term(term, traffic, now_us)
            if seed is not None and seed.score >= _MIN_WARMTH:
                warm.append(seed)
        warm.sort(key=lambda seed: (-seed.score, seed.terms))
        found = [seed for seed in warm if seed.score >= self._rules.seed_score]
        hottest = [seed.terms[0] for seed in warm[: self._rules.warm_terms]]
        for at, first in enumerate(hottest):
            for second in hottest[at + 1 :]:
                pair = self._pair(first, second, traffic, now_us)
                if pair is not None and pair.score >= self._rules.seed_score:
                    found.append(pair)
        found.sort(key=lambda seed: (-seed.score, seed.terms))
        return found[: self._rules.seeds_grown]

    def _term(self, term: str, traffic: list[int], now_us: int) -> Seed | None:
        last = len(self._windows_us) - 1
        if self._counters.count(term, now_us - self._windows_us[last]) < _MIN_SEEN:
            return None
        counts = [self._counters.count(term, now_us - window) for window in self._windows_us]
        return self._best((term,), counts, self._usual.share(term, now_us), traffic)

    def _pair(self, first: str, second: str, traffic: list[int], now_us: int) -> Seed | None:
        counts = []
        for window_us in self._windows_us:
            since_us = now_us - window_us
            seen = (self._counters.count(first, since_us), self._counters.count(second, since_us))
            if min(seen) > _WALKED:
                break
            rarer, other = (first, second) if seen[0] <= seen[1] else (second, first)
            counts.append(sum(other in vote.terms for vote in self._counters.newest(rarer, since_us)))
        if not counts or max(counts) < _MIN_SEEN:
            return None
        return self._best((first, second), counts, self._reservoir.pair_share(first, second), traffic)

    def _best(self, terms: tuple[str, ...], counts: list[int], share: float, traffic: list[int]) -> Seed | None:
        best: Seed | None = None
        for window, (seen, all_seen) in enumerate(zip(counts, traffic, strict=False)):
            expected = all_seen * share
            if seen < _MIN_SEEN or seen <= 2 * expected:
                continue
            found = score(seen, expected, self._rules.dispersion)
            if window == len(self._windows_us) - 1:
                found -= self._rules.longest_penalty
            if best is None or found > best.score:
                best = Seed(terms=terms, window=window, score=found, seen=seen, expected=expected)
        return best
