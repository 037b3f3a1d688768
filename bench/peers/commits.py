"""One commit per message, as a straightforward server does it: the naive peer's store.

Autocommit, so that each INSERT is a transaction of its own. With `execute` and `commit` on a shared connection the
first commit would take along what other requests had inserted: a group commit by accident.
"""

import aiosqlite


async def open_commits(path: str) -> aiosqlite.Connection:
    """A database that is as durable as the hub's: WAL and synchronous=FULL."""
    database = await aiosqlite.connect(path, isolation_level=None)
    await database.execute("PRAGMA journal_mode=WAL")
    await database.execute("PRAGMA synchronous=FULL")
    await database.execute("CREATE TABLE inbox (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")
    return database


async def store(database: aiosqlite.Connection, body: bytes) -> None:
    await database.execute("INSERT INTO inbox (body) VALUES (?)", (body,))
