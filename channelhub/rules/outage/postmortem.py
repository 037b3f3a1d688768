"""How long an outage's people and machines took, and its course in order."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Moment(StrEnum):
    """What a line of the course tells of."""

    FIRST_REPORT = "first_report"
    DECISION = "decision"
    APPROVED = "approved"  # a notice
    TELLING = "telling"  # its first message was handed to a channel
    TOLD = "told"  # everybody known by then had been told
    CANCELLED = "cancelled"
    LAST_REPORT = "last_report"
    ALERT = "alert"  # monitoring


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the course. `word` says which decision, kind of notice or alert; `actor` is empty for the hub."""

    at_us: int
    moment: Moment
    word: str = ""
    actor: str = ""
    customers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """Microseconds between two moments; None where one of them never came, 0 where they came the other way round."""

    to_detect_us: int | None  # first report → suspected
    to_confirm_us: int | None  # suspected → confirmed
    to_notice_us: int | None  # confirmed → the first customer told
    to_resolve_us: int | None  # first report → over


def spans(
    *, first_us: int | None, suspected_us: int, confirmed_us: int | None, telling_us: int | None, over_us: int | None
) -> Spans:
    """How long each part took."""
    return Spans(
        to_detect_us=_between(first_us, suspected_us),
        to_confirm_us=_between(suspected_us, confirmed_us),
        to_notice_us=_between(confirmed_us, telling_us),
        to_resolve_us=_between(first_us, over_us),
    )


def course(steps: Iterable[Step]) -> list[Step]:
    """The steps in order; those of one moment in the order in which such things follow each other."""
    order = list(Moment)
    return sorted(steps, key=lambda one: (one.at_us, order.index(one.moment), one.word, one.actor))


def _between(earlier_us: int | None, later_us: int | None) -> int | None:
    return None if earlier_us is None or later_us is None else max(0, later_us - earlier_us)
