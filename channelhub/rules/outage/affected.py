"""Who is affected, by anything that is known of several customers: channel, language, city, segment, payment method.

Plain counts, beside the comparison of `traits`: a value is told whether or not it stands out.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from channelhub.rules.outage.traits import Traits

MOST_NAMES: Final = 20  # attributes, the most widely known ones
MOST_VALUES: Final = 10  # of each, the most frequent ones
MIN_SHARED: Final = 2  # a value of a single customer may name that customer; it is counted, not told


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueCount:
    """So many customers have this value."""

    value: str
    customers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedBy:
    """The customers of whom an attribute is `known`, by its values; `others` have a value that isn't told."""

    name: str
    known: int
    values: tuple[ValueCount, ...]
    others: int


def affected_by(customers: Iterable[Traits]) -> tuple[AffectedBy, ...]:
    """Counts for each attribute that several customers share a value of, the most widely known first."""
    known: Counter[str] = Counter()
    counts: dict[str, Counter[str]] = {}
    for traits in customers:
        for name, value in traits.items():
            if value:
                known[name] += 1
                counts.setdefault(name, Counter())[value] += 1
    found = [_by(name, known[name], counts[name]) for name in sorted(known, key=lambda name: (-known[name], name))]
    return tuple(one for one in found if one.values)[:MOST_NAMES]


def _by(name: str, known: int, counts: Counter[str]) -> AffectedBy:
    shared = [(value, count) for value, count in counts.items() if count >= MIN_SHARED]
    told = sorted(shared, key=lambda one: (-one[1], one[0]))[:MOST_VALUES]
    return AffectedBy(
        name=name,
        known=known,
        values=tuple(ValueCount(value=value, customers=count) for value, count in told),
        others=known - sum(count for _, count in told),
    )
