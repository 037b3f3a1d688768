"""The course of an outage as bars beside a line of what is usual: numbers for an inline SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from channelhub.web.views.explanation import ChartPoint

WIDTH, HEIGHT, LABELS, HEADROOM = 1100, 170, 18, 14
WIDEST = 60  # a bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`floor` is where the bars stand; `usual` the points of the line, empty where the usual isn't known; `noticed`
    where the hub noticed; all in the units of the SVG. `peak` is the fullest interval."""

    width: int
    height: int
    floor: int
    bars: tuple[Bar, ...]
    usual: str
    noticed: float | None
    begins: str
    ends: str
    peak: ChartPoint
    most_usual: float | None


def chart(points: Sequence[ChartPoint], *, noticed_at: datetime | None = None) -> Chart | None:
    """Intervals of equal length as a picture; None without any."""
    if not points:
        return None
    floor, width = HEIGHT - LABELS, WIDTH / len(points)
    usual = [point.expected for point in points if point.expected is not None]
    top = max(1.0, *(point.reports for point in points), *usual)
    scale = (floor - HEADROOM) / top
    bars = tuple(
        _bar(point, place * width, width=width, height=point.reports * scale, floor=floor)
        for place, point in enumerate(points)
        if point.reports
    )
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        floor=floor,
        bars=bars,
        usual=_line(points, width=width, scale=scale, floor=floor) if usual else "",
        noticed=_place(points, noticed_at, width),
        begins=_clock(points[0].at),
        ends=_clock(points[-1].at),
        peak=max(points, key=lambda point: point.reports),
        most_usual=max(usual, default=None),
    )


def _bar(point: ChartPoint, x: float, *, width: float, height: float, floor: int) -> Bar:
    return Bar(
        x=round(x, 1),
        y=round(floor - height, 1),
        width=round(max(1.0, min(width - 1, WIDEST)), 1),
        height=round(height, 1),
        title=f"{_clock(point.at)}: {point.reports}",
    )


def _line(points: Sequence[ChartPoint], *, width: float, scale: float, floor: int) -> str:
    """A step for each interval, as the bars have."""
    corners = []
    for place, point in enumerate(points):
        y = round(floor - (point.expected or 0.0) * scale, 1)
        corners += [f"{round(place * width, 1)},{y}", f"{round((place + 1) * width, 1)},{y}"]
    return " ".join(corners)


def _place(points: Sequence[ChartPoint], at: datetime | None, width: float) -> float | None:
    """Where a moment lies; None outside."""
    if at is None or len(points) < 2 or at < points[0].at:
        return None
    passed = (at - points[0].at) / (points[1].at - points[0].at)
    return round(passed * width, 1) if passed <= len(points) else None


def _clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
