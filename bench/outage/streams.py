"""Streams of a help desk's messages, made from a seed: the same seed makes the same stream, byte for byte.

`python -m bench.outage.streams FOLDER [--seeds 1,2]` writes them as `.jsonl.gz`, a line a message in order of time.
"""

import argparse
import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from bench.outage import traps
from bench.outage.customers import Customers
from bench.outage.messages import Message
from bench.outage.shapes import Outage, planned
from bench.outage.tables import tables
from bench.outage.traffic import arrivals
from bench.outage.writing import Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A stream's size. `outages` counts them by shape; recurring and overlapping ones come in pairs.

    With more customers more are affected: an outage has `reports` times as many reports.
    """

    name: str
    days: int
    per_day: float
    outages: dict[str, int] = field(default_factory=dict)
    has_holiday: bool = True
    reports: int = 1


_FEW = {"small": 4, "medium": 3, "large": 1, "slow": 1, "recurring": 1, "overlap": 1, "cross": 2}
KINDS = (
    Kind(name="a", days=14, per_day=1200, outages={**_FEW, "small": 6, "medium": 5, "large": 2, "slow": 2}),
    Kind(name="b", days=7, per_day=3000, outages=_FEW, has_holiday=False),
    Kind(name="c", days=14, per_day=1000, outages={**_FEW, "small": 5, "medium": 4, "cross": 3}),
    Kind(name="low", days=28, per_day=200, outages={**_FEW, "small": 5}),
    Kind(name="quiet", days=21, per_day=1000),
)
#: A hundred times the messages of `c`; made only when it is asked for.
BUSY = Kind(
    name="busy",
    days=5,
    per_day=100_000,
    outages={"small": 2, "medium": 1, "large": 1, "overlap": 1, "cross": 1},
    has_holiday=False,
    reports=5,
)
TINY = Kind(name="tiny", days=5, per_day=150, outages={"small": 1, "medium": 1}, has_holiday=False)
#: Shares of usual traffic: messages without a matter, and troubles of outages that one customer has alone.
_EMPTY, _ALONE = 0.06, 0.1
#: Shares of an outage's reports: those that name nothing, and those of a customer who reported already.
_NAMELESS, _AGAIN = 0.1, 0.07
_DAYS_A_TRAP = 5
_MOST_CUSTOMERS = 150_000


def stream(kind: Kind, seed: int) -> list[dict[str, Any]]:
    """The lines of one stream, in order of time."""
    random = Random(f"{kind.name}-{seed}")
    stage = traps.Stage(
        random=random,
        tables=tables(),
        writer=Writer(random),
        customers=Customers(random, min(_MOST_CUSTOMERS, int(12 * kind.per_day))),
        days=kind.days,
        per_day=kind.per_day,
    )
    usual = _Usual(stage)
    name = f"{kind.name}{seed}"
    messages = list(usual.messages(kind))
    for outage in planned(random, name, kind.outages, list(stage.tables.outages), days=kind.days):
        messages += _reports(stage, replace(outage, size=kind.reports * outage.size))
    messages += _traps(stage, usual)
    messages.sort(key=lambda message: message.at_s)
    return [message.line() for message in messages]


class _Usual:
    """A day's matters, some frequent and most rare (Zipf), in an order of the stream's own."""

    def __init__(self, stage: traps.Stage) -> None:
        self._stage = stage
        self._matters = stage.random.sample(list(stage.tables.usual), len(stage.tables.usual))
        self._alone = stage.random.sample(list(stage.tables.outages), len(stage.tables.outages))
        self._weights = _zipf(len(self._matters))
        self._alone_weights = _zipf(len(self._alone))

    def messages(self, kind: Kind) -> Iterator[Message]:
        random = self._stage.random
        holiday = random.randrange(3, kind.days) if kind.has_holiday else None
        for at_s in arrivals(random, days=kind.days, per_day=kind.per_day, holiday=holiday):
            yield self._message(at_s)

    def some_matter(self) -> tuple[str, float]:
        """A matter of middle frequency and its share of traffic."""
        rank = self._stage.random.randrange(6, 20)
        return self._matters[rank], (1 - _EMPTY - _ALONE) / sum(_zipf_weights(len(self._matters))) / (rank + 2) ** 0.9

    def _message(self, at_s: float) -> Message:
        random, stage = self._stage.random, self._stage
        customer = stage.customers.anyone()
        channel = stage.customers.channel_of(customer)
        drawn = random.random()
        if drawn < _EMPTY:
            part = "me_too" if random.random() < 0.15 else "chat"
            text = stage.writer.bare(stage.tables.around[part], customer.language)
            subject, kind, matter = "", "empty", "empty"
        else:
            if drawn < _EMPTY + _ALONE:
                matter = random.choices(self._alone, cum_weights=self._alone_weights)[0]
                phrasings = stage.tables.outages[matter]
            else:
                matter = random.choices(self._matters, cum_weights=self._weights)[0]
                phrasings = stage.tables.usual[matter]
            subject, text = stage.writer.message(phrasings, customer.language, channel)
            kind = "bg"
        return Message(
            at_s=at_s, channel=channel, customer=customer, subject=subject, text=text, kind=kind, matter=matter
        )


def _reports(stage: traps.Stage, outage: Outage) -> Iterator[Message]:
    """Its reports, each in words of its own; later ones sometimes name nothing, or come from one who wrote already."""
    random = stage.random
    affected = stage.customers.affected(outage.size, outage.languages, outage.trait)
    for number, at_s in enumerate(outage.reports(random)):
        customer = affected[number % len(affected)]
        if number > 4 and random.random() < _AGAIN:
            customer = affected[random.randrange(number)]
        channel = stage.customers.channel_of(customer)
        if number > 2 and random.random() < _NAMELESS:
            subject, text = "", stage.writer.bare(stage.tables.around["me_too"], customer.language)
        else:
            matter = stage.tables.outages[outage.matter]
            subject, text = stage.writer.message(matter, customer.language, channel)
        yield Message(
            at_s=at_s,
            channel=channel,
            customer=customer,
            subject=subject,
            text=text,
            kind="outage",
            matter=outage.matter,
            outage=outage.id,
        )


def _traps(stage: traps.Stage, usual: _Usual) -> Iterator[Message]:
    for _ in range(max(1, stage.days // _DAYS_A_TRAP)):
        yield from traps.automatic(stage, "out_of_office", "ooo")
        yield from traps.automatic(stage, "bounce", "bounce")
        yield from traps.automatic(stage, "newsletter", "newsletter")
        yield from traps.spam(stage)
        yield from traps.angry(stage)
        yield from traps.neutral(stage)
    yield from traps.rising(stage, *usual.some_matter())


def _zipf_weights(count: int) -> list[float]:
    return [1 / (rank + 2) ** 0.9 for rank in range(count)]


def _zipf(count: int) -> list[float]:
    """Cumulative, as `random.choices` takes them."""
    return list(accumulate(_zipf_weights(count)))


def write(lines: Sequence[dict[str, Any]], file: Path) -> None:
    """One stream as `.jsonl.gz`; the same lines make the same file."""
    with file.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as out:
        for line in lines:
            out.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m bench.outage.streams", description="Write generated streams.")
    options.add_argument("folder", type=Path)
    options.add_argument("--seeds", default="1,2", help="numbers, comma between them (default 1,2)")
    options.add_argument("--kinds", default=",".join(kind.name for kind in KINDS), help="which kinds (default all)")
    given = options.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for seed in given.seeds.split(","):
        for kind in (*KINDS, BUSY, TINY):
            if kind.name in given.kinds.split(","):
                lines = stream(kind, int(seed))
                write(lines, given.folder / f"{kind.name}{seed}.jsonl.gz")
                sys.stdout.write(f"{kind.name}{seed}: {len(lines)} messages\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
