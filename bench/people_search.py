"""How long it takes to find people: `python -m bench.people_search` fills a database with made-up identities and asks.

Prints a table of questions with percentiles of the time until people and their names are found, on one reading
connection of a store that is otherwise idle, and of the processor time in it, which other work on the machine hardly
changes; and what writing an identity costs.
"""

import argparse
import asyncio
import os
import random
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from channelhub.domain.people import Evidence, Identity, IdentityKey
from channelhub.pipeline.searching import people_named
from channelhub.store import people
from channelhub.store.opening import Store, open_store

BATCH = 2000
GIVEN = "Олена Олександр Іван Марія Сергей Татьяна Dmytro Anna Наталія Юрій Світлана Андрей Katherine John".split()
FAMILY = "Шев Кова Бонда Ткач Петр Іван Мель Морозо Savchu Smith Лисен Кравч Захарч Полi".split()
ENDS = "чук ленко енко ський ова евич ин son чак ець".split()
QUESTIONS = {
    "a whole name": "Олена Шевчук",
    "the other spelling": "Alexander Kovalenko",
    "a beginning that many have": "шев",
    "a part that most have": "ова",
    "two letters": "ол",
    "two parts that never meet": "марія юрій",
    "a slip of the keyboard": "Шевчкленко",
    "nobody, of common parts": "шевандрова",
    "nobody, rare": "Зъжцщыф",
    "a phone by its middle": "067 111",
    "a phone with brackets": "+38 (067) 55",
    "a phone that nobody has": "067 999 99 99",
    "an address": "olena7",
}


def _made(number: int, dice: random.Random) -> Identity:
    name = f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}{dice.choice(ENDS)}"
    kind, value = dice.choice(
        (
            ("phone", f"+380{dice.choice(('67', '50', '93'))}{number * 7919 % 10_000_000:07}"),
            ("email", f"olena{number}@x.ua"),
        )
    )
    return Identity(
        id=dice.getrandbits(62), key=IdentityKey(kind=kind, scope="", value=value), shown=value,
        name="" if kind == "phone" else name, name_us=number, language="uk", language_us=number, first_us=number,
        evidence=Evidence.CLAIMED, customer_id=number,
    )  # fmt: skip


async def _fill(store: Store, count: int) -> float:
    """Microseconds of the writer for each identity."""
    dice = random.Random(7)  # the same people every time
    took_s = 0.0
    for start in range(1, count + 1, BATCH):
        made = sorted((_made(start + one, dice) for one in range(BATCH)), key=lambda one: one.id)
        began_s = time.perf_counter()
        await store.writer.batch(lambda session, made=made: people.save(session, made))
        took_s += time.perf_counter() - began_s
    return took_s / count * 1e6


async def _ask(store: Store, question: str, rounds: int) -> str:
    """A row of the table: how many were found, percentiles of the time and of the processor's."""
    took_ms, worked_ms, found = [], [], 0
    for _ in range(rounds):
        began_s, worked_s = time.perf_counter(), time.process_time()
        async with store.readers.read() as session:
            found = len(await people_named(session, question))
        took_ms.append((time.perf_counter() - began_s) * 1e3)
        worked_ms.append((time.process_time() - worked_s) * 1e3)
    late = rounds * 99 // 100
    middle_ms, late_ms, late_work_ms = sorted(took_ms)[rounds // 2], sorted(took_ms)[late], sorted(worked_ms)[late]
    return f"{found} | {middle_ms:.1f} ms | {late_ms:.1f} ms | {late_work_ms:.1f} ms"


async def measure(folder: Path, *, count: int, rounds: int) -> None:
    store = await open_store(folder, now=datetime.now(UTC), on_broken=lambda exc: sys.exit(str(exc)))
    running = asyncio.create_task(store.writer.run())
    per_identity_us = await _fill(store, count)
    sys.stdout.write(
        f"{count} identities, {per_identity_us:.0f} µs to write each; load average {os.getloadavg()[0]:.1f}\n\n"
    )
    sys.stdout.write("| question | found | p50 | p99 | p99 of processor time |\n|---|---|---|---|---|\n")
    for what, question in QUESTIONS.items():
        sys.stdout.write(f"| {what} | {await _ask(store, question, rounds)} |\n")
    await store.writer.stop()
    await running
    await store.close()


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.people_search", description=__doc__)
    options.add_argument("--people", type=int, default=200_000, help="identities to make up (default 200,000)")
    options.add_argument("--rounds", type=int, default=200, help="times each question is asked (default 200)")
    options.add_argument("--folder", type=Path, default=Path(".make/bench-people"), help="emptied")
    given = options.parse_args()
    shutil.rmtree(given.folder, ignore_errors=True)
    given.folder.mkdir(parents=True)
    uvloop.run(measure(given.folder, count=given.people, rounds=given.rounds))


if __name__ == "__main__":
    main()
