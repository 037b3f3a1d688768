"""How long it takes to find messages: `python -m bench.message_search` fills a database with made-up texts and asks.

Prints a table of questions with percentiles of the time until a page of messages, their customers and the marked
passages are there, on one reading connection of a store that is otherwise idle, and of the processor time in it, which
other work on the machine hardly changes; and what indexing a message costs. Words are made up of three languages'
forms by Zipf's law.
"""

import argparse
import asyncio
import os
import random
import shutil
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path

import uvloop

from channelhub.domain.people import Evidence, Identity, IdentityKey
from channelhub.pipeline.searching import most_relevant, search
from channelhub.rules.message_search import Narrowing
from channelhub.store import message_texts, messages, people, timeline
from channelhub.store.database import Session
from channelhub.store.message_texts import Version
from channelhub.store.messages import Message
from channelhub.store.opening import Store, open_store
from channelhub.store.timeline import Entry

BATCH = 1000
PEOPLE = 2000
LEXICON = 60_000
BEGAN_US = 1_700_000_000_000_000
BETWEEN_US = 60_000_000
ROOTS = (
    "замовлен оплат достав повернен оператор карт код посилк товар грош рахун телефон заказ возврат деньг экран платеж "
    "посылк курьер магаз refund payment order deliver account screen parcel support charg cancel"
).split()
ENDS = "а и у ою ами ах ів ення енням ный ного ться ла ли s ed ing ment er".split()
LETTERS = "абвгдезиклмнопрстуфхцчшяіє" + "abcdefghiklmnoprstu"
QUESTIONS: dict[str, tuple[str, Narrowing, bool]] = {
    "a word that most have": ("замовлення", Narrowing(), False),
    "two such words": ("оплата карта", Narrowing(), False),
    "a form that nobody wrote": ("операторкою", Narrowing(), False),
    "a beginning that many have": ("пос", Narrowing(), False),
    "a longer beginning": ("замов", Narrowing(), False),
    "a rare word": ("дзеркальниця", Narrowing(), False),
    "four words": ("refund payment order charg", Narrowing(), False),
    "a common and a rare word": ("код дзеркальниця", Narrowing(), False),
    "one channel": ("замовлення", Narrowing(channel="telegram"), False),
    "one customer": ("замовлення", Narrowing(identity_ids=(7,)), False),
    "an early month": ("замовлення", Narrowing(since_us=BEGAN_US, until_us=BEGAN_US + 30 * 86_400_000_000), False),
    "the most relevant of most": ("замовлення", Narrowing(), True),
    "the most relevant of two words": ("оплата карта", Narrowing(), True),
}


def _lexicon(dice: random.Random) -> list[str]:
    """Common words are forms of real roots; the long tail is of letters."""
    common = [root + end for end in ENDS for root in ROOTS]
    dice.shuffle(common)
    tail = ("".join(dice.choices(LETTERS, k=dice.randint(4, 11))) for _ in range(LEXICON - len(common)))
    return [*common, *tail]


class Writing:
    """Makes up messages: the same ones every time."""

    def __init__(self) -> None:
        self._dice = random.Random(7)
        self._words = _lexicon(self._dice)
        self._weights = list(accumulate(1 / rank for rank in range(1, len(self._words) + 1)))

    def versions(self, first: int, count: int) -> list[Version]:
        return [self._version(number) for number in range(first, first + count)]

    def _version(self, number: int) -> Version:
        words = self._dice.choices(self._words, cum_weights=self._weights, k=self._dice.randint(8, 60))
        if number % 100_003 == 1:
            words.append("дзеркальниця")
        return Version(
            id=number * 1024, message_id=number * 1024, revision=0, at_us=_at(number), inbox_id=number,
            subject=" ".join(words[:4]), text=" ".join(words), reply_text=None, html="",
        )  # fmt: skip


def _at(number: int) -> int:
    return BEGAN_US + number * BETWEEN_US


def _message(one: Version) -> Message:
    number = one.inbox_id
    return Message(
        id=one.id, inbox_id=number, account="mail", channel=("email", "telegram", "webform")[number % 3],
        type="message", key=f"k{number}", external_id=f"e{number}", message_ref="", direction="in",
        identity_id=number % PEOPLE + 1, conversation_id=None, incident_id=None, at_us=one.at_us,
        received_us=one.at_us, sent_us=None, subject=one.subject, language="uk", evidence=Evidence.CLAIMED,
    )  # fmt: skip


def _entry(one: Message, text: str) -> Entry:
    return Entry(
        identity_id=one.identity_id, at_us=one.at_us, id=one.id, type="message", channel=one.channel,
        account=one.account, direction="in", is_verified=False, subject=one.subject, preview=text[:200], is_cut=False,
        attachments=0, conversation_id=None, incident_id=None, outage_id=None, state="", flags=(),
    )  # fmt: skip


def _person(number: int) -> Identity:
    return Identity(
        id=number, key=IdentityKey(kind="email", scope="", value=f"p{number}@x.ua"), shown="", name=f"Olena {number}",
        name_us=1, language="uk", language_us=1, first_us=number, evidence=Evidence.CLAIMED, customer_id=number,
    )  # fmt: skip


async def _fill(store: Store, count: int) -> float:
    """Microseconds of indexing for each message, of the writer's time; its other rows are not counted."""
    made = [_person(number) for number in range(1, PEOPLE + 1)]
    await store.writer.batch(lambda session: people.save(session, made))
    writing, took_s = Writing(), 0.0

    async def write(session: Session, versions: list[Version]) -> None:
        nonlocal took_s
        new = [_message(one) for one in versions]
        await messages.add(session, new)
        await message_texts.add(session, versions)
        await timeline.add(session, [_entry(one, said.text) for one, said in zip(new, versions, strict=True)])
        began_s = time.perf_counter()
        await message_texts.index(session, versions)
        took_s += time.perf_counter() - began_s

    for start in range(1, count + 1, BATCH):
        versions = writing.versions(start, BATCH)
        await store.writer.batch(lambda session, versions=versions: write(session, versions))
    return took_s / count * 1e6


async def _ask(store: Store, question: str, narrowing: Narrowing, by_relevance: bool, rounds: int) -> str:
    """A row of the table: how many were found, percentiles of the time and of the processor's."""
    took_ms, worked_ms, found = [], [], 0
    for _ in range(rounds):
        began_s, worked_s = time.perf_counter(), time.process_time()
        async with store.readers.read() as session:
            if by_relevance:
                found = len(await most_relevant(session, question, narrowing=narrowing))
            else:
                found = len((await search(session, question, narrowing=narrowing)).items)
        took_ms.append((time.perf_counter() - began_s) * 1e3)
        worked_ms.append((time.process_time() - worked_s) * 1e3)
    late = rounds * 99 // 100
    told = [ordered[place] for ordered in (sorted(took_ms), sorted(worked_ms)) for place in (rounds // 2, late)]
    return f"{found} | " + " | ".join(f"{one:.1f} ms" for one in told)


async def measure(folder: Path, *, count: int, rounds: int, say: Callable[[str], object] = sys.stdout.write) -> None:
    store = await open_store(folder, now=datetime.now(UTC), on_broken=lambda exc: sys.exit(str(exc)))
    running = asyncio.create_task(store.writer.run())
    if count:
        per_message_us = await _fill(store, count)
        say(f"{count} messages, {per_message_us:.0f} µs to index each; ")
    say(f"{store.path.stat().st_size / 1e6:.0f} MB; load average {os.getloadavg()[0]:.1f}\n\n")
    say("| question | found | p50 | p99 | p50 of processor time | p99 |\n|---|---|---|---|---|---|\n")
    for what, (question, narrowing, by_relevance) in QUESTIONS.items():
        say(f"| {what} | {await _ask(store, question, narrowing, by_relevance, rounds)} |\n")
    await store.writer.stop()
    await running
    await store.close()


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.message_search", description=__doc__)
    options.add_argument("--messages", type=int, default=1_000_000, help="to make up (default 1,000,000); 0: ask again")
    options.add_argument("--rounds", type=int, default=200, help="times each question is asked (default 200)")
    options.add_argument(
        "--folder", type=Path, default=Path(".make/bench-messages"), help="emptied, unless asked again"
    )
    given = options.parse_args()
    if given.messages:
        shutil.rmtree(given.folder, ignore_errors=True)
    given.folder.mkdir(parents=True, exist_ok=True)
    uvloop.run(measure(given.folder, count=given.messages, rounds=given.rounds))


if __name__ == "__main__":
    main()
