"""How many messages come when: hours, weekdays, holidays, and days that are busier for no reason one can see."""

from random import Random

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S
START_S = 1_767_571_200.0  # 2026-01-05 00:00 UTC, a Monday
_HOURS = (3, 2, 1, 1, 1, 2, 4, 7, 10, 12, 13, 13, 12, 12, 12, 11, 11, 11, 11, 12, 12, 10, 8, 5)
_WEEKDAYS = (1.12, 1.1, 1.05, 1.02, 1.05, 0.88, 0.78)
#: The shape of the gamma by which a day and three hours of it differ from the mean: 1/shape is the squared spread.
_DAY_SHAPE = 40.0
_PART_SHAPE = 25.0
HOLIDAY = 3.0


def arrivals(random: Random, *, days: int, per_day: float, holiday: int | None = None) -> list[float]:
    """Times of messages in unix seconds, in order. On day `holiday` (0-based) there are three times as many."""
    usual_hour = per_day / sum(_HOURS)
    times: list[float] = []
    for day in range(days):
        of_day = _WEEKDAYS[day % 7] * random.gammavariate(_DAY_SHAPE, 1 / _DAY_SHAPE)
        if day == holiday:
            of_day *= HOLIDAY
        part = 1.0
        for hour in range(24):
            if hour % 3 == 0:
                part = random.gammavariate(_PART_SHAPE, 1 / _PART_SHAPE)
            start = START_S + day * DAY_S + hour * HOUR_S
            count = _poisson(random, usual_hour * _HOURS[hour] * of_day * part)
            times += [start + random.random() * HOUR_S for _ in range(count)]
    times.sort()
    return times


def busy_moment(random: Random, *, first_day: float, last_day: float) -> float:
    """A moment between two days, more likely when many write."""
    while True:
        at = START_S + random.uniform(first_day, last_day) * DAY_S
        if random.random() < _HOURS[int(at % DAY_S // HOUR_S)] / max(_HOURS):
            return at


def _poisson(random: Random, mean: float) -> int:
    """Counted by exponential gaps."""
    count, left = 0, mean
    while (left := left - random.expovariate(1.0)) > 0:
        count += 1
    return count
