"""Made-up support traffic in three languages, the same for the same seed."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from random import Random

from channelhub.content.features import Features, features
from channelhub.rules.outage.detector import Detector
from channelhub.rules.outage.report import Decision, Report, Suspected
from channelhub.rules.outage.thresholds import HOUR_US, MINUTE_US, OutageRules

START_US = 1_800_000_000_000_000
_SYLLABLES = ["ba", "de", "gi", "ko", "lu", "ma", "ne", "pi", "ro", "su", "ta", "ve", "zo", "fe", "ki"]
_TOPICS = (
    "how do I change the delivery address",
    "when will the invoice for last month be ready",
    "please tell me the opening hours on Sunday",
    "is there a discount for students",
    "the payment was charged twice",
    "I forgot the password of my account",
    "как поменять адрес доставки",
    "подскажите график работы в выходные",
    "хочу вернуть товар, что нужно сделать",
    "не приходит код подтверждения",
    "когда привезут мой заказ",
    "какая комиссия за перевод",
    "як змінити тариф",
    "підкажіть, скільки коштує доставка",
    "коли буде моє замовлення",
    "не можу увійти до кабінету",
    "потрібна довідка для бухгалтерії",
    "чи є знижка для пенсіонерів",
)
#: Reports of one fault per language, in different words as different people would write. No concept joins the last to
#: the others.
REPORTS = {
    "en": (
        "the elevator is stuck between floors",
        "elevator stuck again, doors closed",
        "we are stuck in the elevator",
        "elevator broken, it stopped between floors",
        "stuck elevator in the north tower",
        "your elevator doesn't move, stuck on the fourth floor",
    ),
    "ru": (
        "лифт застрял между этажами",
        "опять застрял лифт, двери закрыты",
        "мы застряли в лифте",
        "лифт не едет, застрял на четвертом этаже",
        "сломался лифт, застряли люди",
        "застрял лифт в северной башне",
    ),
    "uk": (
        "ліфт застряг між поверхами",
        "знову застряг ліфт, двері зачинені",
        "ми застрягли у ліфті",
        "ліфт не їде, застряг на четвертому поверсі",
        "зламався ліфт, застрягли люди",
        "застряг ліфт у північній вежі",
    ),
    "uk-escalator": (
        "ескалатор не їде, стоїть на другому поверсі",
        "знову зламався ескалатор",
        "стоїть ескалатор у південній залі",
        "ескалатор зламався, люди йдуть пішки",
        "не працює ескалатор, стоїть зранку",
        "зламаний ескалатор стоїть третій день",
    ),
}


@lru_cache(maxsize=20_000)
def _features(text: str) -> Features:
    """Most tests have the same days before what they are about."""
    return features(subject="", text=text)


class Traffic:
    """Reports with ids of their own; every background message is another customer's, verified."""

    def __init__(self, seed: int = 1) -> None:
        self._random = Random(seed)
        self._id = 0
        self._words = ["".join(self._random.choices(_SYLLABLES, k=3)) for _ in range(600)]

    def report(self, at_us: int, text: str, *, customer: int | None = None, **changes: object) -> Report:
        self._id += 1
        made = Report(
            message_id=self._id,
            at_us=at_us,
            customer=1_000_000 + self._id if customer is None else customer,
            channel=self._random.choice(("email", "chat", "social")),
            is_verified=True,
            features=_features(text),
        )
        return replace(made, **changes) if changes else made  # type: ignore[arg-type]

    def filler(self, words: int) -> str:
        return " ".join(self._random.choices(self._words, k=words))

    def background(self, hours: float, *, per_hour: int = 40, from_us: int = START_US) -> list[Report]:
        times = sorted(from_us + int(self._random.random() * hours * HOUR_US) for _ in range(int(hours * per_hour)))
        return [
            self.report(at_us, f"{self._random.choice(_TOPICS)} {self.filler(self._random.randint(0, 3))}")
            for at_us in times
        ]

    def outage(self, language: str, at_us: int, *, size: int, minutes: int, **changes: object) -> list[Report]:
        return [
            self.report(
                at_us + minutes * MINUTE_US * number // size,
                f"{self._random.choice(REPORTS[language])} {self.filler(self._random.randint(0, 2))}",
                **changes,
            )
            for number in range(size)
        ]


def in_order(*streams: Iterable[Report]) -> list[Report]:
    return sorted((report for stream in streams for report in stream), key=lambda report: report.at_us)


def run(reports: Iterable[Report], rules: OutageRules | None = None) -> list[Decision]:
    return list(decisions(Detector(rules or OutageRules()), reports))


def decisions(detector: Detector, reports: Iterable[Report]) -> Iterator[Decision]:
    for report in reports:
        yield from detector.vote(report)


def suspected(found: Iterable[Decision]) -> list[Suspected]:
    return [decision for decision in found if isinstance(decision, Suspected)]
