"""Outages: how many report them, in which time and languages."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from bench.outage.customers import APP_VERSIONS, CITIES, PAYMENT_METHODS
from bench.outage.tables import LANGUAGES
from bench.outage.traffic import DAY_S, HOUR_S, busy_moment

_MINUTE_S = 60.0
#: Reports at least and at most, and minutes at least and at most.
_SIZES = {
    "small": (6, 10, 20, 60),
    "medium": (15, 40, 40, 120),
    "large": (60, 200, 60, 240),
    "slow": (20, 30, 600, 840),
    "recurring": (10, 20, 30, 90),
    "overlap": (15, 35, 40, 120),
    "cross": (12, 25, 40, 90),
}
#: Outages apart by less would be one to a person, too.
_APART_S = 5 * HOUR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """`trait` is an attribute with the value that most of the affected have."""

    id: str
    matter: str
    shape: str
    size: int
    start_s: float
    length_s: float
    languages: tuple[str, ...]
    trait: tuple[str, str] | None

    def reports(self, random: Random) -> list[float]:
        """When its reports come: many soon after it is noticed, then ever fewer; evenly for a slow one."""
        shape = (1.0, 1.0) if self.shape == "slow" else (1.3, 2.2)
        return sorted(self.start_s + self.length_s * random.betavariate(*shape) for _ in range(self.size))


def planned(random: Random, name: str, shapes: dict[str, int], matters: list[str], *, days: int) -> list[Outage]:
    """The outages of a stream, `shapes` counting those of each shape (pairs for recurring and overlapping ones).

    Nothing happens in the first two days. Matters repeat only when all have had their turn.
    """
    bag = _turns(random, matters)
    starts: list[float] = []
    found: list[Outage] = []
    wanted = [shape for shape, count in shapes.items() for _ in range(count)]
    random.shuffle(wanted)
    for shape in wanted:
        gap = random.uniform(0.6, min(2.5, days - 3)) if shape == "recurring" else 0.0
        start_s = _free_moment(random, starts, days - gap)
        matter = next(bag)
        found.append(_outage(random, matter, shape, start_s))
        if shape == "recurring":
            starts.append(start_s + gap * DAY_S)
            found.append(_outage(random, matter, shape, starts[-1]))
        elif shape == "overlap":
            found.append(_outage(random, next(bag), shape, start_s + random.uniform(2, 25) * _MINUTE_S))
        starts.append(start_s)
    found.sort(key=lambda outage: outage.start_s)
    return [replace(outage, id=f"{name}-O{number:02d}-{outage.shape}") for number, outage in enumerate(found, 1)]


def _outage(random: Random, matter: str, shape: str, start_s: float) -> Outage:
    least, most, shortest, longest = _SIZES[shape]
    return Outage(
        id="",
        matter=matter,
        shape=shape,
        size=random.randint(least, most),
        start_s=start_s,
        length_s=random.uniform(shortest, longest) * _MINUTE_S,
        languages=_languages(random, shape),
        trait=_trait(random) if random.random() < 0.5 else None,
    )


def _languages(random: Random, shape: str) -> tuple[str, ...]:
    """Most outages are a region's and mainly in one language, some in two."""
    if shape in {"cross", "large"}:
        return LANGUAGES
    one = random.choices(LANGUAGES, (40, 20, 40))[0]
    if random.random() < 0.25:
        return one, random.choice([other for other in LANGUAGES if other != one])
    return (one,)


def _trait(random: Random) -> tuple[str, str]:
    name = random.choice(("city", "app_version", "payment_method"))
    values = {"city": CITIES, "app_version": APP_VERSIONS, "payment_method": PAYMENT_METHODS}[name]
    return name, random.choice(values)


def _free_moment(random: Random, starts: list[float], days: float) -> float:
    for _ in range(200):
        start_s = busy_moment(random, first_day=2, last_day=days - 0.7)
        if all(abs(start_s - other) >= _APART_S for other in starts):
            return start_s
    raise ValueError("more outages than the days hold")


def _turns(random: Random, matters: list[str]) -> Iterator[str]:
    while True:
        yield from random.sample(matters, len(matters))
