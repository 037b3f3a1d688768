"""Priority = urgency × impact × segment, with its reasons."""

from dataclasses import dataclass

from channelhub.domain.incidents import Priority

_LADDER = (Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.CRITICAL)
PROBLEM_WORDING = 0.5  # from this much problem wording on, a contact is more urgent than a question


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    priority: Priority
    reasons: tuple[str, ...]


def assess(*, problem: float, open_outages: int, repeats: int) -> Assessment:
    """`problem`: how much the words tell of trouble; `repeats`: the customer's open incidents before this one."""
    step = 1
    reasons: list[str] = []
    if problem >= PROBLEM_WORDING:
        step += 1
        reasons.append("the words tell of something broken")
    if open_outages:
        step += 1
        reasons.append("the customer is in an open outage")
    if repeats >= 2:
        step += 1
        reasons.append(f"the customer has {repeats} open incidents already")
    return Assessment(priority=_LADDER[min(step, 3)], reasons=tuple(reasons) or ("an ordinary contact",))
