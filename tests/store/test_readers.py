"""A reader whose user was cancelled is as good as new for the next one."""

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channelhub.store import inbox
from channelhub.store.opening import Store
from channelhub.store.places import DATABASE_FILE
from channelhub.store.sqlite import Readers
from tests.emptystore import open_store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(tmp_path, now=datetime(2026, 3, 2, tzinfo=UTC), on_broken=lambda _: None)
    yield opened
    await opened.close()


async def test_a_reader_is_usable_after_its_user_was_cancelled_at_any_step(store: Store) -> None:
    async def look() -> int:
        async with store.readers.read() as session:
            return await inbox.newest_id(session)

    await asyncio.gather(*(look() for _ in range(8)))
    for steps in range(24):
        looking = asyncio.create_task(look())
        for _ in range(steps):
            await asyncio.sleep(0)
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)

    assert await asyncio.gather(*(look() for _ in range(8))) == [0] * 8


def connection_threads() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if "_connection_worker_thread" in one.name]


@pytest.mark.parametrize("is_cancelled", [True, False])
async def test_no_thread_stays_of_what_was_being_opened_when_it_ended(tmp_path: Path, is_cancelled: bool) -> None:
    await (await open_store(tmp_path, now=datetime(2026, 3, 2, tzinfo=UTC), on_broken=lambda _: None)).close()
    for steps in range(24):
        readers = Readers(tmp_path / DATABASE_FILE, count=1)
        looking = asyncio.create_task(readers.look(inbox.newest_id))
        for _ in range(steps):
            await asyncio.sleep(0)
        if is_cancelled:
            looking.cancel()
        await readers.close()
        await asyncio.gather(looking, return_exceptions=True)

    for thread in connection_threads():
        await asyncio.to_thread(thread.join, 5)
    assert connection_threads() == []
