"""What the hub knew before it had an index of it: made findable in batches, by a walk that goes on."""

import sqlite3
from pathlib import Path
from typing import Any

import structlog

from channelhub.domain.inbound import EditedMessage
from channelhub.domain.people import Sender
from channelhub.pipeline.indexing import MESSAGES, PEOPLE, Indexing
from channelhub.pipeline.searching import people_named, search
from channelhub.store import hub, message_texts, people_search
from channelhub.store.message_texts import Version
from channelhub.store.migrate import migrate, migrations
from tests.pipeline.workshop import Workshop, handle, words

ANN = "telegram:1"
NAMES = ("Олена", "Іван", "Марія", "Тарас", "Юрій")


async def strangers(shop: Workshop) -> list[dict[str, Any]]:
    """Five people, as before there was an index; what the index was by then."""
    for number, name in enumerate(NAMES):
        sender = Sender(name=name, handles=(handle(f"telegram:{number}"),))
        await shop.process(await shop.delivered("bot", words(f"m{number}", sender)))
    kept = await shop.rows("SELECT * FROM people_words ORDER BY id")
    _change(shop.store.path, "UPDATE people_words SET words = ''")
    return kept


def _change(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as database:
        database.execute(statement)
    database.close()


async def test_the_walk_makes_the_words_that_saving_made_and_goes_on_where_it_was(shop: Workshop) -> None:
    kept = await strangers(shop)
    over = [await Indexing(PEOPLE, shop.store, log=structlog.get_logger()).step(batch=2) for _ in range(2)]
    halfway = await shop.rows("SELECT words FROM people_words WHERE words = ''")
    over += [await Indexing(PEOPLE, shop.store, log=structlog.get_logger()).step(batch=2) for _ in range(2)]
    async with shop.store.readers.read() as session:
        found = [one.name for one in await people_named(session, "юрій")]

    assert over == [False, False, True, True]
    assert len(halfway) == 1
    assert await shop.rows("SELECT * FROM people_words ORDER BY id") == kept
    assert found == ["Юрій"]


async def test_words_of_another_edition_are_made_anew(shop: Workshop) -> None:
    await strangers(shop)
    await shop.store.writer.batch(lambda session: hub.set_fact(session, hub.PEOPLE_INDEXED_UNTIL, "0:end"))
    is_over = await Indexing(PEOPLE, shop.store, log=structlog.get_logger()).step()
    async with shop.store.readers.read() as session:
        found = await people_search.find(session, "олена", limit=5)

    assert (is_over, len(found)) == (True, 1)


def test_the_migration_gives_everybody_a_place_in_the_order_they_were_met(tmp_path: Path) -> None:
    path, steps = tmp_path / "a.db", migrations()
    migrate(path, now_us=1, steps=[step for step in steps if step.version < 32])
    with sqlite3.connect(path) as database:
        database.executemany(
            "INSERT INTO identities VALUES (?, 'email', '', ?, '', '', 0, '', 0, ?, 'claimed', 1)",
            [(5, "a", 30), (9, "b", 10), (2, "c", 20)],
        )
    database.close()
    migrate(path, now_us=1, steps=[step for step in steps if step.version <= 32])
    with sqlite3.connect(path) as database:
        places = database.execute("SELECT identity_id, words FROM people_words ORDER BY id").fetchall()
        database.execute("INSERT INTO people_search (people_search, rank) VALUES ('integrity-check', 1)")
    database.close()

    assert places == [(9, ""), (2, ""), (5, "")]


async def letters(shop: Workshop) -> None:
    """Five messages, of which one was edited, as before there was an index of them."""
    for number in range(5):
        await shop.process(await shop.delivered("shop", words(f"m{number}", ANN, text=f"посилка {number}")))
    edited = EditedMessage(external_id="m2", revision=2, message=words("m2", ANN, text="посилки немає"))
    await shop.process(await shop.delivered("shop", edited))
    await shop.store.writer.batch(message_texts.empty_index)


async def sought(shop: Workshop, question: str) -> list[str]:
    async with shop.store.readers.read() as session:
        return [one.passage for one in (await search(session, question)).items]


async def test_messages_are_indexed_from_the_newest_down_by_a_walk_that_goes_on_where_it_was(shop: Workshop) -> None:
    await letters(shop)
    shown = []
    for _ in range(4):
        is_over = await Indexing(MESSAGES, shop.store, log=structlog.get_logger()).step(batch=2)
        shown.append((is_over, await sought(shop, "посилка")))
    await shop.process(await shop.delivered("shop", words("m5", ANN, text="посилка 5")))

    assert shown == [
        (False, ["посилки немає", "посилка 4"]),
        (False, ["посилки немає", "посилка 4", "посилка 3", "посилка 1"]),
        (True, ["посилки немає", "посилка 4", "посилка 3", "посилка 1", "посилка 0"]),
        (True, ["посилки немає", "посилка 4", "посилка 3", "посилка 1", "посилка 0"]),
    ]
    assert (await sought(shop, "посилка"))[0] == "посилка 5"


async def test_what_comes_while_the_walk_is_under_way_is_found_once(shop: Workshop) -> None:
    await letters(shop)
    walk = Indexing(MESSAGES, shop.store, log=structlog.get_logger())
    await walk.step(batch=2)
    await shop.process(await shop.delivered("shop", words("m5", ANN, text="посилка 5")))
    while not await walk.step(batch=2):
        pass

    assert len(await sought(shop, "посилка")) == 6


async def test_an_index_of_another_edition_is_made_anew(shop: Workshop) -> None:
    await letters(shop)
    await shop.store.writer.batch(lambda session: hub.set_fact(session, hub.MESSAGES_INDEXED_UNTIL, "0:end"))
    (last,) = await shop.rows("SELECT max(id) AS id FROM message_texts")
    old = Version(
        id=last["id"], message_id=1, revision=0, at_us=1, inbox_id=1, subject="", text="zebra", reply_text=None, html=""
    )
    await shop.store.writer.batch(lambda session: message_texts.index(session, [old]))
    await Indexing(MESSAGES, shop.store, log=structlog.get_logger()).step()

    assert (await sought(shop, "zebra"), len(await sought(shop, "посилка"))) == ([], 5)
