"""A store in a temporary folder: a real SQLite file, with its writer at work."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channelhub.store.opening import Store
from tests.emptystore import open_store

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def broken() -> list[BaseException]:
    """What the writer called `on_broken` with."""
    return []


@pytest.fixture
async def store(tmp_path: Path, broken: list[BaseException]) -> AsyncIterator[Store]:
    store = await open_store(tmp_path, now=BEGAN, on_broken=broken.append, max_queued_bytes=1024 * 1024)
    writing = asyncio.create_task(store.writer.run())
    yield store
    await store.writer.stop()
    await asyncio.wait_for(writing, 60)
    await store.close()
