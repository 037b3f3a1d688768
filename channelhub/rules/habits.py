"""How and when somebody writes: the channel they prefer, and the hours in which they are best reached. Pure.

Learned from their newest messages, so an old habit fades behind a new one. Below a least of evidence nothing is known,
and nothing is said.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

LEAST_MESSAGES: Final = 5
LEAST_SHARE_OF_CHANNEL: Final = 0.5
WINDOW_H: Final = 3
LEAST_SHARE_OF_WINDOW: Final = 0.4  # of all messages; an even spread puts an eighth there
LEAST_FOR_DAYS: Final = 10
_WEEK_H: Final = 168
_WEEKEND: Final = 5


class Days(StrEnum):
    """On which days of the week."""

    ANY = "any"
    WEEKDAYS = "weekdays"
    WEEKEND = "weekend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What an identity's newest messages add up to. Times in microseconds UTC."""

    channels: Mapping[str, int] = field(default_factory=dict)  # messages of theirs by channel
    hours: Mapping[int, int] = field(default_factory=dict)  # by hour of the week, 0 is Monday 00:00 UTC
    wrote_us: int | None = None  # their newest message
    spoke_us: int | None = None  # the newest that a person of us wrote to them


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Local hours, `until` excluded; across midnight `since` is the greater."""

    days: Days
    since: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """None: not known yet. `messages`: how many there are to learn from."""

    messages: int
    channel: str | None
    window: Window | None


def together(tallies: Iterable[Tally]) -> Tally:
    """Those of several identities as one."""
    channels, hours = Counter[str](), Counter[int]()
    wrote: list[int] = []
    spoke: list[int] = []
    for one in tallies:
        channels.update(one.channels)
        hours.update(one.hours)
        wrote += [] if one.wrote_us is None else [one.wrote_us]
        spoke += [] if one.spoke_us is None else [one.spoke_us]
    return Tally(
        channels=channels, hours=hours, wrote_us=max(wrote, default=None), spoke_us=max(spoke, default=None)
    )  # fmt: skip


def habits(tally: Tally, *, zone: tzinfo, now: datetime) -> Habits:
    """What is known of somebody's habits, in a zone as it stands now."""
    messages = sum(tally.channels.values())
    if messages < LEAST_MESSAGES:
        return Habits(messages=messages, channel=None, window=None)
    return Habits(
        messages=messages, channel=_preferred(tally.channels), window=_window(_local(tally.hours, zone=zone, now=now))
    )


def hour_of_week(at: datetime) -> int:
    """0 … 167 of an instant in UTC."""
    return at.weekday() * 24 + at.hour


def _preferred(channels: Mapping[str, int]) -> str | None:
    """The one of most messages, where it has at least half of them and no other has as many."""
    (channel, most), *others = sorted(channels.items(), key=lambda pair: (-pair[1], pair[0]))
    if most < sum(channels.values()) * LEAST_SHARE_OF_CHANNEL or (others and others[0][1] == most):
        return None
    return channel


def _local(hours: Mapping[int, int], *, zone: tzinfo, now: datetime) -> Counter[int]:
    ahead = now.astimezone(zone).utcoffset() or timedelta()
    shift = round(ahead / timedelta(hours=1))
    found = Counter[int]()
    for hour, count in hours.items():
        found[(hour + shift) % _WEEK_H] += count
    return found


def _window(hours: Mapping[int, int]) -> Window | None:
    """The three hours of the day with most messages, where so many lie there that it can be no accident."""
    total = sum(hours.values())
    by_hour = Counter[int]()
    for hour, count in hours.items():
        by_hour[hour % 24] += count
    inside = {since: sum(by_hour[(since + ahead) % 24] for ahead in range(WINDOW_H)) for since in range(24)}
    # Of equal ones the one whose middle hour has most: `since` is a tie's last word.
    since = max(inside, key=lambda one: (inside[one], by_hour[(one + 1) % 24], -one))
    if inside[since] < max(LEAST_MESSAGES - 1, total * LEAST_SHARE_OF_WINDOW):
        return None
    return Window(days=_days(hours, since), since=since, until=(since + WINDOW_H) % 24)


def _days(hours: Mapping[int, int], since: int) -> Days:
    within = {(since + ahead) % 24 for ahead in range(WINDOW_H)}
    counted = [(hour // 24 >= _WEEKEND, count) for hour, count in hours.items() if hour % 24 in within]
    total = sum(count for _, count in counted)
    weekend = sum(count for is_weekend, count in counted if is_weekend)
    if total < LEAST_FOR_DAYS:
        return Days.ANY
    if weekend * 10 >= total * 6:
        return Days.WEEKEND
    return Days.WEEKDAYS if weekend * 10 <= total else Days.ANY
