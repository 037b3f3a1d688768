"""SQLite through aiosqlite: one writing connection, a few that only read.

Settings and reasons: WAL so that readers never wait; synchronous=FULL so that a commit is on disk before it is
acknowledged (fsync of the WAL); only the writing connection checkpoints, because SQLite before 3.51.3 can lose
commits when one connection checkpoints while another commits (the WAL-reset bug).
"""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite

from channelhub.store.database import Row, Session, Value
from channelhub.store.sqlfile import Query

PAGE_SIZE = 8192
BUSY_TIMEOUT_MS = 5000
CACHE_KIB = 32768
CHECKPOINT_PAGES = 2000


class SqliteSession:
    """A session over one aiosqlite connection in autocommit mode; transactions are begun explicitly."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def all(self, query: Query, **values: Value) -> list[Row]:
        return list(await self._connection.execute_fetchall(query.sqlite, _bound(query, values)))

    async def one(self, query: Query, **values: Value) -> Row | None:
        rows = await self.all(query, **values)
        return rows[0] if rows else None

    async def run(self, query: Query, **values: Value) -> None:
        await self._connection.execute_fetchall(query.sqlite, _bound(query, values))

    async def run_many(self, query: Query, rows: Sequence[Mapping[str, Value]]) -> None:
        if rows:
            await self._connection.executemany(query.sqlite, [_bound(query, row) for row in rows])

    async def begin(self) -> None:
        await self._connection.execute_fetchall("BEGIN IMMEDIATE")

    async def begin_reading(self) -> None:
        await self._connection.execute_fetchall("BEGIN")

    async def commit(self) -> None:
        await self._connection.execute_fetchall("COMMIT")

    async def roll_back(self) -> None:
        if self._connection.in_transaction:
            await self._connection.execute_fetchall("ROLLBACK")

    async def checkpoint(self) -> None:
        await self._connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")

    async def close(self) -> None:
        await self._connection.close()


def _bound(query: Query, values: Mapping[str, Value]) -> Mapping[str, object]:
    if not query.lists:
        return values
    return {name: json.dumps(value) if name in query.lists else value for name, value in values.items()}


async def open_writing(path: Path) -> SqliteSession:
    """The one connection that writes. Creates the file when it is missing."""
    connection = await aiosqlite.connect(path, isolation_level=None, cached_statements=512)
    connection.row_factory = sqlite3.Row
    for pragma in (
        f"page_size={PAGE_SIZE}",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"cache_size=-{CACHE_KIB}",
        f"wal_autocheckpoint={CHECKPOINT_PAGES}",
        "temp_store=MEMORY",
    ):
        await connection.execute_fetchall(f"PRAGMA {pragma}")
    return SqliteSession(connection)


class Readers:
    """A fixed number of read-only connections, opened when first needed. Bounded: a caller waits for a free one."""

    def __init__(self, path: Path, *, count: int = 4) -> None:
        self._path = path
        self._free: asyncio.LifoQueue[SqliteSession | None] = asyncio.LifoQueue()
        self._opened: list[SqliteSession] = []
        for _ in range(count):
            self._free.put_nowait(None)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Session]:
        session = await self._free.get()
        try:
            if session is None:
                session = await self._open()
            await session.begin_reading()
            try:
                yield session
            finally:
                await session.roll_back()
        finally:
            self._free.put_nowait(session)

    async def _open(self) -> "SqliteSession":
        connection = await aiosqlite.connect(
            f"{self._path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, cached_statements=256
        )
        connection.row_factory = sqlite3.Row
        for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "wal_autocheckpoint=0", "query_only=ON"):
            await connection.execute_fetchall(f"PRAGMA {pragma}")
        session = SqliteSession(connection)
        self._opened.append(session)
        return session

    async def close(self) -> None:
        for session in self._opened:
            await session.close()
        self._opened.clear()
