"""What commands read: from the running daemon, or, when none runs, from the database itself."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec

from channelhub.cli.client import Daemon
from channelhub.cli.exits import Exit, Failure
from channelhub.client.blocking import HubClient
from channelhub.settings.models import Settings
from channelhub.store.database import Session
from channelhub.store.places import DATABASE_FILE
from channelhub.store.sqlite import Readers
from channelhub.web.problems import Problem

Online = Callable[[HubClient], Any]
Offline = Callable[[Session], Awaitable[Any]]


def ask(settings: Settings, online: Online, offline: Offline) -> Any:
    """What the running daemon answers; `offline` makes the same from a session of the database."""
    daemon = Daemon(settings)
    if daemon.is_running():
        return online(daemon)
    database = Path(settings.hub.state_dir) / DATABASE_FILE
    if not database.is_file():
        raise Failure(f"there is no database in {settings.hub.state_dir}: run `channelhub run` first", Exit.UNAVAILABLE)
    try:
        return asyncio.run(_read(database, offline))
    except Problem as exc:
        raise Failure(exc.detail, Exit.FAILED) from exc


async def _read(database: Path, offline: Offline) -> Any:
    readers = Readers(database, count=1)
    try:
        async with readers.read() as session:
            return json.loads(msgspec.json.encode(await offline(session)))
    finally:
        await readers.close()
