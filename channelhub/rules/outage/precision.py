"""How often a suspected outage was one, as people said, and how early it was suspected: by week or month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import sqrt
from statistics import median
from typing import Final

from channelhub.domain.outages import OutageState
from channelhub.domain.times import from_us

_Z: Final = 1.959963984540054  # of a normal distribution, two-sided 95 %
_MINUTE_US: Final = 60_000_000


class Unit(StrEnum):
    WEEK = "week"  # begins on Monday, UTC
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An outage that the hub suspected. `customers` had reported it by then; `confirmed_us` is when a person first
    confirmed it, None where nobody did."""

    state: OutageState
    began_us: int
    suspected_us: int
    customers: int
    is_merged: bool  # into another one: an alarm too many for that, and none of its own
    confirmed_us: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What became of the outages suspected in a time. Medians are of those that nobody dismissed; None without any."""

    suspected: int
    confirmed: int
    dismissed: int
    undecided: int
    merged: int
    precision: float | None  # of those that people decided about
    low: float | None  # its 95 % interval
    high: float | None
    customers_to_suspicion: float | None
    minutes_to_suspicion: float | None
    minutes_to_confirmation: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A week or month, `begins` included and `ends` not."""

    begins: datetime
    ends: datetime
    record: Record


def beginning(now: datetime, *, unit: Unit, periods: int) -> datetime:
    """When the first of so many weeks or months begins, of which the last one is running now."""
    start = _start(now.astimezone(UTC), unit)
    for _ in range(periods - 1):
        start = _start(start - timedelta(days=1), unit)
    return start


def by_period(raised: Iterable[Raised], now: datetime, *, unit: Unit, periods: int) -> list[Period]:
    """The last so many weeks or months, the newest first; those without an outage are there, too."""
    sorted_in: dict[datetime, list[Raised]] = {}
    for one in raised:
        sorted_in.setdefault(_start(from_us(one.suspected_us), unit), []).append(one)
    found: list[Period] = []
    ends = _next(_start(now.astimezone(UTC), unit), unit)
    for _ in range(periods):
        begins = _start(ends - timedelta(days=1), unit)
        found.append(Period(begins=begins, ends=ends, record=record(sorted_in.get(begins, []))))
        ends = begins
    return found


def record(raised: Sequence[Raised]) -> Record:
    """Numbers of some outages."""
    own = [one for one in raised if not one.is_merged]
    dismissed = sum(one.state is OutageState.DISMISSED for one in own)
    stood = [one for one in own if one.state is not OutageState.DISMISSED]
    confirmed = [one for one in stood if one.confirmed_us is not None]
    low, high = wilson(len(confirmed), len(confirmed) + dismissed)
    return Record(
        suspected=len(own),
        confirmed=len(confirmed),
        dismissed=dismissed,
        undecided=len(stood) - len(confirmed),
        merged=len(raised) - len(own),
        precision=len(confirmed) / (len(confirmed) + dismissed) if confirmed or dismissed else None,
        low=low,
        high=high,
        customers_to_suspicion=_median([one.customers for one in stood if one.customers]),
        minutes_to_suspicion=_median([(one.suspected_us - one.began_us) / _MINUTE_US for one in stood]),
        minutes_to_confirmation=_median(
            [(one.confirmed_us - one.suspected_us) / _MINUTE_US for one in confirmed if one.confirmed_us is not None]
        ),
    )


def wilson(right: int, of: int) -> tuple[float, float] | tuple[None, None]:
    """The 95 % interval of a share (Wilson, 1927): honest for a handful, too. None without any."""
    if not of:
        return None, None
    share, square = right / of, _Z * _Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _Z / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))  # the share itself, to the last bit


def _start(at: datetime, unit: Unit) -> datetime:
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday()) if unit is Unit.WEEK else day.replace(day=1)


def _next(start: datetime, unit: Unit) -> datetime:
    return start + timedelta(days=7) if unit is Unit.WEEK else _start(start + timedelta(days=32), unit)


def _median(values: Sequence[float]) -> float | None:
    return median(values) if values else None
