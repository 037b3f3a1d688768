"""A store over a new database, without the work of every migration for every test: they are applied once a process."""

import tempfile
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

from channelhub.store import opening
from channelhub.store.migrate import migrate
from channelhub.store.opening import Store
from channelhub.store.places import DATABASE_FILE


async def open_store(
    state_dir: Path,
    *,
    now: datetime,
    on_broken: Callable[[BaseException], None],
    max_queued_bytes: int = 64 * 1024 * 1024,
) -> Store:
    """What `channelhub.store.opening.open_store` opens; where there is no database yet, over a copy of an empty one."""
    path = state_dir / DATABASE_FILE
    if not path.exists():
        path.write_bytes(_migrated())
    return await opening.open_store(state_dir, now=now, on_broken=on_broken, max_queued_bytes=max_queued_bytes)


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / DATABASE_FILE
        migrate(path, now_us=0)
        return path.read_bytes()  # whole: closing the last connection emptied its log
