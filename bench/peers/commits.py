"""One commit per message, as a straightforward server does it: the naive peer's store."""

import asyncio

import aiosqlite


class Commits:
    """A database as durable as the hub's: WAL and synchronous=FULL. The lock keeps the messages' transactions apart:
    without it the first commit would take along what other handlers have inserted, a group commit by accident."""

    def __init__(self, database: aiosqlite.Connection) -> None:
        self._database = database
        self._lock = asyncio.Lock()

    @classmethod
    async def open(cls, path: str) -> "Commits":
        database = await aiosqlite.connect(path)
        await database.execute("PRAGMA journal_mode=WAL")
        await database.execute("PRAGMA synchronous=FULL")
        await database.execute("CREATE TABLE inbox (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")
        await database.commit()
        return cls(database)

    async def store(self, body: bytes) -> None:
        """Returns after the message's own commit."""
        async with self._lock:
            await self._database.execute("INSERT INTO inbox (body) VALUES (?)", (body,))
            await self._database.commit()
