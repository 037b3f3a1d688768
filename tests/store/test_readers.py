"""A reader whose user was cancelled is as good as new for the next one."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channelhub.store import inbox
from channelhub.store.opening import Store, open_store


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
