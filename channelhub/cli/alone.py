"""Writing without a daemon: under the lock, so that no daemon can start meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from channelhub.cli.exits import Exit, Failure
from channelhub.settings.models import Settings
from channelhub.store.database import StoreError
from channelhub.store.folders import make_folder
from channelhub.store.lock import DatabaseLock
from channelhub.store.opening import Store, open_store

T = TypeVar("T")


def alone(settings: Settings, work: Callable[[Store], Awaitable[T]]) -> T:
    """Run `work` on the opened store. Ends the command when a daemon holds the database or it can't be opened."""
    state_dir = Path(settings.hub.state_dir)
    make_folder(state_dir)
    try:
        with DatabaseLock(state_dir):
            return asyncio.run(_work(state_dir, work))
    except StoreError as exc:
        raise Failure(str(exc), Exit.TEMPORARY) from exc


async def _work(state_dir: Path, work: Callable[[Store], Awaitable[T]]) -> T:
    broken: list[BaseException] = []
    store = await open_store(state_dir, now=datetime.now(UTC), on_broken=broken.append)
    writing = asyncio.create_task(store.writer.run())
    try:
        return await work(store)
    finally:
        await store.writer.stop()
        await writing
        await store.close()
        if broken:
            raise Failure(f"the database failed: {broken[0]}", Exit.IO)
