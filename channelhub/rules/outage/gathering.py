"""Fetches the reports that a burst is judged by, at a bounded cost however full its window is.

Nothing is counted in part. Where a window holds too many votes with a profile's words, first the commonest words are
left out that by themselves never make a report heavy enough; if that is not enough, the window is shortened to its
newest half, again and again, and the burst is judged by what is unusual in the shorter time.
"""

from collections.abc import Sequence

from channelhub.rules.outage.counters import Counters
from channelhub.rules.outage.votes import Vote

_WALKED = 4000  # votes of a seed's rarer word that are looked at, newest first
_FETCHED = 600  # votes of a profile


def weigh(terms: Sequence[str], weights: dict[str, float]) -> float:
    """What a message's terms weigh in a profile."""
    return sum([weights[term] for term in terms if term in weights])


def seed_votes(counters: Counters, terms: Sequence[str], start: int, most: int) -> list[Vote]:
    """The newest votes from `start` on that have all the terms, newest first, at most so many."""
    rarest = min(terms, key=lambda term: counters.counts(term, (start,))[0])
    others = [term for term in terms if term != rarest]
    found: list[Vote] = []
    for walked, number in enumerate(counters.numbers(rarest, start)):
        if len(found) >= most or walked >= _WALKED:
            break
        if all(counters.has(number, other) for other in others):
            found.append(counters.vote(number))
    return found


def profile_votes(
    counters: Counters, weights: dict[str, float], start: int, least: float
) -> tuple[list[tuple[Vote, float]], int]:
    """The votes with any of the terms and what they weigh, newest first, and the start of the time that they are of.

    Complete for those that weigh `least` or more; lighter ones may be left out.
    """
    counts = {term: counters.counts(term, (start,))[0] for term in weights}
    walked = sorted(weights, key=lambda term: (-counts[term], term))
    left_out = 0.0
    while sum(counts[term] for term in walked) > _FETCHED and left_out + weights[walked[0]] < least:
        left_out += weights[walked.pop(0)]
    while sum(counts[term] for term in walked) > _FETCHED:
        start = counters.next_number - (counters.next_number - start) // 2
        counts = {term: counters.counts(term, (start,))[0] for term in walked}
    numbers: set[int] = set()
    for term in walked:
        numbers.update(counters.numbers(term, start))
    votes = [counters.vote(number) for number in sorted(numbers, reverse=True)]
    return [(vote, weigh(vote.terms, weights)) for vote in votes], start
