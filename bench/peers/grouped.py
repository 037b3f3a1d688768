"""A group commit with nothing around it: the least that a durable server in one process has to do."""

import asyncio
import sqlite3
import threading
from collections import deque
from hashlib import blake2b

_Waiting = tuple[bytes, bytes, "asyncio.Future[None]"]


class Groups:
    """As durable as the hub's database: WAL, synchronous=FULL, a unique key. A thread commits all that is queued."""

    def __init__(self, path: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: deque[_Waiting] = deque()
        self._has_work = threading.Event()
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.execute("CREATE TABLE inbox (id INTEGER PRIMARY KEY, key BLOB UNIQUE, body BLOB NOT NULL)")
        threading.Thread(target=self._commit_for_ever, daemon=True).start()

    async def store(self, body: bytes, message_id: str) -> None:
        """Returns after the commit of the message's group."""
        done: asyncio.Future[None] = self._loop.create_future()
        self._queue.append((blake2b(message_id.encode(), digest_size=16).digest(), body, done))
        self._has_work.set()
        await done

    def _commit_for_ever(self) -> None:
        while True:
            self._has_work.wait()
            self._has_work.clear()
            group = [self._queue.popleft() for _ in range(len(self._queue))]
            if not group:
                continue
            self._database.execute("BEGIN IMMEDIATE")
            rows = [(key, body) for key, body, _ in group]
            self._database.executemany("INSERT OR IGNORE INTO inbox (key, body) VALUES (?, ?)", rows)
            self._database.execute("COMMIT")
            self._loop.call_soon_threadsafe(_tell, group)


def _tell(group: list[_Waiting]) -> None:
    for _, _, done in group:
        done.set_result(None)
