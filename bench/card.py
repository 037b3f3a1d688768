"""`python -m bench.card`: how long a customer's card takes with a short and a long history, in one database.

The two cards are opened in turn, so that a busy machine slows both; printed are medians, 99th percentiles in
milliseconds, and the ratio of the medians.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median, quantiles

import uvloop

from bench.processes import fresh
from channelhub.domain.people import Evidence, Identity, IdentityKey
from channelhub.pipeline.card import card
from channelhub.rules.identity import digest_id
from channelhub.store import people, timeline
from channelhub.store.database import Session
from channelhub.store.opening import Store, open_store
from channelhub.store.timeline import Entry

WORDS = "Де моє замовлення? Обіцяли у вівторок, а сьогодні вже п'ятниця. " * 5
CHANNELS = ("email", "telegram", "webchat", "sms")
BATCH = 1000
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


async def _fill(store: Store, known: Sequence[Identity], sizes: Sequence[int]) -> None:
    await store.writer.batch(lambda session: people.save(session, known))
    for one, size in zip(known, sizes, strict=True):
        for begin in range(1, size + 1, BATCH):
            some = [_entry(one.id, number) for number in range(begin, min(begin + BATCH, size + 1))]
            await store.writer.batch(partial(timeline.add, entries=some))


async def _open(store: Store, customer_id: int) -> float:
    """How many milliseconds the card took."""

    async def look(session: Session) -> None:
        if await card(session, customer_id) is None:
            raise LookupError(customer_id)

    began_s = time.perf_counter()
    await store.readers.look(look)
    return (time.perf_counter() - began_s) * 1000


async def measure(folder: Path, *, sizes: Sequence[int], rounds: int) -> list[list[float]]:
    """For each size the milliseconds of every round."""
    store = await open_store(folder, now=datetime.now(UTC), on_broken=lambda exc: sys.exit(str(exc)))
    running = asyncio.create_task(store.writer.run())
    known = [_person(size) for size in sizes]
    await _fill(store, known, sizes)
    for one in known:
        await _open(store, one.id)  # what is cached by the first look isn't asked for
    taken = [[await _open(store, one.id) for one in known] for _ in range(rounds)]
    await store.writer.stop()
    await running
    await store.close()
    return [list(column) for column in zip(*taken, strict=True)]


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.card", description="The card's time by length of history.")
    options.add_argument("--entries", type=int, nargs="+", default=[50, 50_000], help="sizes (default 50 50000)")
    options.add_argument("--rounds", type=int, default=200, help="looks at each card (default 200)")
    options.add_argument("--folder", type=Path, default=Path(".make/bench-card"), help="emptied first")
    given = options.parse_args()
    columns = uvloop.run(measure(fresh(given.folder.absolute()), sizes=given.entries, rounds=given.rounds))
    least = median(columns[0])
    for size, column in zip(given.entries, columns, strict=True):
        p99 = quantiles(column, n=100)[98]
        middle = median(column)
        sys.stdout.write(f"{size:>8} entries: p50 {middle:.2f} ms, p99 {p99:.2f} ms, {middle / least:.2f}×\n")


if __name__ == "__main__":
    main()
