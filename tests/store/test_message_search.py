"""The index that messages are found by: what is in it, what goes out of it, and that nothing of it stays behind."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

import pytest

from channelhub.rules.message_search import Narrowing, Question
from channelhub.store import message_texts, messages
from channelhub.store.database import Session
from channelhub.store.message_texts import Version
from channelhub.store.opening import Store
from tests.store.test_messages import message, version

TEXTS = ["the parcel is late", "посилка не прийшла", "a parcel, again"]


async def write(store: Store, versions: Sequence[Version]) -> None:
    """Versions and the messages they are of, findable."""

    async def work(session: Session) -> None:
        await messages.add(session, [message(one.message_id, f"k{one.message_id}") for one in versions])
        await message_texts.add(session, versions)
        await message_texts.index(session, versions)

    await store.writer.batch(work)


async def found(store: Store, words: str, narrowing: Narrowing | None = None, *, before: int = 1 << 62) -> list[int]:
    async with store.readers.read() as session:
        asked = Question(words).expression(narrowing)
        rows = await message_texts.search(session, asked, before=before, limit=10) if asked else []
    return [one.message_id for one in rows]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("parcel", [3, 1]),
        ("parcels", [3, 1]),
        ("посилка", [2]),
        ("ПОСИЛКУ", [2]),
        ("посилками не", [2]),
        ("parcel late", [1]),
        ("la par", []),
        ("lat par", [1]),
        ("arcel", []),
        ("parc", [3, 1]),
        ('"', []),
        ("parcel OR посилка", []),
        ("NEAR(parcel)", []),
        ("", []),
    ],
)
async def test_search_takes_words_as_words_in_any_form_and_answers_newest_first(
    store: Store, words: str, expected: list[int]
) -> None:
    await write(store, [version(number, number, text) for number, text in enumerate(TEXTS, 1)])

    assert await found(store, words) == expected


async def test_messages_are_narrowed_down_by_channel_writer_and_time_and_no_text_pretends(store: Store) -> None:
    pretends = "parcel \ue000ctelegram \ue000i99 ctelegram i99"
    await write(store, [version(1, 1, "parcel"), version(2, 2, pretends)])
    narrowed = {
        name: await found(store, "parcel", narrowing)
        for name, narrowing in {
            "channel": Narrowing(channel="email"),
            "another channel": Narrowing(channel="telegram"),
            "writer": Narrowing(identity_ids=(1,)),
            "another writer": Narrowing(identity_ids=(99,)),
            "nobody": Narrowing(identity_ids=()),
            "since": Narrowing(since_us=0),
            "long after": Narrowing(since_us=10**15),
            "all": Narrowing(channel="email", identity_ids=(99, 1), until_us=10**15),
        }.items()
    }

    assert narrowed == {
        "channel": [2, 1], "another channel": [], "writer": [2, 1], "another writer": [], "nobody": [],
        "since": [2, 1], "long after": [], "all": [2, 1],
    }  # fmt: skip


async def test_what_was_edited_away_is_not_found_any_more(store: Store) -> None:
    old, new = version(1, 1, "secret words"), version(2, 1, "other words", revision=1)
    await write(store, [old])

    async def edit(session: Session) -> None:
        await message_texts.add(session, [new])
        await message_texts.unindex(session, [old])
        await message_texts.index(session, [new])

    await store.writer.batch(edit)

    assert (await found(store, "secret"), await found(store, "words")) == ([], [1])


async def test_taking_out_leaves_no_byte_of_a_word_once_the_index_is_merged(store: Store) -> None:
    texts = [version(1, 1, "parcel zebrastripe полосатка"), version(2, 2, "parcel")]
    await write(store, texts)
    await store.writer.batch(lambda session: message_texts.unindex(session, [texts[0], texts[0]]))
    with closing(sqlite3.connect(store.path)) as database:
        database.execute("INSERT INTO message_search (message_search) VALUES ('optimize')")
        kept = b"".join(row[0] for row in database.execute("SELECT block FROM message_search_data"))
        rows = database.execute("SELECT version_id FROM indexed_texts").fetchall()

    assert await found(store, "parcel") == [2]
    assert rows == [(2,)]
    assert [one for one in ("zebra", "стрип", "полос") if one.encode() in kept] == []


async def test_what_is_out_or_in_already_stays_so_and_a_moved_message_goes_out_by_what_put_it_in(store: Store) -> None:
    one = version(1, 1, "parcel")
    await write(store, [one])

    async def move(session: Session) -> None:
        await message_texts.index(session, [one, one])
        await message_texts.unindex(session, [version(2, 2, "parcel")])
        await messages.rewrite(session, replace(message(1, "k1"), identity_id=8, at_us=10**15))
        await message_texts.unindex(session, [one])
        await message_texts.index(session, [one])

    await store.writer.batch(move)

    assert await found(store, "parcel", Narrowing(identity_ids=(1,))) == []
    assert await found(store, "parcel", Narrowing(identity_ids=(8,), since_us=10**15)) == [1]


async def test_a_beginning_is_completed_by_the_terms_in_the_index_and_finds_what_it_finds_itself(store: Store) -> None:
    texts = ["посилка", "посилання посилки", "посольство", "посилкою посилкою"]
    await write(store, [version(number, number, text) for number, text in enumerate(texts, 1)])
    question = Question("посил")
    async with store.readers.read() as session:
        (word,) = question.beginnings
        completed = await message_texts.terms_from(session, word, limit=100)
        few = await message_texts.terms_from(session, word, limit=2)
        asked = [question.expression(completed={word: completed}), question.expression()]
        hits = [await message_texts.search(session, one, before=1 << 62, limit=9) for one in asked]

    assert {"посилка", "посилкою", "посилання"} < set(completed)
    assert [one for one in completed if not one.startswith("посил")] == []
    assert few == completed[:2]
    assert [[one.message_id for one in found] for found in hits] == [[4, 2, 1]] * 2
