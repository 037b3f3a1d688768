"""The course of an outage: reports per interval beside what is usual, from before it began."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from channelhub.rules.outage.thresholds import HOUR_US, MINUTE_US

STEPS_US: Final = (*(minutes * MINUTE_US for minutes in (1, 2, 5, 10, 15, 30, 60)),)
BARS: Final = 48  # wanted at most, until an interval would be longer than an hour
MOST_BARS: Final = 240
_AROUND: Final = 0.25  # of the outage's span is shown before its beginning and after its last report …
_BEFORE_BARS: Final = 12  # … at least so many intervals before
_AFTER_BARS: Final = 4  # … and after


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """`expected`: how many unrelated messages the outage's words would usually take in; None where that is unknown."""

    at_us: int
    reports: int
    expected: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Intervals of equal length without a gap. `heard_us`: the last moment of which anything is known."""

    step_us: int
    intervals: tuple[Interval, ...]
    heard_us: int
    last_hour: int  # reports in the hour before `heard_us`
    hour_before: int


def span_of(reports_us: Sequence[int]) -> tuple[int, int, int]:
    """(interval, from, until) of the course of reports at these ascending times; `until` is exclusive."""
    first_us, last_us = reports_us[0], reports_us[-1]
    lasted_us = last_us - first_us
    step_us = next((step for step in STEPS_US if lasted_us * (1 + 2 * _AROUND) < step * BARS), HOUR_US)
    while lasted_us * (1 + 2 * _AROUND) >= step_us * MOST_BARS:
        step_us *= 2
    around = int(lasted_us * _AROUND) // step_us
    before, after = max(_BEFORE_BARS, around), max(_AFTER_BARS, around)
    return step_us, (first_us // step_us - before) * step_us, (last_us // step_us + after + 1) * step_us


def course(reports_us: Sequence[int], traffic: Mapping[int, int], background: float | None) -> Course | None:
    """The course of reports at these ascending times; None without any.

    `traffic` counts messages by when their minute began; `background` is the usual share of them that would fit. Behind
    the last report the course goes no further than there was traffic: what has not happened yet is not shown as none.
    """
    if not reports_us:
        return None
    step_us, since_us, until_us = span_of(reports_us)
    reports = Counter(at_us // step_us for at_us in reports_us)
    messages: Counter[int] = Counter()
    for at_us, count in traffic.items():
        messages[at_us // step_us] += count
    heard_us = max((*(minute_us + MINUTE_US - 1 for minute_us in traffic), reports_us[-1]))
    until_us = min(until_us, (heard_us // step_us + 1) * step_us)
    intervals = []
    for place in range(since_us // step_us, until_us // step_us):
        expected = None if background is None or not traffic else messages[place] * background
        intervals.append(Interval(at_us=place * step_us, reports=reports[place], expected=expected))
    hour, before = heard_us - HOUR_US, heard_us - 2 * HOUR_US
    return Course(
        step_us=step_us,
        intervals=tuple(intervals),
        heard_us=heard_us,
        last_hour=sum(at_us > hour for at_us in reports_us),
        hour_before=sum(before < at_us <= hour for at_us in reports_us),
    )
