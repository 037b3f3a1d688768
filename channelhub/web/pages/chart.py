"""The reports of an outage over time as bars: numbers for an inline SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from channelhub.domain.times import from_us

WIDTH, HEIGHT, LABELS = 1100, 150, 18
BARS = 48
STEPS_S = (1, 5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`floor` is where the bars stand; all in the units of the SVG."""

    width: int
    height: int
    floor: int
    bars: tuple[Bar, ...]
    begins: str
    ends: str


def chart(times_us: Sequence[int]) -> Chart | None:
    """Bars of equal time, at most 48 of at least a second; None without reports. `times_us` ascends."""
    if not times_us:
        return None
    span_s = (times_us[-1] - times_us[0]) / 1_000_000
    step_s = next((step for step in STEPS_S if span_s < step * BARS), int(span_s / BARS) + 1)
    step_us = step_s * 1_000_000
    first = times_us[0] // step_us
    counts = [0] * (times_us[-1] // step_us - first + 1)
    for at_us in times_us:
        counts[at_us // step_us - first] += 1
    floor, width = HEIGHT - LABELS, WIDTH / len(counts)
    bars = tuple(
        _bar(place, count, width=width, floor=floor, top=max(counts), at_us=(first + place) * step_us)
        for place, count in enumerate(counts)
        if count
    )
    return Chart(
        width=WIDTH, height=HEIGHT, floor=floor, bars=bars, begins=_clock(first * step_us), ends=_clock(times_us[-1])
    )


def _bar(place: int, count: int, *, width: float, floor: int, top: int, at_us: int) -> Bar:
    height = round(count / top * (floor - 4), 1)
    return Bar(
        x=round(place * width, 1),
        y=round(floor - height, 1),
        width=round(min(width - 1, 40), 1),
        height=height,
        title=f"{_clock(at_us)}: {count}",
    )


def _clock(at_us: int) -> str:
    return f"{from_us(at_us):%Y-%m-%d %H:%M} UTC"
