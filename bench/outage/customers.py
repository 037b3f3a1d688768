"""Who writes: customers with a language and the attributes that an outage's victims may have in common."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from random import Random

CITIES = ("Kyiv", "Lviv", "Odesa", "Almaty", "Kazan", "Minsk", "Leeds", "Dublin", "Toronto", "Warsaw")
APP_VERSIONS = ("5.9.2", "6.0.0", "6.0.1", "6.1.0")
PAYMENT_METHODS = ("card", "apple_pay", "google_pay", "bank_transfer", "cash")
SEGMENTS = ("new", "regular", "business", "vip")
CHANNELS = ("chat", "email", "form", "social")
_CHANNEL_WEIGHTS = (42, 30, 15, 13)
_LANGUAGE_WEIGHTS = {"ru": 40, "uk": 20, "en": 40}
#: The chance that a customer writes on the channel it prefers.
_FAITHFUL = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """What the hub knows of a customer beside the text."""

    city: str
    app_version: str
    payment_method: str
    segment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    id: str
    language: str
    channel: str
    attributes: Attributes


class Customers:
    """All customers of one stream."""

    def __init__(self, random: Random, count: int, *, languages: dict[str, int] | None = None) -> None:
        weights = languages or _LANGUAGE_WEIGHTS
        self._random = random
        self._all = [
            Customer(
                id=f"c{number}",
                language=random.choices(list(weights), list(weights.values()))[0],
                channel=random.choices(CHANNELS, _CHANNEL_WEIGHTS)[0],
                attributes=Attributes(
                    city=random.choice(CITIES),
                    app_version=random.choices(APP_VERSIONS, (10, 20, 40, 30))[0],
                    payment_method=random.choices(PAYMENT_METHODS, (45, 15, 15, 15, 10))[0],
                    segment=random.choices(SEGMENTS, (20, 60, 15, 5))[0],
                ),
            )
            for number in range(count)
        ]

    def anyone(self) -> Customer:
        """A customer at random; a few write much more often than others."""
        return self._all[int(len(self._all) * self._random.random() ** 1.5)]

    def affected(self, count: int, languages: Sequence[str], trait: tuple[str, str] | None) -> list[Customer]:
        """Distinct customers who speak the languages; nine in ten share the trait, where there are enough of them."""
        speaking = [customer for customer in self._all if customer.language in languages]
        if trait is None:
            return self._random.sample(speaking, min(count, len(speaking)))
        having = [one for one in speaking if asdict(one.attributes)[trait[0]] == trait[1]]
        sharing = self._random.sample(having, min(len(having), round(0.9 * count)))
        taken = {one.id for one in sharing}
        others = [one for one in speaking if one.id not in taken]
        chosen = sharing + self._random.sample(others, min(count - len(sharing), len(others)))
        self._random.shuffle(chosen)
        return chosen

    def channel_of(self, customer: Customer) -> str:
        if self._random.random() < _FAITHFUL:
            return customer.channel
        return self._random.choices(CHANNELS, _CHANNEL_WEIGHTS)[0]
