"""What people taught outage detection: profiles they dismissed, profiles they merged, words they took out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import Final

import msgspec

from channelhub.rules.outage.thresholds import DAY_US, HOUR_US, OutageRules

_MOST_KEPT: Final = 200  # of each kind; the oldest is forgotten first
_STEPS: Final = 64  # weights stay multiples of 1/64, whose sums are exact in any order


class Dismissed(msgspec.Struct, frozen=True):
    """A profile that a person called no outage, and how many customers had reported it by then."""

    weights: dict[str, float]
    customers: int
    until_us: int


class Attraction(msgspec.Struct, frozen=True):
    """Two profiles that a person said are one matter. `outage_ids` are the one that went and the one that stayed."""

    outage_ids: tuple[int, int]
    left: dict[str, float]
    right: dict[str, float]
    until_us: int


class SupervisionState(msgspec.Struct):
    """Everything that is remembered, oldest first."""

    dismissed: list[Dismissed] = msgspec.field(default_factory=list)
    attractions: list[Attraction] = msgspec.field(default_factory=list)


class Supervision:
    """Remembers people's judgements for the rules' times."""

    def __init__(self, rules: OutageRules, state: SupervisionState | None = None) -> None:
        self._rules = rules
        self.state = state or SupervisionState()

    def dismiss(self, weights: dict[str, float], customers: int, now_us: int) -> None:
        """Keep silent about such a profile for a while."""
        until_us = now_us + int(self._rules.dismissed_hours * HOUR_US)
        self.state.dismissed.append(Dismissed(weights, customers, until_us))
        del self.state.dismissed[:-_MOST_KEPT]

    def is_dismissed(self, weights: dict[str, float], customers: int, now_us: int) -> bool:
        """A person called such a profile none, and it has not grown far beyond what they saw since."""
        self.state.dismissed = [memory for memory in self.state.dismissed if memory.until_us > now_us]
        growth = self._rules.dismissed_growth
        return any(
            self._is_like(weights, memory.weights) and (not growth or customers < growth * memory.customers)
            for memory in self.state.dismissed
        )

    def attract(
        self, outage_ids: tuple[int, int], left: dict[str, float], right: dict[str, float], now_us: int
    ) -> None:
        """A person merged two outages: bursts like the one belong to outages like the other from now on."""
        until_us = now_us + int(self._rules.attraction_days * DAY_US)
        self.state.attractions.append(Attraction(outage_ids, dict(left), dict(right), until_us))
        del self.state.attractions[:-_MOST_KEPT]

    def part(self, outage_ids: Iterable[int]) -> None:
        """A person took them apart again: that they were merged teaches nothing any more."""
        parted = set(outage_ids)
        self.state.attractions = [one for one in self.state.attractions if not parted.issuperset(one.outage_ids)]

    def attracts(self, left: dict[str, float], right: dict[str, float], now_us: int) -> bool:
        """A person said of two such profiles that they are one matter."""
        return any(
            one.until_us > now_us
            and (
                (self._is_like(left, one.left) and self._is_like(right, one.right))
                or (self._is_like(left, one.right) and self._is_like(right, one.left))
            )
            for one in self.state.attractions
        )

    def _is_like(self, weights: dict[str, float], known: dict[str, float]) -> bool:
        return cosine(weights, known) > self._rules.merge_cosine


def cosine(left: dict[str, float], right: dict[str, float]) -> float:
    """How alike two profiles are, 0 to 1."""
    dot = sum(weight * right[term] for term, weight in left.items() if term in right)
    lengths = sqrt(sum(w * w for w in left.values())) * sqrt(sum(w * w for w in right.values()))
    return dot / lengths if lengths else 0.0


def discounted(
    weights: Mapping[str, float], against: Mapping[str, int], carried: Iterable[Sequence[str]]
) -> dict[str, float]:
    """The profile without what only moved-out messages say.

    `against` counts the moved-out messages with a term, `carried` are the terms of those that stayed. A term keeps
    the share of its weight that those who stayed have in it; a term that nobody of them has is dropped.
    """
    if not against:
        return dict(weights)
    kept = Counter(term for terms in carried for term in set(terms) if term in against)
    shares = {term: kept[term] / (kept[term] + count) for term, count in against.items()}
    left = {term: round(weight * shares.get(term, 1.0) * _STEPS) / _STEPS for term, weight in weights.items()}
    return {term: weight for term, weight in left.items() if weight > 0}
