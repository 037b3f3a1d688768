"""Which words the reports of an outage have and everybody else's messages have not.

Log-odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn, "Fightin' Words", 2008): a term's odds among
the reports against its odds in usual messages, both drawn towards what is common to all, over their standard error.
A frequent word needs little difference to be certain, a rare one much.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Final

MOST: Final = 12
MIN_REPORTS: Final = 2
MIN_USUAL: Final = 20  # messages to compare with
MIN_Z: Final = 2.58  # one in a hundred by chance, two-sided
_PRIOR: Final = 10.0  # imagined messages that both sides begin with

Terms = Sequence[str]  # of one message, each once


@dataclass(frozen=True, slots=True, kw_only=True)
class Distinguishing:
    """A term with how many of the reports and of the usual messages have it. `z` says how certain the difference is."""

    term: str
    reports: int
    of_reports: int
    usual: int
    of_usual: int
    z: float


def distinguishing(reports: Iterable[Terms], usual: Iterable[Terms]) -> tuple[Distinguishing, ...]:
    """The terms that tell the reports from usual messages, the most certain first; at most `MOST`.

    Pass one message of each customer, so that nobody speaks twice.
    """
    counts, total = _counted(reports)
    usual_counts, usual_total = _counted(usual)
    if usual_total < MIN_USUAL:
        return ()
    found = [
        Distinguishing(
            term=term,
            reports=count,
            of_reports=total,
            usual=usual_counts[term],
            of_usual=usual_total,
            z=_z(count, total, usual_counts[term], usual_total),
        )
        for term, count in counts.items()
        if count >= MIN_REPORTS
    ]
    found.sort(key=lambda one: (-one.z, one.term))
    return tuple(one for one in found if one.z >= MIN_Z)[:MOST]


def _counted(messages: Iterable[Terms]) -> tuple[Counter[str], int]:
    counts: Counter[str] = Counter()
    total = 0
    for terms in messages:
        counts.update(set(terms))
        total += 1
    return counts, total


def _z(count: int, total: int, usual: int, usual_total: int) -> float:
    prior = _PRIOR * (count + usual + 0.5) / (total + usual_total + 1)
    here, there = count + prior, usual + prior
    odds = log(here / (total + _PRIOR - here)) - log(there / (usual_total + _PRIOR - there))
    return odds / sqrt(1 / here + 1 / there)
