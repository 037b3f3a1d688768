"""One daemon per database: a lock file held for the life of the process."""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType

from channelhub.store.database import DatabaseLocked

TRIES = 5
TRY_AGAIN_S = 0.05


class DatabaseLock:
    """Holds `channelhub.lock` in the state directory. The kernel lets go of it whatever ends the process."""

    def __init__(self, state_dir: Path) -> None:
        self.path = state_dir / "channelhub.lock"
        self._handle: int | None = None

    def __enter__(self) -> "DatabaseLock":
        """Raises DatabaseLocked, naming the process that holds it."""
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not _take(handle):
            os.close(handle)
            raise DatabaseLocked(
                f"the database in {self.path.parent} is in use by process {self.holder() or '?'}: "
                "stop that daemon first, or give this one another [hub] state_dir"
            )
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._handle = handle
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def holder(self) -> int | None:
        """The pid written into the file, whoever wrote it last."""
        try:
            return int(self.path.read_text().strip())
        except (OSError, ValueError):
            return None

    def is_held(self) -> bool:
        """Whether some process holds it now. Looking takes a shared lock for a moment, which `__enter__` waits out."""
        try:
            handle = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(handle)
        return False


def _take(handle: int) -> bool:
    """Lock exclusively. Somebody who only looks lets go within moments; a daemon doesn't."""
    for _ in range(TRIES):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            time.sleep(TRY_AGAIN_S)
        else:
            return True
    return False
