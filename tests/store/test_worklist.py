"""Pages of the inbox: exactly the incidents of a look in its order, by indexes, whatever the page and the filter."""

import itertools
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from channelhub.domain.incidents import IncidentState, Priority
from channelhub.rules.inbox import OPEN_STATES, Folder, Look, Order, look
from channelhub.rules.incident import Incident
from channelhub.store import incidents, worklist, workplace
from channelhub.store.database import Session
from channelhub.store.migrate import migrate, migrations
from channelhub.store.opening import Store
from channelhub.store.sqlfile import Queries, Query

ME, TAG = "ann", "vip"


def made() -> list[Incident]:
    """A few hundred of every kind."""
    chance = random.Random(7)
    found = []
    for number in range(1, 301):
        state = chance.choice(tuple(IncidentState))
        is_snoozed = state in OPEN_STATES and chance.random() < 0.2
        found.append(
            Incident(
                id=number * 1024, number=number, identity_id=number % 7, conversation_id=number, state=state, version=1,
                priority=Priority.NORMAL, priority_reasons=(), subject="", language="", opened_us=number,
                changed_us=chance.randrange(50), assignee=chance.choice(("", "", ME, "bob")),
                account=chance.choice(("mail", "shop")), channel=chance.choice(("email", "telegram")),
                is_snoozed=is_snoozed,
            )
        )  # fmt: skip
    return found


EVERYTHING = made()
TAGGED = frozenset(one.id for one in EVERYTHING if one.number % 5 == 0)


async def fill(session: Session) -> None:
    await incidents.save(session, EVERYTHING)
    for one in sorted(TAGGED):
        await workplace.change_tags(session, one, add=[TAG], remove=[])


def looks() -> Iterator[Look]:
    for folder, order in itertools.product((None, *Folder), Order):
        yield look(folder, me=ME, order=order)
        yield look(folder, me=ME, order=order, assignee="" if folder is Folder.MINE else "bob")
        yield look(folder, me=ME, order=order, assignee="" if folder is Folder.MINE else "nobody", channel="telegram")
        yield look(folder, me=ME, order=order, account="mail", tag=TAG)
        yield look(folder, me=ME, order=order, tag=TAG, state=IncidentState.WAITING)


def expected(wanted: Look) -> list[int]:
    fitting = [
        one
        for one in EVERYTHING
        if one.state in wanted.states
        and wanted.is_snoozed in (None, one.is_snoozed)
        and wanted.assignee in (None, one.assignee)
        and wanted.channel in ("", one.channel)
        and wanted.account in ("", one.account)
        and (not wanted.tag or one.id in TAGGED)
    ]
    if wanted.order is Order.CHANGED:
        return [one.id for one in sorted(fitting, key=lambda one: (one.changed_us, one.id), reverse=True)]
    return sorted((one.id for one in fitting), reverse=wanted.order is Order.NEWEST)


async def every(session: Session, wanted: Look, limit: int) -> list[int]:
    found: list[int] = []
    after: worklist.Place | None = None
    while True:
        page = await worklist.page(session, wanted, after=after, limit=limit)
        assert len(page.ids) <= limit
        found += page.ids
        if page.next is None:
            return found
        after = page.next


@pytest.mark.parametrize(
    ("limit", "step", "most", "most_sorted"),
    [(7, 5, 15, 10), (7, 5, 15, 500), (50, 500, 5000, 500)],
    ids=["tight", "tight but for tags", "as shipped"],
)
async def test_pages_together_are_exactly_what_is_looked_for_in_its_order(
    store: Store, monkeypatch: pytest.MonkeyPatch, limit: int, step: int, most: int, most_sorted: int
) -> None:
    monkeypatch.setattr(worklist, "STEP", step)
    monkeypatch.setattr(worklist, "MOST_LOOKED", most)
    monkeypatch.setattr(worklist, "MOST_SORTED", most_sorted)
    await store.writer.batch(fill)
    async with store.readers.read() as session:
        wrong = [wanted for wanted in looks() if await every(session, wanted, limit) != expected(wanted)]

    assert wrong == []
    assert sum(bool(expected(wanted)) for wanted in looks()) > 80  # there is something to find


async def test_a_page_that_finds_too_little_ends_early_and_says_where_to_go_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklist, "STEP", 10)
    monkeypatch.setattr(worklist, "MOST_LOOKED", 20)
    await store.writer.batch(fill)
    async with store.readers.read() as session:
        nothing = await worklist.page(session, look(None, me=ME, account="no such"), after=None, limit=5)

    assert nothing.ids == []
    assert nothing.next is not None


async def test_counts_are_of_what_is_in_each_folder_and_stop_at_a_hundred(store: Store) -> None:
    await store.writer.batch(fill)
    async with store.readers.read() as session:
        counted = await worklist.counts(session, me=ME)

    assert counted == {folder: min(100, len(expected(look(folder, me=ME)))) for folder in worklist.COUNTED}
    assert counted[Folder.OPEN] == 100
    assert 0 < counted[Folder.MINE] < 100


def explained(query: Query) -> Query:
    return Query(query.name, f"EXPLAIN QUERY PLAN {query.sqlite}", query.postgres, query.parameters, query.lists)


async def test_no_page_or_count_of_the_inbox_reads_a_whole_table_or_sorts(store: Store) -> None:
    values = {
        "state": "new", "is_snoozed": 0, "assignee": ME, "tag": TAG, "after_id": 5, "after_us": 5, "limit": 50,
        "most": 100, "ids": [1, 2], "now_us": 5, "incident_id": 1, "owner": "agent:ann",
    }  # fmt: skip
    asked = [
        *Queries.of("worklist").by_name.values(),
        *(Queries.of("incidents").by_name[name] for name in ("by_ids", "due", "next_due", "open_of_identities")),
        *(Queries.of("workplace").by_name[name] for name in ("tags_of", "own_views", "shared_views")),
    ]
    plans = {}
    async with store.readers.read() as session:
        for query in asked:
            given = {name: values[name] for name in query.parameters}
            plans[query.name] = [row["detail"] for row in await session.all(explained(query), **given)]
    bad = {
        name: steps
        for name, steps in plans.items()
        if any(("SCAN incident" in step and "USING" not in step) or "TEMP B-TREE" in step for step in steps)
        and name != "open_of_identities"  # a person's open ones are few: they are sorted
    }

    assert bad == {}
    walked = {name: steps for name, steps in plans.items() if name.startswith(("state_", "assigned_", "count_"))}
    assert len(walked) == 8
    assert [name for name, steps in walked.items() if not any("COVERING INDEX" in step for step in steps)] == []


async def test_tags_that_incidents_have_are_known_once_each(store: Store) -> None:
    await store.writer.batch(fill)
    await store.writer.batch(lambda session: workplace.change_tags(session, 1024, add=["aa", "zz"], remove=[]))
    async with store.readers.read() as session:
        whole = await workplace.known_tags(session, limit=10)
        some = await workplace.known_tags(session, limit=2)

    assert (whole, some) == (["aa", TAG, "zz"], ["aa", TAG])


def test_incidents_from_before_get_the_account_and_channel_of_their_conversation(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    migrate(path, now_us=0, steps=[step for step in migrations() if step.version < 42])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO conversations (id, account, channel, key, identity_id, subject, subjects, opened_us, last_us,"
            " messages) VALUES (5, 'bot', 'telegram', 'k', 1, '', '[]', 1, 1, 1)"
        )
        connection.executemany(
            "INSERT INTO incidents VALUES (?, ?, 1, ?, 'new', 1, 'normal', '[]', '', '', '', '[]', '', '', 1, 1, '{}')",
            [(1, 1, 5), (2, 2, 99)],
        )
        connection.commit()
    migrate(path, now_us=1)
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT id, account, channel, is_snoozed FROM incidents ORDER BY id").fetchall()

    assert rows == [(1, "bot", "telegram", 0), (2, "", "", 0)]
