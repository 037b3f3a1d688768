"""The arithmetic of a run: ratios of paired rounds, their median, and what counts as reached. No clock, no process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

INVALID_BELOW = 0.5  # of a peer's published ratio: slower than that, the machine measured something else


class Verdict(StrEnum):
    OK = "ok"
    MISSED = "MISSED"
    SHORT = "short"  # of a wish, which is printed and doesn't fail a run
    INVALID = "INVALID"  # a peer was too slow to compare with
    MISSING = "MISSING"  # the peer or a tool could not be had; never counted as reached


class Sense(StrEnum):
    AT_LEAST = "≥"
    BELOW = "<"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What is aimed at. `unit` is what stands behind the figure: × for a ratio, msg/s, ms, s. A wish is no must."""

    id: str
    title: str
    must: float
    sense: Sense = Sense.AT_LEAST
    unit: str = "×"
    is_wish: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One goal's figures, one per round. `note` says why there are none, or what stands behind them."""

    goal: Goal
    figures: tuple[float, ...] = ()
    verdict: Verdict
    note: str = ""

    @property
    def median(self) -> float | None:
        return median(self.figures) if self.figures else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerCheck:
    """A peer's own ratio to another peer, and the one that was published for it."""

    name: str
    published: float
    measured: float

    @property
    def is_valid(self) -> bool:
        return self.measured >= INVALID_BELOW * self.published


def order_of(names: Sequence[str], round_number: int) -> list[str]:
    """Who runs when: forward, then backward, so that what drifts falls on all alike."""
    return list(names) if round_number % 2 == 0 else list(reversed(names))


def ratios(rounds: Sequence[Mapping[str, float]], one: str, other: str) -> tuple[float, ...]:
    """`one` over `other` in each round: figures of different rounds are never divided by each other."""
    return tuple(rates[one] / rates[other] for rates in rounds)


def judge(goal: Goal, figures: Sequence[float], *, checks: Sequence[PeerCheck] = (), note: str = "") -> Outcome:
    """The median decides. A peer that was far below its published ratio makes the run invalid."""
    for check in checks:
        if not check.is_valid:
            slow = f"{check.name} was only {check.measured:.2g} of its peer, published {check.published:.2g}"
            return Outcome(goal=goal, figures=tuple(figures), verdict=Verdict.INVALID, note=slow)
    middle = median(figures)
    is_reached = middle >= goal.must if goal.sense is Sense.AT_LEAST else middle < goal.must
    missed = Verdict.SHORT if goal.is_wish else Verdict.MISSED
    return Outcome(goal=goal, figures=tuple(figures), verdict=Verdict.OK if is_reached else missed, note=note)


def missing(goal: Goal, why: str) -> Outcome:
    """The goal could not be measured, which is not the same as reached."""
    return Outcome(goal=goal, verdict=Verdict.MISSING, note=why)
