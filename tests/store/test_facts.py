"""What was learned costs the same to read however much there was to learn: bounded rows, found by an index."""

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from channelhub.rules.promises import Made
from channelhub.rules.told import Fact, Told, Topic
from channelhub.store import facts, learning
from channelhub.store.facts import MOST_JOURNEYS, MOST_PROMISES, MOST_TOLD, JourneyPlace, Learned
from channelhub.store.migrate import migrate
from channelhub.store.opening import Store
from channelhub.store.sqlfile import Queries

READ_BY_CARDS = [
    ("facts", "promises_of"), ("facts", "told_of"), ("facts", "journeys_of"), ("learning", "habits_of"),
    ("learning", "newest"), ("timeline", "newest"), ("timeline", "oldest"), ("timeline", "look_older"),
    ("timeline", "look_newer"), ("message_texts", "own_words"), ("facts", "prune_told"), ("facts", "prune_promises"),
    ("facts", "prune_journeys"), ("facts", "forget_told"), ("facts", "forget_promises"), ("facts", "forget_journeys"),
]  # fmt: skip


def learned(number: int) -> Learned:
    """What a message tells that came at a moment."""
    fact = Fact(topic=Topic.ORDER, value=str(number), shown=str(number))
    return Learned(
        promises=[Made(message_id=number, identity_id=11, at_us=number, words="w", due_us=None, is_day=False)],
        told=[Told(fact=fact, message_id=number, identity_id=11, at_us=number, is_verified=False)],
        journeys=[JourneyPlace(message_id=number, identity_id=11, at_us=number, order_id=str(number))],
    )


@pytest.mark.parametrize(("stem", "name"), READ_BY_CARDS)
def test_nothing_that_a_card_reads_walks_through_a_table(stem: str, name: str, tmp_path: Path) -> None:
    query = Queries.of(stem).by_name[name]
    migrate(tmp_path / "a.db", now_us=0)
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {query.sqlite}", dict.fromkeys(query.parameters, "[1]"))
        steps = [str(row[3]) for row in plan.fetchall()]

    assert [one for one in steps if one.startswith("SCAN") and "json_each" not in one and "kept" not in one] == []


async def test_of_an_identity_the_newest_facts_are_kept_in_any_order_of_reading(store: Store) -> None:
    numbers = [*range(1, 100, 2), *range(100, 0, -2)]
    for number in numbers:
        await store.writer.batch(partial(facts.replace, message_ids=[number], learned=learned(number)))
    async with store.readers.read() as session:
        told = [one.at_us for one in await facts.told_of(session, [11])]
        made = [one.at_us for one in await facts.promises_of(session, [11], limit=100)]
        places = [one.at_us for one in await facts.journeys_of(session, [11])]

    assert told == list(range(100, 100 - MOST_TOLD, -1))
    assert made == list(range(100, 100 - MOST_PROMISES, -1))
    assert places == list(range(100, 100 - MOST_JOURNEYS, -1))


async def test_the_newest_messages_are_learned_first(store: Store) -> None:
    await store.writer.batch(lambda session: learning.queue(session, [1, 7, 3]))
    async with store.readers.read() as session:
        waiting = await learning.waiting(session, limit=2)

    assert list(waiting.items()) == [(7, 1), (3, 1)]
