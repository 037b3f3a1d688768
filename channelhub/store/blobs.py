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


class BlobMissing(Exception):
    """A row names a file that isn't there, or whose content isn't what its name says."""


class Blobs:
    """A folder of content-addressed files. Its functions block on the disk: call them from a thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_folder(folder)
        self._made: set[Path] = set()  # subfolders whose names this process knows to be on disk
        self._lock = threading.Lock()
        self._again: dict[str, float] = {}  # files that were there when they were stored, and when that was

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
            if time.monotonic() - self._again.get(name, -SPARED_S) < SPARED_S:
                return False
            path = self.path(name)
            path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync_folder(path.parent)
        return True

    def _is_there(self, name: str) -> bool:
        """Whether a file is stored already; it isn't removed before its storer had time to commit its name."""
        with self._lock:
            if not self.path(name).exists():
                return False
            now = time.monotonic()
            for old in [one for one, at in self._again.items() if now - at >= SPARED_S]:
                del self._again[old]
            self._again[name] = now
            return True

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
