"""Large bodies and attachments as files named by their SHA-256. A file is on disk before the row that names it.

Names come from content only, never from a customer: blobs/ab/abcdef….
"""

import contextlib
import hashlib
import os
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from channelhub.store.folders import make_folder, sync_folder

INLINE_BYTES = 128 * 1024  # a larger body goes into a file
PIECE_BYTES = 1024 * 1024
SPARED_S = 600.0  # a file that was stored again: somebody may be about to commit its name
FORGOTTEN_S = 86_400.0  # after that nobody will name a file any more that this process has stored
CLOCK_S = 1.0  # a file's time may lag behind the clock
SHELVES = 256  # subfolders: the first two digits of the names in it


class BlobMissing(Exception):
    """A row names a file that isn't there, or whose content isn't what its name says."""


class Blobs:
    """A folder of content-addressed files. Its functions block on the disk: call them from a thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_folder(folder)
        self._made: set[Path] = set()  # subfolders whose names this process knows to be on disk
        self._lock = threading.Lock()
        self._began_s = time.time()
        self._stored: dict[str, tuple[float, bool]] = {}  # of late, in order: when, and whether it was there already

    def put(self, content: bytes) -> str:
        """Store and fsync the file and its folders; the SHA-256 in hex. Storing twice is harmless."""
        name = hashlib.sha256(content).hexdigest()
        path = self._place(name)
        if not self._is_there(name):
            self._write(path, (content,))
        sync_folder(path.parent)
        return name

    def copy(self, source: "Blobs", name: str) -> int:
        """Store a file of another folder, piece by piece; its size. Raises BlobMissing when that is gone or damaged."""
        path = self._place(name)
        size = self._write(path, source.pieces(name))
        sync_folder(path.parent)
        return size

    def take(self, part: Path, name: str) -> None:
        """Make a file of this disk, whose bytes have this digest and are on disk, one of ours; fsyncs the folders."""
        path = self._place(name)
        self._is_there(name)
        part.replace(path)
        sync_folder(path.parent)

    def get(self, name: str) -> bytes:
        """The content. Raises BlobMissing when the file is gone or damaged."""
        try:
            content = self.path(name).read_bytes()
        except OSError as exc:
            raise BlobMissing(f"blob {name} can't be read: {exc.strerror}") from exc
        if hashlib.sha256(content).hexdigest() != name:
            raise BlobMissing(f"blob {name} is damaged: its content has another digest")
        return content

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content in pieces. Raises BlobMissing, where it is damaged first after the last piece."""
        digest = hashlib.sha256()
        try:
            with self.path(name).open("rb") as file:
                while piece := file.read(PIECE_BYTES):
                    digest.update(piece)
                    yield piece
        except OSError as exc:
            raise BlobMissing(f"blob {name} can't be read: {exc.strerror}") from exc
        if digest.hexdigest() != name:
            raise BlobMissing(f"blob {name} is damaged: its content has another digest")

    def open(self, name: str) -> IO[bytes]:
        """The file at its beginning, for reading piece by piece. Raises BlobMissing as `get` does."""
        try:
            file = self.path(name).open("rb")
        except OSError as exc:
            raise BlobMissing(f"blob {name} can't be read: {exc.strerror}") from exc
        if hashlib.file_digest(file, "sha256").hexdigest() != name:
            file.close()
            raise BlobMissing(f"blob {name} is damaged: its content has another digest")
        file.seek(0)
        return file

    def path(self, name: str) -> Path:
        if len(name) != 64 or not set(name) <= set("0123456789abcdef"):
            raise BlobMissing(f"{name!r} is no blob's name")
        return self.folder / name[:2] / name

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("??/*") if len(path.name) == 64)

    def remove(self, name: str) -> bool:
        """Take a file away that no row names; False where it was stored again of late: then ask again later."""
        with self._lock:
            self._forget_stored()
            if self._stored.get(name, (0.0, False))[1]:
                return False
            path = self.path(name)
            path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync_folder(path.parent)
        return True

    def left_over(self, shelf: int) -> list[str]:
        """Files of a shelf, named by rows or not, that this process hasn't stored, or long ago."""
        return sorted(path.name for path in self._shelf(shelf) if len(path.name) == 64 and self._is_old(path))

    def remove_left_over(self, names: Iterable[str]) -> int:
        """Take away what is left over of files that no row names; none that was stored of late. How many went."""
        return self._remove_old(map(self.path, names))

    def remove_parts(self, shelf: int) -> int:
        """Take away what an earlier process was writing when it ended; how many files went."""
        return self._remove_old(path for path in self._shelf(shelf) if path.suffix == ".part")

    def _remove_old(self, paths: Iterable[Path]) -> int:
        gone = [path for path in paths if self._removed(path)]
        for folder in {path.parent for path in gone}:
            sync_folder(folder)
        return len(gone)

    def _removed(self, path: Path) -> bool:
        with self._lock:
            self._forget_stored()
            if path.name in self._stored or not self._is_old(path):
                return False
            path.unlink()
            return True

    def _shelf(self, shelf: int) -> list[Path]:
        return list((self.folder / f"{shelf:02x}").glob("*"))

    def _is_old(self, path: Path) -> bool:
        try:
            stored_s = path.stat().st_mtime
        except FileNotFoundError:
            return False
        return stored_s < self._began_s - CLOCK_S or stored_s < time.time() - FORGOTTEN_S

    def _is_there(self, name: str) -> bool:
        """Whether a file is stored already; it isn't removed before its storer had time to commit its name."""
        with self._lock:
            self._forget_stored()
            path = self.path(name)
            is_there = path.exists()
            if is_there:
                os.utime(path)
            self._stored.pop(name, None)
            self._stored[name] = (time.monotonic(), is_there)
            return is_there

    def _forget_stored(self) -> None:
        now = time.monotonic()
        while self._stored and now - self._stored[oldest := next(iter(self._stored))][0] >= SPARED_S:
            del self._stored[oldest]

    def _place(self, name: str) -> Path:
        """Where a file stands; its folder is there."""
        path = self.path(name)
        if path.parent not in self._made:
            make_folder(path.parent)
            self._made.add(path.parent)
        return path

    def _write(self, path: Path, pieces: Iterable[bytes]) -> int:
        part = path.with_name(f"{path.name}.{os.getpid()}.{id(pieces):x}.part")
        size = 0
        try:
            with part.open("wb") as file:
                for piece in pieces:
                    size += file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                part.unlink()
            raise
        return size
