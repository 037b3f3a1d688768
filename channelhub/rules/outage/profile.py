"""From a term that bursts to the profile of words that burst with it, and how convincing that profile is."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

from channelhub.rules.outage.alike import compared, unlike
from channelhub.rules.outage.burst import problem_evidence, score
from channelhub.rules.outage.counters import Counters
from channelhub.rules.outage.gathering import profile_votes, seed_votes, weigh
from channelhub.rules.outage.reach import Reaching
from channelhub.rules.outage.reservoir import Reservoir
from channelhub.rules.outage.sums import STEPS, Sums
from channelhub.rules.outage.thresholds import OutageRules
from channelhub.rules.outage.usual import Usual
from channelhub.rules.outage.votes import ALL, NAMELESS, Vote, counted, counted_newest_first, voices

_SAMPLE = 200  # newest votes of a seed that its profile is read from
_MAX_TERMS = 12
_MIN_SHARE = 0.15
_MIN_LIFT = 3.0
_MAX_WEIGHT = 3.0
_MAX_LEARNT = 40  # of a live outage's members: more words, each in fewer of them, but more unusual ones
_MIN_LEARNT_SHARE = 0.05
_CUTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One term, or a pair, that more customers used in a window than usual."""

    terms: tuple[str, ...]
    window: int  # index into the rules' windows
    score: float
    seen: int
    expected: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A grown seed with its judgement. `votes` are the distinct customers' reports, newest first."""

    seed: Seed
    weights: dict[str, float]
    cut: float  # what a report must weigh to count for it
    votes: tuple[Vote, ...]
    expected: float
    score: float  # judged
    may_open: bool  # enough customers and origins


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The words of reports that a person put together. `cut` and `background` as in `reach.Reach`."""

    weights: dict[str, float]
    cut: float
    background: float


class Growth:
    """Grows and judges seeds against the living votes and the usual traffic."""

    def __init__(self, rules: OutageRules, counters: Counters, usual: Usual, reservoir: Reservoir) -> None:
        self._rules, self._counters, self._usual, self._reservoir = rules, counters, usual, reservoir
        self.reach = Reaching(rules, counters, reservoir)

    def judge(self, seed: Seed, now_us: int) -> Candidate:
        """The seed, or the profile grown from it where that is the stronger evidence."""
        start = self._counters.start(now_us - self._rules.windows_us[seed.window])
        seeds = seed_votes(self._counters, seed.terms, start, _SAMPLE)
        sample = counted_newest_first(seeds, self._rules.origin_cap)
        weights = self._weights(seed, sample, now_us)
        best = (seed.score, sample, seed.expected, 0.0)
        heavy = [weigh(vote.terms, weights) for vote in sample]
        grown, start = profile_votes(self._counters, weights, start, min(heavy))
        traffic = self._counters.counts(ALL, (start,))[0]
        usual_sums = self._reservoir.sums(weights)
        for cut in _cuts(heavy):
            votes = counted_newest_first((vote for vote, weight in grown if weight >= cut), self._rules.origin_cap)
            expected = traffic * self._share(usual_sums, cut)
            found = score(len(votes), expected, self._rules.dispersion) - self._rules.grown_penalty
            if found > best[0]:
                best = (found, votes, expected, cut)
        strength, members, expected, cut = best
        cut = cut or min(heavy)
        against = self._wording(members) - self._chances(seed, members, traffic)
        may_open = self._may_open(seed, members)
        if may_open and strength + against >= self._rules.theta and len(own := unlike(members)) < compared(members):
            said = len(members) * len(own) // compared(members)
            strength = min(strength, score(said, expected, self._rules.dispersion))
            may_open = self._may_open(seed, own)
        return Candidate(
            seed=seed,
            weights=weights,
            cut=cut,
            votes=tuple(members),
            expected=expected,
            score=strength + against,
            may_open=may_open,
        )

    def profile(self, votes: Sequence[Vote], now_us: int) -> Profile:
        """What these reports have in common. Three quarters of those who have any of it would be taken in again."""
        nothing = Seed(terms=(), window=0, score=0.0, seen=0, expected=0.0)
        sample = counted(votes, self._rules.origin_cap)[:_SAMPLE]
        weights = self._weights(nothing, sample, now_us)
        heavy = sorted(weight for weight in (weigh(vote.terms, weights) for vote in sample) if weight > 0)
        if not heavy:
            return Profile(weights={}, cut=1.0, background=0.0)
        cut = heavy[len(heavy) // _CUTS]
        return Profile(weights=weights, cut=cut, background=self._share(self._reservoir.sums(weights), cut))

    def words_of(self, members: Sequence[Vote], now_us: int) -> dict[str, float]:
        """Terms that a live outage's members share: two of them, and so many that it is no chance."""
        weighed = []
        for term, seen in _counts(members).items():
            share, usual = seen / len(members), self._usual.share(term, now_us)
            if seen < 2 or share < _MIN_LEARNT_SHARE:
                continue
            if score(seen, len(members) * usual, self._rules.dispersion) >= self._rules.seed_score:
                weighed.append((_weight(share, usual), term))
        weighed.sort(key=lambda pair: (-pair[0], pair[1]))
        return {term: weight for weight, term in weighed[:_MAX_LEARNT]}

    def _weights(self, seed: Seed, sample: Sequence[Vote], now_us: int) -> dict[str, float]:
        """Terms that the seed's reports share far more than usual, by the logarithm of how much more."""
        weighed = []
        for term, seen in _counts(sample).items():
            share, usual = seen / len(sample), self._usual.share(term, now_us)
            if term in seed.terms or (seen >= 2 and share >= _MIN_SHARE and share >= _MIN_LIFT * usual):
                weighed.append((_weight(share, usual), term))
        weighed.sort(key=lambda pair: (pair[1] not in seed.terms, -pair[0], pair[1]))
        return {term: weight for weight, term in weighed[:_MAX_TERMS]}

    def _share(self, usual_sums: Sums, cut: float) -> float:
        return self._reservoir.share(usual_sums.at_least(cut))

    def _wording(self, votes: Sequence[Vote]) -> float:
        """Problem wording speaks for an outage, long texts against one: they share words by chance."""
        rules = self._rules
        problem = problem_evidence(
            [vote.problem for vote in votes],
            self._usual.problem_share(),
            rules.problem_expected,
            floor=rules.problem_floor,
            ceiling=rules.problem_ceiling,
        )
        length = sum(vote.words for vote in votes) / len(votes)
        long = rules.long_text_penalty * max(0.0, log10(max(length, 1.0) / rules.usual_words))
        return problem - long

    def _chances(self, seed: Seed, votes: Sequence[Vote], traffic: int) -> float:
        """What a burst pays for what may be chance: much traffic around it, few customers, a long time."""
        rules = self._rules
        lacking = max(rules.enough - voices(votes), int(self._is_longest(seed)))
        return rules.traffic_penalty * log10(max(traffic, 1) / rules.usual_traffic) + rules.scant_penalty * lacking

    def _may_open(self, seed: Seed, votes: Sequence[Vote]) -> bool:
        return voices(votes) >= (self._rules.k_longest if self._is_longest(seed) else self._rules.k)

    def _is_longest(self, seed: Seed) -> bool:
        return seed.window == len(self._rules.windows_min) - 1


def _counts(votes: Sequence[Vote]) -> dict[str, int]:
    """How many of the votes have each term that may name something."""
    counts: dict[str, int] = {}
    for vote in votes:
        for term in vote.terms:
            counts[term] = counts.get(term, 0) + 1
    counts.pop(NAMELESS, None)
    return counts


def _weight(share: float, usual: float) -> float:
    """What a term weighs that has this share of the reports, and that share of usual traffic."""
    weight = min(_MAX_WEIGHT, max(0.1, log10(share / usual))) * min(1.0, 0.5 + share)
    return round(weight * STEPS) / STEPS


def _cuts(weights: Sequence[float]) -> list[float]:
    """A few weights to try: from all the seed's reports down to its most typical ones."""
    ordered = sorted(weights)
    return sorted({ordered[len(ordered) * part // _CUTS] for part in range(_CUTS)})
