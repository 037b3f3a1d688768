"""Files on their way in: written piece by piece beside the content-addressed ones, which they join when whole."""

import asyncio
import errno
import mmap
import os
import shutil
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from io import FileIO
from pathlib import Path

from channelhub.sdk.errors import DiskFull
from channelhub.store.blobs import Blobs
from channelhub.store.folders import make_folder

FOLDER = "incoming"  # of files that messages only name
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class IncomingFile:
    """One file that grows. Its functions block on the disk: call them from a thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()  # a cancelled caller leaves its thread writing: its handle must stay its own
        self._file: FileIO | None = FileIO(_open(path), "wb")

    def write(self, content: bytes) -> None:
        """Raises DiskFull; other errors of the disk as they are."""
        try:
            with self._lock:
                view = memoryview(content)
                while self._file is not None and view:
                    view = view[self._file.write(view) or 0 :]
        except OSError as exc:
            raise _told(exc) from exc

    def keep(self, blobs: Blobs, name: str) -> None:
        """The file is whole: it is on disk under its digest when this returns. Raises DiskFull."""
        try:
            with self._lock:
                if self._file is not None:
                    os.fsync(self._file.fileno())
                    blobs.take(self._path, name)
        except OSError as exc:
            raise _told(exc) from exc

    def mapped(self) -> mmap.mmap:
        """What was written so far, one byte at least, as it stands on disk; good for as long as it is held."""
        with self._path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def close(self) -> None:
        """What wasn't kept is gone, and nothing is written any more."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None
                with suppress(OSError):
                    self._path.unlink()


def open_incoming(blobs: Blobs, name: str, subfolder: str = FOLDER) -> IncomingFile:
    """Begin a file. `name` tells those under way apart, and is made of ids only. Raises DiskFull."""
    try:
        folder = blobs.folder / subfolder
        make_folder(folder)
        return IncomingFile(folder / f"{name}.part")
    except OSError as exc:
        raise _told(exc) from exc


@asynccontextmanager
async def incoming_file(blobs: Blobs, name: str, subfolder: str = FOLDER) -> AsyncIterator[IncomingFile]:
    """`open_incoming` until the end of the block; a caller who is cancelled, even before it is open, leaves nothing."""
    opening = asyncio.create_task(asyncio.to_thread(open_incoming, blobs, name, subfolder))
    try:
        file = await asyncio.shield(opening)
    except asyncio.CancelledError:
        with suppress(OSError, DiskFull):
            (await opening).close()
        raise
    try:
        yield file
    finally:
        await asyncio.shield(asyncio.to_thread(file.close))


def clear_incoming(blobs: Blobs, subfolder: str = FOLDER) -> None:
    """Throw away what an earlier process left half done."""
    shutil.rmtree(blobs.folder / subfolder, ignore_errors=True)


def _open(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)


def _told(exc: OSError) -> OSError | DiskFull:
    return DiskFull(f"a file can't be written: {exc.strerror}") if exc.errno in _NO_ROOM else exc
