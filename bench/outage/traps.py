"""What must not raise an alarm: automatic mail, newsletters, spam, one angry customer, slow trends, mass questions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from bench.outage.customers import Customer, Customers
from bench.outage.messages import Message
from bench.outage.tables import LANGUAGES, Tables
from bench.outage.traffic import DAY_S, HOUR_S, busy_moment
from bench.outage.writing import Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What every trap needs to be set in one stream."""

    random: Random
    tables: Tables
    writer: Writer
    customers: Customers
    days: int
    per_day: float


def automatic(stage: Stage, matter: str, kind: str) -> Iterator[Message]:
    """20 to 60 mails of one automaton within two hours, each naming somebody and something else."""
    return _burst(stage, kind, matter, stage.random.randint(20, 60), lambda _: "email")


def spam(stage: Stage) -> Iterator[Message]:
    """One text from many accounts, names and numbers changed."""
    return _burst(stage, "spam", "spam", stage.random.randint(20, 80), lambda _: stage.random.choice(("chat", "form")))


def _burst(stage: Stage, kind: str, matter: str, count: int, channel: Callable[[Customer], str]) -> Iterator[Message]:
    random = stage.random
    start_s, language = _moment(stage), random.choice(LANGUAGES)
    phrasing = random.choice(stage.tables.traps[matter][language])
    for customer in stage.customers.affected(count, [language], None):
        yield Message(
            at_s=start_s + random.random() * 2 * HOUR_S,
            channel=channel(customer),
            customer=customer,
            subject="",
            text=stage.writer.filled(phrasing, language),
            kind=kind,
            matter=matter,
        )


def angry(stage: Stage) -> Iterator[Message]:
    """One customer who writes about one trouble 8 to 18 times, in ever other words."""
    random = stage.random
    start_s, customer = _moment(stage), stage.customers.anyone()
    matter = random.choice(list(stage.tables.outages))
    for _ in range(random.randint(8, 18)):
        channel = stage.customers.channel_of(customer)
        subject, text = stage.writer.message(stage.tables.outages[matter], customer.language, channel)
        yield Message(
            at_s=start_s + random.random() * 2 * HOUR_S,
            channel=channel,
            customer=customer,
            subject=subject,
            text=text,
            kind="angry",
            matter=matter,
        )


def neutral(stage: Stage) -> Iterator[Message]:
    """15 to 40 ask the same within hours, because of news or an advertisement."""
    random = stage.random
    start_s, matter = _moment(stage), random.choice(list(stage.tables.neutral))
    languages = random.sample(LANGUAGES, random.choice((1, 1, 3)))
    length_s = random.uniform(2, 4) * HOUR_S
    for customer in stage.customers.affected(random.randint(15, 40), languages, None):
        yield _asked(stage, customer, matter, "neutral", start_s + random.random() * length_s)


def rising(stage: Stage, matter: str, share: float) -> Iterator[Message]:
    """A usual matter that grows to four times its share over four days and stays there for two."""
    random = stage.random
    if stage.days < 9:
        return
    first = random.uniform(2, stage.days - 6.5)
    for hour in range(6 * 24):
        more = 3 * min(1.0, hour / 96)
        for _ in range(_rounded(random, stage.per_day / 24 * share * more)):
            at_s = busy_moment(random, first_day=first + hour / 24, last_day=first + hour / 24 + 1)
            yield _asked(stage, stage.customers.anyone(), matter, "rising", at_s)


def _asked(stage: Stage, customer: Customer, matter: str, kind: str, at_s: float) -> Message:
    phrasings = stage.tables.neutral if kind == "neutral" else stage.tables.usual
    channel = stage.customers.channel_of(customer)
    subject, text = stage.writer.message(phrasings[matter], customer.language, channel)
    return Message(at_s=at_s, channel=channel, customer=customer, subject=subject, text=text, kind=kind, matter=matter)


def _moment(stage: Stage) -> float:
    return busy_moment(stage.random, first_day=1, last_day=stage.days - 3 * HOUR_S / DAY_S)


def _rounded(random: Random, mean: float) -> int:
    """A whole number whose mean is `mean`."""
    return int(mean) + (random.random() < mean % 1)
