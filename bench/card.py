"""`python -m bench.card`: how long a customer's card takes with a short and a long history, in one database.

Measured are the card, a page around an entry in the middle, and a filter that finds nothing, which looks at all it
may. The customers are looked at in turn, so that a busy machine slows all; printed are medians, 99th percentiles in
milliseconds, and the ratio of the medians.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median, quantiles

import uvloop

from bench.processes import fresh
from channelhub.domain.people import Evidence, Identity, IdentityKey
from channelhub.pipeline.card import card, timeline_of
from channelhub.pipeline.looking import Look
from channelhub.rules.identity import digest_id
from channelhub.rules.looking import Wanted
from channelhub.rules.promises import Made
from channelhub.rules.told import Fact, Told, Topic
from channelhub.store import facts, learning, people, timeline
from channelhub.store.database import Session
from channelhub.store.facts import JourneyPlace, Learned
from channelhub.store.opening import Store, open_store
from channelhub.store.timeline import Entry

WORDS = "Де моє замовлення? Обіцяли у вівторок, а сьогодні вже п'ятниця. " * 5
CHANNELS = ("email", "telegram", "webchat", "sms")
BATCH = 1000
FACTS = 60  # messages that hold one: more than are kept
WHAT = ("card", "around", "filter")
MINUTE_US = 60_000_000


def _person(entries: int) -> Identity:
    value = f"with-{entries}@example.com"
    identity_id = digest_id("email", "", value)
    return Identity(
        id=identity_id, key=IdentityKey(kind="email", scope="", value=value), shown=value, name=f"{entries} entries",
        name_us=1, language="uk", language_us=1, first_us=1, evidence=Evidence.TRUSTED_ACCOUNT, customer_id=identity_id,
    )  # fmt: skip


def _entry(identity_id: int, number: int) -> Entry:
    return Entry(
        identity_id=identity_id, at_us=number * MINUTE_US, id=digest_id("entry", identity_id, number), type="message",
        channel=CHANNELS[number % len(CHANNELS)], account="shop", direction="in", is_verified=True,
        subject=f"Замовлення {number}", preview=WORDS,
    )  # fmt: skip


def _learned(identity_id: int, number: int) -> Learned:
    """What each of the newest messages of a talkative customer tells."""
    entry = _entry(identity_id, number)
    fact = Fact(topic=list(Topic)[number % len(Topic)], value=str(number), shown=str(number))
    made = Made(
        message_id=entry.id, identity_id=identity_id, at_us=entry.at_us, words=WORDS[:200], due_us=1, is_day=False
    )
    told = Told(fact=fact, message_id=entry.id, identity_id=identity_id, at_us=entry.at_us, is_verified=True)
    place = JourneyPlace(message_id=entry.id, identity_id=identity_id, at_us=entry.at_us, order_id=str(number))
    return Learned(promises=[made], told=[told], journeys=[place])


async def _learn(session: Session, identity_id: int, size: int) -> None:
    for number in range(max(1, size - FACTS), size + 1):
        await facts.replace(session, [_entry(identity_id, number).id], _learned(identity_id, number))
    await learning.learn_habits(session, [identity_id])


async def _fill(store: Store, known: Sequence[Identity], sizes: Sequence[int]) -> None:
    await store.writer.batch(lambda session: people.save(session, known))
    for one, size in zip(known, sizes, strict=True):
        for begin in range(1, size + 1, BATCH):
            some = [_entry(one.id, number) for number in range(begin, min(begin + BATCH, size + 1))]
            await store.writer.batch(partial(timeline.add, entries=some))
        await store.writer.batch(partial(_learn, identity_id=one.id, size=size))


async def _open(store: Store, customer_id: int) -> float:
    """How many milliseconds the card took."""

    async def look(session: Session) -> None:
        if await card(session, customer_id) is None:
            raise LookupError(customer_id)

    return await _timed(store, look)


async def _look(store: Store, customer_id: int, look: Look) -> float:
    """How many milliseconds a part of the timeline took."""

    async def read(session: Session) -> None:
        if await timeline_of(session, customer_id, look) is None:
            raise LookupError(customer_id)

    return await _timed(store, read)


async def _timed(store: Store, look: Callable[[Session], Awaitable[None]]) -> float:
    began_s = time.perf_counter()
    await store.readers.look(look)
    return (time.perf_counter() - began_s) * 1000


async def _round(store: Store, customer_id: int, size: int) -> tuple[float, float, float]:
    middle = Look(around=_entry(customer_id, max(1, size // 2)).id)
    nothing = Look(wanted=Wanted(words="неіснуюче"))
    return (
        await _open(store, customer_id),
        await _look(store, customer_id, middle),
        await _look(store, customer_id, nothing),
    )


async def measure(folder: Path, *, sizes: Sequence[int], rounds: int) -> list[list[tuple[float, ...]]]:
    """For each size and each of `WHAT` the milliseconds of every round."""
    store = await open_store(folder, now=datetime.now(UTC), on_broken=lambda exc: sys.exit(str(exc)))
    running = asyncio.create_task(store.writer.run())
    known = [_person(size) for size in sizes]
    await _fill(store, known, sizes)
    for one in known:
        await _open(store, one.id)  # what is cached by the first look isn't asked for
    pairs = list(zip(known, sizes, strict=True))
    taken = [[await _round(store, one.id, size) for one, size in pairs] for _ in range(rounds)]
    await store.writer.stop()
    await running
    await store.close()
    return [list(zip(*column, strict=True)) for column in zip(*taken, strict=True)]


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.card", description="The card's time by length of history.")
    options.add_argument("--entries", type=int, nargs="+", default=[50, 50_000], help="sizes (default 50 50000)")
    options.add_argument("--rounds", type=int, default=200, help="looks at each card (default 200)")
    options.add_argument("--folder", type=Path, default=Path(".make/bench-card"), help="emptied first")
    given = options.parse_args()
    columns = uvloop.run(measure(fresh(given.folder.absolute()), sizes=given.entries, rounds=given.rounds))
    for place, what in enumerate(WHAT):
        least = median(columns[0][place])
        for size, column in zip(given.entries, columns, strict=True):
            middle, p99 = median(column[place]), quantiles(column[place], n=100)[98]
            sys.stdout.write(
                f"{what:<8} {size:>8} entries: p50 {middle:.2f} ms, p99 {p99:.2f} ms, {middle / least:.2f}×\n"
            )


if __name__ == "__main__":
    main()
