"""How unlikely a count is: -log10 of the chance of seeing as many or more by negative binomial."""

from math import exp, lgamma, log, log10

_MAX_SCORE = 300.0
_LEAST_EXPECTED = 1e-9


def score(seen: int, expected: float, dispersion: float) -> float:
    """-log10 P(X >= seen), X negative binomial with mean `expected` and shape `dispersion` (a gamma-mixed Poisson).

    0 where nothing is unusual (`seen` not above `expected`); at most 300.
    """
    if seen <= expected or seen <= 0:
        return 0.0
    expected = max(expected, _LEAST_EXPECTED)
    odds = expected / (expected + dispersion)
    first = (
        lgamma(dispersion + seen)
        - lgamma(dispersion)
        - lgamma(seen + 1)
        + seen * log(odds)
        + dispersion * log(dispersion / (expected + dispersion))
    )
    ratio_sum, term, count = 1.0, 1.0, seen
    while term > 1e-6 * ratio_sum and count < seen + 400:
        term *= odds * (dispersion + count) / (count + 1)
        ratio_sum += term
        count += 1
    tail = first / log(10) + log10(ratio_sum)
    return min(_MAX_SCORE, max(0.0, -tail))


def problem_evidence(
    problems: list[float], usual_share: float, expected_share: float, *, floor: float, ceiling: float
) -> float:
    """log10 likelihood that these wordings are an outage's rather than usual traffic's, between floor and ceiling.

    Half a sign of a problem counts half. `usual_share` is the share of usual messages that name a problem.
    """
    usual = min(0.9, max(0.02, usual_share))
    named, unnamed = log10(max(expected_share, usual) / usual), log10((1 - max(expected_share, usual)) / (1 - usual))
    total = sum(problem * named + (1 - problem) * unnamed for problem in problems)
    return min(ceiling, max(floor, total))


def decay(age_us: int, half_life_us: float) -> float:
    """2 to the power of the age in half-lives, for forward decay: newer weighs more."""
    return exp(age_us / half_life_us * log(2))
