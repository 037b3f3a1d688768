"""Whether more customers complain of something than before: counts with the chance of seeing them by accident."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, lgamma, log, log1p
from typing import Final

MEAN_OF_WEEKS: Final = 4
SIGNIFICANT: Final = 0.05  # after the correction for many topics


class Trend(StrEnum):
    UP = "up"
    DOWN = "down"
    STEADY = "steady"  # no more than chance explains
    UNKNOWN = "unknown"  # nothing to compare with


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Against an earlier time. `before` is customers a week there; `ratio` is of the counts, None where nobody
    complained of it then; `p` the chance of so large a difference without any change."""

    before: float
    ratio: float | None
    p: float


def against(now: int, wrote_now: int, before: Sequence[int], wrote_before: Sequence[int]) -> Change | None:
    """The newest week's customers of a topic against those of earlier weeks; None when nobody wrote then.

    Exact binomial tests of two rates (Przyborowski and Wilenski, 1940), two-sided: of the counts by themselves, and
    beside those who wrote of anything else. `p` is the larger: a busy week lifts counts, and another topic's rush
    lowers shares, without any change of this one. It is 1 where the two disagree about the direction.
    """
    weeks = [(count, wrote) for count, wrote in zip(before, wrote_before, strict=True) if wrote]
    then, wrote_then = sum(count for count, _ in weeks), sum(wrote for _, wrote in weeks)
    if not wrote_then or not wrote_now:
        return None
    mean = then / len(weeks)
    others_now, others_then = wrote_now - now + 1, wrote_then - then + len(weeks)  # one more a week: never none
    by_share = others_now / (others_now + others_then)
    if (now - mean) * (now * others_then - then * others_now) < 0:
        p = 1.0
    else:
        p = max(two_sided(now, now + then, 1 / (1 + len(weeks))), two_sided(now, now + then, by_share))
    return Change(before=mean, ratio=now / mean if mean else None, p=p)


def trends(changes: Sequence[Change | None]) -> list[Trend]:
    """What each change means among all of them: Benjamini and Hochberg's procedure (1995) bounds the share of false
    ones among those called up or down."""
    ranked = sorted((one.p, place) for place, one in enumerate(changes) if one is not None)
    limit = max((p for rank, (p, _) in enumerate(ranked, 1) if p <= SIGNIFICANT * rank / len(ranked)), default=-1.0)
    return [_trend(one, limit) for one in changes]


def two_sided(seen: int, of: int, share: float) -> float:
    """Twice the smaller tail of the binomial distribution, at most 1."""
    below = sum(_chance(count, of, share) for count in range(seen + 1))
    above = sum(_chance(count, of, share) for count in range(seen, of + 1))
    return min(1.0, 2 * min(below, above))


def _chance(count: int, of: int, share: float) -> float:
    if share <= 0 or share >= 1:
        return 1.0 if count == (0 if share <= 0 else of) else 0.0
    ways = lgamma(of + 1) - lgamma(count + 1) - lgamma(of - count + 1)
    return exp(ways + count * log(share) + (of - count) * log1p(-share))


def _trend(one: Change | None, limit: float) -> Trend:
    if one is None:
        return Trend.UNKNOWN
    if one.p > limit:
        return Trend.STEADY
    return Trend.UP if one.ratio is None or one.ratio > 1 else Trend.DOWN
