"""SQLite through aiosqlite: one writing connection, a few that only read.

Settings and reasons: WAL so that readers never wait; synchronous=FULL so that a commit is on disk before it is
acknowledged (fsync of the WAL); only the writing connection checkpoints, because SQLite before 3.51.3 can lose
commits when one connection checkpoints while another commits (the WAL-reset bug); secure_delete, so that what is
erased is overwritten, however the library was built.

A transaction runs on its connection's thread from BEGIN to COMMIT. Handing every statement over by itself costs two
changes of thread each, and each may wait for the interpreter lock as long as the event loop is busy.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import aiosqlite

from channelhub.store.database import Row, Session, StoreError, Value
from channelhub.store.jsontext import as_json
from channelhub.store.manyrows import take_apart
from channelhub.store.sqlfile import Query

T = TypeVar("T")
PAGE_SIZE = 8192
BUSY_TIMEOUT_MS = 5000
CACHE_KIB = 32768
CHECKPOINT_PAGES = 2000


class SuspendedTransaction(Exception):
    """Work inside a transaction waited for something else than its session: a defect of that work."""


class _Connection(aiosqlite.Connection):
    """aiosqlite's, with a way to run a whole function on its thread."""

    async def call(self, function: Callable[[sqlite3.Connection], T]) -> T:
        result: T = await self._execute(function, self._conn)  # type: ignore[no-untyped-call]
        return result


class _OnThread:
    """A session for work that runs on the connection's thread already: its methods never wait."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def all(self, query: Query, **values: Value) -> list[Row]:
        return self._connection.execute(query.sqlite, _bound(query, values)).fetchall()

    async def one(self, query: Query, **values: Value) -> Row | None:
        rows = self._connection.execute(query.sqlite, _bound(query, values)).fetchall()
        return rows[0] if rows else None

    async def run(self, query: Query, **values: Value) -> None:
        self._connection.execute(query.sqlite, _bound(query, values)).fetchall()

    async def run_many(self, query: Query, rows: Sequence[Mapping[str, Value]]) -> int:
        if not rows:
            return 0
        insert = None if query.lists else take_apart(query.sqlite)
        if insert is None:
            return self._connection.executemany(query.sqlite, [_bound(query, row) for row in rows]).rowcount
        done = [self._connection.execute(statement, values) for statement, values in insert.statements(rows)]
        return sum(cursor.rowcount for cursor in done)


class SqliteSession:
    """A session over one aiosqlite connection in autocommit mode; transactions are begun explicitly."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection

    async def write(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Run `work` in a transaction and commit. It may wait for nothing but the session it is given.

        On any error the transaction is left open: the caller rolls back.
        """

        def transact(connection: sqlite3.Connection) -> T:
            connection.execute("BEGIN IMMEDIATE")
            result = _finished(work(_OnThread(connection)))
            connection.execute("COMMIT")
            return result

        return await self._connection.call(transact)

    async def read(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Run `work` on one consistent snapshot. It may wait for nothing but the session it is given."""

        def look(connection: sqlite3.Connection) -> T:
            connection.execute("BEGIN")
            try:
                return _finished(work(_OnThread(connection)))
            finally:
                connection.execute("ROLLBACK")

        return await self._connection.call(look)

    async def all(self, query: Query, **values: Value) -> list[Row]:
        return list(await self._connection.execute_fetchall(query.sqlite, _bound(query, values)))

    async def one(self, query: Query, **values: Value) -> Row | None:
        rows = await self.all(query, **values)
        return rows[0] if rows else None

    async def run(self, query: Query, **values: Value) -> None:
        await self._connection.execute_fetchall(query.sqlite, _bound(query, values))

    async def run_many(self, query: Query, rows: Sequence[Mapping[str, Value]]) -> int:
        if not rows:
            return 0
        return (await self._connection.executemany(query.sqlite, [_bound(query, row) for row in rows])).rowcount

    async def begin(self) -> None:
        await self._connection.execute_fetchall("BEGIN IMMEDIATE")

    async def begin_reading(self) -> None:
        await self._connection.execute_fetchall("BEGIN")

    async def end_reading(self) -> None:
        """Right also where the caller was cancelled while a statement still runs: the thread keeps the order."""

        def roll_back(connection: sqlite3.Connection) -> None:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

        await asyncio.shield(asyncio.ensure_future(self._connection.call(roll_back)))

    async def commit(self) -> None:
        await self._connection.execute_fetchall("COMMIT")

    async def roll_back(self) -> None:
        if self._connection.in_transaction:
            await self._connection.execute_fetchall("ROLLBACK")

    async def checkpoint(self) -> bool:
        """Bring the log into the file and empty it; False where a reader was in the way."""
        rows = list(await self._connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)"))
        return bool(rows[0][0] == 0)

    async def size(self) -> int:
        """Of the database in bytes, without its log."""
        pages = list(await self._connection.execute_fetchall("PRAGMA page_count"))
        return int(pages[0][0]) * PAGE_SIZE

    async def rewrite(self) -> None:
        """Write the whole file anew, so that nothing is left between its rows. The copy is made on disk."""
        await self._connection.execute_fetchall("PRAGMA temp_store=FILE")
        try:
            await self._connection.execute_fetchall("VACUUM")
        finally:
            await self._connection.execute_fetchall("PRAGMA temp_store=MEMORY")

    async def close(self) -> None:
        await self._connection.close()


def _finished(work: Awaitable[T]) -> T:
    """The result of a coroutine that never waits. Raises SuspendedTransaction when it does."""
    steps = work.__await__()
    try:
        next(steps)
    except StopIteration as end:
        result: T = end.value
        return result
    raise SuspendedTransaction("work inside a transaction may wait for nothing but its session")


def _bound(query: Query, values: Mapping[str, Value]) -> Mapping[str, object]:
    if not query.lists:
        return values
    return {name: as_json(value) if name in query.lists else value for name, value in values.items()}


_WRITING = (
    f"page_size={PAGE_SIZE}",
    f"busy_timeout={BUSY_TIMEOUT_MS}",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"cache_size=-{CACHE_KIB}",
    f"wal_autocheckpoint={CHECKPOINT_PAGES}",
    "temp_store=MEMORY",
    "secure_delete=ON",
)
_READING = (f"busy_timeout={BUSY_TIMEOUT_MS}", "wal_autocheckpoint=0", "query_only=ON")


async def _connect(place: str | Path, *, cached_statements: int, pragmas: Sequence[str]) -> SqliteSession:
    """Open in autocommit mode, with rows that are read by name."""

    def open_file() -> sqlite3.Connection:
        return sqlite3.connect(
            place, uri=isinstance(place, str), isolation_level=None, cached_statements=cached_statements
        )

    connection = _Connection(open_file, iter_chunk_size=64)

    def set_up(opened: sqlite3.Connection) -> None:
        opened.row_factory = sqlite3.Row
        for pragma in pragmas:
            opened.execute(f"PRAGMA {pragma}").fetchall()

    await connection
    try:
        await connection.call(set_up)
    except BaseException:
        connection.stop()  # nobody else knows of it, and its thread would hold the process for ever
        raise
    return SqliteSession(connection)


async def open_writing(path: Path) -> SqliteSession:
    """The one connection that writes. Creates the file when it is missing."""
    return await _connect(path, cached_statements=512, pragmas=_WRITING)


class Readers:
    """A fixed number of read-only connections, opened when first needed. Bounded: a caller waits for a free one."""

    def __init__(self, path: Path, *, count: int = 4) -> None:
        self._path = path
        self._free: asyncio.LifoQueue[SqliteSession | None] = asyncio.LifoQueue()
        self._opened: list[SqliteSession] = []
        self._is_closed = False
        for _ in range(count):
            self._free.put_nowait(None)

    async def look(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Run `work` on one consistent snapshot, in one go on the connection's thread."""
        async with self._borrowed() as session:
            return await session.read(work)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Session]:
        async with self._borrowed() as session:
            try:
                await session.begin_reading()
                yield session
            finally:
                await session.end_reading()

    @asynccontextmanager
    async def _borrowed(self) -> AsyncIterator[SqliteSession]:
        session = await self._free.get()
        try:
            if session is None:
                session = await self._open()
            yield session
        finally:
            self._free.put_nowait(session)

    async def _open(self) -> SqliteSession:
        place = f"{self._path.absolute().as_uri()}?mode=ro"
        session = await _connect(place, cached_statements=256, pragmas=_READING)
        if self._is_closed:
            await session.close()
            raise StoreError("the database was closed")
        self._opened.append(session)
        return session

    async def close(self) -> None:
        """Also of what is being opened just now nothing stays."""
        self._is_closed = True
        opened, self._opened = self._opened, []
        for session in opened:
            await session.close()
