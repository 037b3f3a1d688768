"""The opened store: what the layers above hold."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from channelhub.domain.times import to_us
from channelhub.store.blobs import Blobs
from channelhub.store.database import Session
from channelhub.store.migrate import migrate
from channelhub.store.places import BLOB_FOLDER, DATABASE_FILE
from channelhub.store.sqlite import Readers, open_writing
from channelhub.store.swap import finish_restore
from channelhub.store.writer import Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """One database with its blobs. `writer.run()` must be running for anything to be written."""

    path: Path
    writer: Writer
    readers: Readers
    blobs: Blobs

    async def close(self) -> None:
        try:
            await self.readers.close()
        finally:
            await self.writer.close()


async def open_store(
    state_dir: Path,
    *,
    now: datetime,
    on_broken: Callable[[BaseException], None],
    max_queued_bytes: int = 64 * 1024 * 1024,
) -> Store:
    """Bring the schema up to date and open the connections. The caller holds the `DatabaseLock`.

    Raises SchemaTooNew and StoreError, whose texts say what to do.
    """
    finish_restore(state_dir)
    path = state_dir / DATABASE_FILE
    migrate(path, now_us=to_us(now))
    path.chmod(0o600)
    writer = Writer(await open_writing(path), max_queued_bytes=max_queued_bytes, on_broken=on_broken)
    try:
        await writer.start()
    except BaseException:
        await writer.close()
        raise
    return Store(path=path, writer=writer, readers=Readers(path), blobs=Blobs(state_dir / BLOB_FOLDER))


@asynccontextmanager
async def reading(state_dir: Path) -> AsyncIterator[Session]:
    """One consistent view of a state directory's database, for commands; a daemon may be running on it."""
    readers = Readers(state_dir / DATABASE_FILE, count=1)
    try:
        async with readers.read() as session:
            yield session
    finally:
        await readers.close()
