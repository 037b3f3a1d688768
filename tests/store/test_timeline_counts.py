"""The counts of timelines are those of the rows: after whatever was written, moved, repeated, and while a history from
before the counts is counted."""

import asyncio
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from channelhub.pipeline.counting import HistoryCount
from channelhub.store import timeline, timeline_counts
from channelhub.store.check import check
from channelhub.store.database import Session
from channelhub.store.migrate import migrate, migrations
from channelhub.store.opening import Store
from channelhub.store.places import DATABASE_FILE
from channelhub.store.sqlfile import Queries
from channelhub.store.timeline import Entry
from channelhub.store.timeline_counts import Counts
from tests.emptystore import open_store
from tests.examples import examples
from tests.store.conftest import BEGAN

PEOPLE = (11, 22, 33)


def entry(identity_id: int, at_us: int, entry_id: int, *, channel: str = "email") -> Entry:
    return Entry(
        identity_id=identity_id, at_us=at_us, id=entry_id, type="message", channel=channel, account="mail",
        direction="in", is_verified=False, subject="s", preview="words",
    )  # fmt: skip


entries = st.builds(
    entry,
    st.sampled_from(PEOPLE),
    st.integers(-3, 6),
    st.integers(1, 12),
    channel=st.sampled_from(("email", "telegram", "")),
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.lists(entries, max_size=6)),
        st.tuples(st.just("remove"), entries),
        st.tuples(st.just("count"), st.integers(1, 4)),
        st.tuples(st.just("anew"), st.none()),
        st.tuples(st.just("broken"), st.lists(entries, min_size=1, max_size=4)),
    ),
    max_size=14,
)


class Broken(Exception):
    """What a batch ends with that must leave nothing."""


async def play(session: Session, what: str, given_value: Any) -> None:
    match what:
        case "add":
            await timeline.add(session, given_value)
        case "remove":
            one = given_value
            await timeline.remove(session, identity_id=one.identity_id, at_us=one.at_us, entry_id=one.id)
        case "count":
            await timeline_counts.count_history(session, limit=given_value)
        case "anew":
            await timeline_counts.begin_anew(session)
        case "broken":
            await timeline.add(session, given_value)
            raise Broken


async def recount(session: Session, people: tuple[int, ...]) -> Counts:
    """What the rows themselves say."""
    rows = await timeline.page(session, people, limit=100_000)
    return Counts(
        entries=len(rows),
        first_us=min((one.at_us for one in rows), default=None),
        last_us=max((one.at_us for one in rows), default=None),
        channels=dict(sorted(Counter(one.channel for one in rows if one.channel).items())),
    )


async def in_a_store(work: Callable[[Store], Awaitable[None]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(Path(folder), now=BEGAN, on_broken=lambda _: None)
        writing = asyncio.create_task(store.writer.run())
        try:
            await work(store)
        finally:
            await store.writer.stop()
            await writing
            await store.close()


@given(steps)
@settings(max_examples=examples(60))
def test_counts_are_those_of_the_rows_after_every_step(taken: list[tuple[str, Any]]) -> None:
    async def compare(store: Store) -> None:
        for what, value in taken:
            try:
                await store.writer.batch(lambda session, what=what, value=value: play(session, what, value))
            except Broken:
                assert what == "broken"
            async with store.readers.read() as session:
                for people in (PEOPLE, (11,), (22, 33), (77,)):
                    assert await timeline_counts.of_identities(session, people) == await recount(session, people)
                assert await timeline_counts.differing(session, limit=10) == []

    asyncio.run(in_a_store(compare))


async def test_a_history_from_before_is_counted_in_pieces_and_the_card_is_exact_all_the_while(tmp_path: Path) -> None:
    path = tmp_path / DATABASE_FILE
    before = [step for step in migrations() if step.version < timeline_counts.SINCE_SCHEMA]
    migrate(path, now_us=0, steps=before)
    with closing(sqlite3.connect(path)) as connection:
        connection.executemany(
            "INSERT INTO timeline VALUES (?, ?, ?, 'journey', ?, 'mail', 'in', 0, NULL, NULL, NULL, '', '', 0, 0, '',"
            " '')",
            [(PEOPLE[number % 3], number // 2, number, ("email", "sms")[number % 2]) for number in range(1, 31)],
        )
        connection.commit()
    whole_before = await check(tmp_path)
    store = await open_store(tmp_path, now=BEGAN, on_broken=lambda _: None)
    writing = asyncio.create_task(store.writer.run())
    seen = []
    for number in range(3):  # as of a daemon that ends after each piece
        await store.writer.batch(lambda session: timeline_counts.count_history(session, limit=7))
        await store.writer.batch(
            lambda session, number=number: timeline.add(session, [entry(PEOPLE[number], -5, 100 + number)])
        )
        async with store.readers.read() as session:
            seen.append(await timeline_counts.of_identities(session, PEOPLE) == await recount(session, PEOPLE))
            seen.append(await timeline_counts.is_complete(session))
    counted = await HistoryCount(store, log=structlog.get_logger()).count(batch=4)
    again = await HistoryCount(store, log=structlog.get_logger()).count(batch=4)
    async with store.readers.read() as session:
        is_complete = await timeline_counts.is_complete(session)
        found = await timeline_counts.of_identities(session, PEOPLE)
        expected = await recount(session, PEOPLE)
    await store.writer.stop()
    await writing
    await store.close()

    assert whole_before.is_whole
    assert seen == [True, False] * 3
    assert (counted > 0, again, is_complete) == (True, 0, True)
    assert found == expected
    assert found.channels == {"email": 18, "sms": 15}
    assert (await check(tmp_path)).miscounts == []


async def test_a_new_database_has_nothing_to_count(store: Store) -> None:
    async with store.readers.read() as session:
        assert await timeline_counts.is_complete(session)


async def test_an_entry_that_moves_to_another_person_counts_there(store: Store) -> None:
    first = entry(11, 5, 1)

    async def move(session: Session) -> None:
        await timeline.remove(session, identity_id=11, at_us=5, entry_id=1)
        await timeline.add(session, [replace(first, identity_id=22)])

    await store.writer.batch(lambda session: timeline.add(session, [first, first]))
    await store.writer.batch(lambda session: timeline.add(session, [replace(first, preview="edited")]))
    await store.writer.batch(move)
    async with store.readers.read() as session:
        left, came = [await timeline_counts.of_identities(session, [one]) for one in (11, 22)]

    assert left == Counts(entries=0, first_us=None, last_us=None, channels={})
    assert came == Counts(entries=1, first_us=5, last_us=5, channels={"email": 1})


async def test_what_is_written_behind_the_mark_waits_for_it_and_what_lies_before_counts_at_once(store: Store) -> None:
    """The mark comes to stand behind the second of four entries; then entries come, go and move over it."""
    await store.writer.batch(lambda session: timeline.add(session, [entry(22, at, at) for at in (1, 2, 3, 4)]))
    await store.writer.batch(timeline_counts.begin_anew)
    await store.writer.batch(lambda session: timeline_counts.count_history(session, limit=2))

    async def change(session: Session) -> None:
        await timeline.add(session, [entry(22, 0, 5), entry(22, 9, 6), entry(33, 1, 7), entry(11, 1, 8)])
        await timeline.remove(session, identity_id=22, at_us=4, entry_id=4)
        await timeline.remove(session, identity_id=22, at_us=1, entry_id=1)
        await timeline.remove(session, identity_id=22, at_us=77, entry_id=77)

    await store.writer.batch(change)
    midway = await check(store.path.parent)
    async with store.readers.read() as session:
        found = [
            await timeline_counts.of_identities(session, [one]) == await recount(session, (one,)) for one in PEOPLE
        ]
    await HistoryCount(store, log=structlog.get_logger()).count(batch=2)

    assert midway.miscounts == []
    assert found == [True] * 3
    assert (await check(store.path.parent)).miscounts == []


async def test_nothing_stays_of_a_channel_without_entries(store: Store) -> None:
    await store.writer.batch(lambda session: timeline.add(session, [entry(11, 1, 1)]))
    await store.writer.batch(lambda session: timeline.remove(session, identity_id=11, at_us=1, entry_id=1))
    with closing(sqlite3.connect(store.path)) as connection:
        rows = connection.execute("SELECT * FROM timeline_counts").fetchall()

    assert rows == []


async def test_a_wrong_count_is_found_and_made_anew(store: Store) -> None:
    await store.writer.batch(lambda session: timeline.add(session, [entry(11, at, at) for at in range(1, 4)]))
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("UPDATE timeline_counts SET entries = 7")
        connection.execute("INSERT INTO timeline_counts VALUES (99, 'sms', 1)")
        connection.commit()
    wrong = await check(store.path.parent)
    await store.writer.batch(timeline_counts.begin_anew)
    await HistoryCount(store, log=structlog.get_logger()).count(batch=2)
    mended = await check(store.path.parent)

    assert [(one.identity_id, one.channel, one.counted, one.present) for one in wrong.miscounts] == [
        (11, "email", 7, 3), (99, "sms", 1, 0)
    ]  # fmt: skip
    assert mended.miscounts == []


@pytest.mark.parametrize("name", ["of_identities", "ends", "present", "following", "uncounted"])
def test_no_query_of_the_counts_walks_through_the_table(name: str, tmp_path: Path) -> None:
    query = Queries.of("timeline_counts").by_name[name]
    migrate(tmp_path / "a.db", now_us=0)
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        plan = connection.execute(
            f"EXPLAIN QUERY PLAN {query.sqlite}", dict.fromkeys(query.parameters, "[1]")
        ).fetchall()
    steps_taken = [row[3] for row in plan]

    assert [
        one for one in steps_taken if one.startswith("SCAN") and "json_each" not in one and "CONSTANT" not in one
    ] == []


async def test_a_card_costs_the_same_work_with_a_hundred_times_the_entries(store: Store) -> None:
    """Counted in steps of SQLite's machine, which no busy processor changes."""
    await store.writer.batch(lambda session: timeline.add(session, [entry(11, at, at) for at in range(1, 51)]))
    await store.writer.batch(lambda session: timeline.add(session, [entry(22, at, at) for at in range(100, 5_100)]))

    def machine_steps(identity_id: int) -> int:
        taken = 0

        def step() -> None:
            nonlocal taken
            taken += 1

        with closing(sqlite3.connect(store.path)) as connection:
            connection.set_progress_handler(step, 1)
            for name in ("of_identities", "ends"):
                query = Queries.of("timeline_counts").by_name[name]
                values = {one: f"[{identity_id}]" if one in query.lists else identity_id for one in query.parameters}
                connection.execute(query.sqlite, values).fetchall()
        return taken

    assert machine_steps(22) <= machine_steps(11) * 1.1
