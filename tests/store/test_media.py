"""Files that messages only name, as the table has them."""

import pytest

from channelhub.domain.inbound import Attachment
from channelhub.domain.media import MediaState
from channelhub.store import media, messages
from channelhub.store.database import Session
from channelhub.store.opening import Store
from channelhub.store.sqlfile import Queries
from channelhub.store.sqlite import SqliteSession


async def name(store: Store, message_id: int, *references: str, account: str = "bot") -> None:
    files = tuple(
        Attachment(filename=one or "mail.pdf", content_type="", size=0, reference=one, sha256="" if one else "ab" * 32)
        for one in references
    )

    async def write(session: Session) -> None:
        await messages.add_attachments(session, [(message_id, files)])
        await media.queue(session, [(message_id, account, 100)])

    await store.writer.command(write)


async def due(store: Store, *, account: str = "bot", now_us: int = 100) -> list[tuple[int, int]]:
    async with store.readers.read() as session:
        return [one.key for one in await media.due(session, account=account, now_us=now_us, limit=10)]


async def test_only_what_was_named_without_its_bytes_is_queued_and_once(store: Store) -> None:
    await name(store, 1024, "f1", "", "f3")
    await name(store, 1024, "f1", "", "f3")

    assert await due(store) == [(1024, 0), (1024, 2)]
    assert await due(store, now_us=99) == await due(store, account="shop") == []


async def test_what_is_stored_counts_and_is_due_no_more(store: Store) -> None:
    await name(store, 1024, "f1", "f2")
    await name(store, 2048, "g1", account="other")

    async def write(session: Session) -> None:
        for message_id, n, size in ((1024, 0, 5), (1024, 1, 7), (2048, 0, 11)):
            item = await media.get(session, message_id, n)
            assert item is not None
            await media.store(session, item, sha256="cd" * 32, size=size, at_us=200)

    await store.writer.command(write)
    async with store.readers.read() as session:
        assert await media.totals(session) == {"bot": 12, "other": 11}
        assert await media.counts(session) == await media.missing(session, [1024, 2048]) == {}
    assert await due(store) == []


async def test_the_account_of_the_first_delivery_is_the_one_that_fetches(store: Store) -> None:
    await name(store, 1024, "f1")
    await name(store, 1024, "f1", account="second")

    assert (await due(store), await due(store, account="second")) == ([(1024, 0)], [])


@pytest.mark.parametrize(
    ("query", "index"),
    [("due", "media_due"), ("due_accounts", "media_due"), ("page", "media_missing"), ("counts", "media_missing")],
)
async def test_history_that_is_stored_is_not_read(store: Store, query: str, index: str) -> None:
    found = Queries.of("media").by_name[query]
    async with store.readers.read() as session:
        assert isinstance(session, SqliteSession)
        rows = await session._connection.execute_fetchall(
            f"EXPLAIN QUERY PLAN {found.sqlite}", dict.fromkeys(found.parameters, 1)
        )

    assert any(f"INDEX {index}" in row["detail"] for row in rows)


async def test_a_message_that_is_taken_away_takes_its_files_along(store: Store) -> None:
    await name(store, 1024, "f1")
    await store.writer.command(lambda session: messages.remove(session, 1024))

    async with store.readers.read() as session:
        assert await media.page(session, state=MediaState.PENDING, limit=10) == []
        assert await media.of_message(session, 1024) == {}
