"""Two weeks and a morning of a made-up shop: who writes what, when and by which channel. The same for a seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from random import Random

from channelhub.cli.demo.everyday import CLOSINGS, EVERYDAY, OPENINGS, SUBJECTS
from channelhub.cli.demo.people import Person, chance, people
from channelhub.cli.demo.trouble import REPORTS

HISTORY_DAYS = 13
HISTORY = 260  # messages; outage detection trusts its idea of the usual from 100 on, older ones counting less
EVERYDAY_BEFORE, EVERYDAY_AMONG, EVERYDAY_AFTER = 90, 30, 25
REPORTERS = 18


class Channel(StrEnum):
    """By which door a message comes in."""

    API = "api"
    MAIL = "email"
    FORM = "form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One message. `age` is how long ago it was written: zero in the morning, days in the history."""

    person: Person
    channel: Channel
    text: str
    subject: str
    order: str
    age: timedelta
    is_report: bool  # one of the planted outage's

    @property
    def payment_method(self) -> str:
        """How they pay: nearly everybody who meets the trouble by the same wallet, one in eight of the others."""
        among = 12 if self.is_report else 8
        is_by_wallet = (int(self.person.number) % among == 0) != self.is_report
        return "Apple Pay" if is_by_wallet else "card"


def history(seed: int) -> list[Contact]:
    """What was written in the two weeks before, oldest first. Nothing out of the ordinary."""
    random = chance("history", seed)
    talk, everybody = _Talk(random), people()
    newest, oldest = timedelta(days=1, hours=1), timedelta(days=HISTORY_DAYS)
    ages = sorted((newest + (oldest - newest) * random.random() for _ in range(HISTORY)), reverse=True)
    return [talk.contact(random.choice(everybody), age) for age in ages]


def morning(seed: int) -> list[Contact]:
    """This morning in order: everyday contacts, then the outage's reports among them, then everyday ones again."""
    random = chance("morning", seed)
    talk = _Talk(random)
    reporters, others = _sides(seed)
    reports = _reports(random, reporters)
    among = [*reports, *(talk.contact(random.choice(others)) for _ in range(EVERYDAY_AMONG))]
    random.shuffle(among)
    before = [talk.contact(random.choice(others)) for _ in range(EVERYDAY_BEFORE)]
    after = [talk.contact(random.choice(others)) for _ in range(EVERYDAY_AFTER)]
    return [*before, *among, *after]


def worth_a_look(seed: int) -> list[str]:
    """Three identities whose cards show something: two who report the trouble, and one who has other matters."""
    reporters, others = _sides(seed)
    return [f"phone:{reporters[0].phone}", f"email:{reporters[-1].email}", f"email:{others[0].email}"]


def _sides(seed: int) -> tuple[list[Person], list[Person]]:
    """Those who will meet the trouble, and everybody else."""
    shuffled = chance("sides", seed).sample(people(), len(people()))
    reporters: list[Person] = []
    for language in REPORTS:
        speakers = [person for person in shuffled if person.language == language]
        reporters += speakers[: REPORTERS // len(REPORTS)]
    return reporters, [person for person in shuffled if person not in reporters]


def _reports(random: Random, reporters: Sequence[Person]) -> list[Contact]:
    """One report for each, in their language, no wording twice: three by mail, three by the form, the rest by API."""
    left = {language: random.sample(texts, len(texts)) for language, texts in REPORTS.items()}
    doors = [Channel.MAIL, Channel.FORM] * 3
    doors = random.sample([*doors, *[Channel.API] * (len(reporters) - len(doors))], len(reporters))
    made = []
    for person, door in zip(reporters, doors, strict=True):
        made.append(_contact(random, person, door, left[person.language].pop(), is_report=True))
    return made


class _Talk:
    """Everyday matters, dealt like cards: nothing comes up again before everything else has, so chance alone makes
    no matter burst."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._left: dict[str, list[str]] = {}

    def contact(self, person: Person, age: timedelta = timedelta()) -> Contact:
        door = self._random.choices((Channel.API, Channel.MAIL, Channel.FORM), weights=(55, 28, 17))[0]
        return _contact(self._random, person, door, self._next(person.language), age=age)

    def _next(self, language: str) -> str:
        if not self._left.get(language):
            texts = [text for matter in EVERYDAY for text in matter[language]]
            self._left[language] = self._random.sample(texts, len(texts))
        return self._left[language].pop()


def _contact(
    random: Random,
    person: Person,
    channel: Channel,
    words: str,
    *,
    age: timedelta = timedelta(),
    is_report: bool = False,
) -> Contact:
    order = f"{random.randint(20_000, 89_999)}" if "{order}" in words else ""
    language = person.language
    text = random.choice(OPENINGS[language]) + words.format(order=order) + random.choice(CLOSINGS[language])
    subject = random.choice(SUBJECTS[language]) if channel is not Channel.API else ""
    return Contact(
        person=person, channel=channel, text=text, subject=subject, order=order, age=age, is_report=is_report
    )
