"""A customer's timeline: several identities merged while reading, pages that stay put while entries come in."""

import random
from dataclasses import replace

import pytest

from channelhub.store import timeline
from channelhub.store.opening import Store
from channelhub.store.timeline import NEWEST, Entry

PEOPLE = (11, 22, 33)


def entry(identity_id: int, at_us: int, entry_id: int, *, text: str = "words") -> Entry:
    return Entry(
        identity_id=identity_id, at_us=at_us, id=entry_id, type="message", channel="email", account="mail",
        direction="in", is_verified=False, subject="s", preview=text,
    )  # fmt: skip


async def write(store: Store, entries: list[Entry]) -> None:
    await store.writer.batch(lambda session: timeline.add(session, entries))


async def walk(store: Store, people: tuple[int, ...], *, limit: int) -> list[Entry]:
    """Every page after the other."""
    found: list[Entry] = []
    before = NEWEST
    while True:
        async with store.readers.read() as session:
            page = await timeline.page(session, people, before=before, limit=limit)
        found += page
        if len(page) < limit:
            return found
        before = (page[-1].at_us, page[-1].id)


@pytest.mark.parametrize("limit", [1, 2, 7, 50, 1000])
async def test_identities_are_merged_newest_first_whatever_the_page_size(store: Store, limit: int) -> None:
    chance = random.Random(limit)
    entries = [entry(chance.choice((*PEOPLE, 99)), chance.randrange(20), number) for number in range(150)]
    await write(store, chance.sample(entries, len(entries)))
    expected = sorted(
        (one for one in entries if one.identity_id in PEOPLE), key=lambda one: (one.at_us, one.id), reverse=True
    )

    assert await walk(store, PEOPLE, limit=limit) == expected


async def test_pages_do_not_move_while_newer_and_older_entries_come_in(store: Store) -> None:
    await write(store, [entry(11, at, at) for at in range(100, 130)])
    async with store.readers.read() as session:
        first = await timeline.page(session, PEOPLE, limit=10)
    await write(store, [entry(11, 500, 500), entry(22, 125, 501), entry(22, 90, 502)])
    async with store.readers.read() as session:
        second = await timeline.page(session, PEOPLE, before=(first[-1].at_us, first[-1].id), limit=10)

    assert [one.id for one in first] == list(range(129, 119, -1))
    assert [one.id for one in second] == list(range(119, 109, -1))


async def test_an_entry_written_again_stays_one_with_its_new_words(store: Store) -> None:
    first = entry(11, 5, 1)
    await write(store, [first])
    await write(store, [replace(first, preview="edited", flags=("edited",))])

    assert await walk(store, PEOPLE, limit=10) == [replace(first, preview="edited", flags=("edited",))]


async def test_an_entry_moves_to_another_time_as_one(store: Store) -> None:
    first = entry(11, 5, 1)
    later = replace(first, at_us=9)
    await write(store, [first])

    async def move(session: timeline.Session) -> None:
        await timeline.remove(session, identity_id=11, at_us=5, entry_id=1)
        await timeline.add(session, [later])

    await store.writer.batch(move)

    assert await walk(store, PEOPLE, limit=10) == [later]


def test_a_preview_is_bounded_and_says_that_it_was_cut() -> None:
    assert timeline.preview("x" * 1000) == ("x" * 1000, False)
    assert timeline.preview("x" * 1001) == ("x" * 1000, True)
