"""A zip archive made piece by piece, in bounded memory, for a receiver that can't be sought in."""

import io
import zipfile
from datetime import UTC, datetime
from typing import IO

_FIRST = datetime(1980, 1, 1, tzinfo=UTC)  # the format knows no earlier time (APPNOTE 4.4.6)


class _Outlet(io.RawIOBase):
    """What zipfile writes to: it can't go back, and keeps only what nobody has taken yet."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = memoryview(data)  # type: ignore[arg-type]
        self._waiting += piece
        return len(piece)

    def take(self) -> bytes:
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken


class ZipPieces:
    """Begin a file, write its pieces, end it; after each step `take` what the archive has become longer by."""

    def __init__(self) -> None:
        self._outlet = _Outlet()
        self._zip = zipfile.ZipFile(self._outlet, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._file: IO[bytes] | None = None

    def begin(self, name: str, *, at: datetime, is_packed: bool) -> None:
        """A file of this name; packed where that makes it smaller. Sizes follow the content (APPNOTE 4.3.9)."""
        info = zipfile.ZipInfo(name, max(at, _FIRST).astimezone(UTC).timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED if is_packed else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        self._file = self._zip.open(info, "w", force_zip64=True)

    def write(self, piece: bytes) -> None:
        assert self._file is not None, "no file was begun"
        self._file.write(piece)

    def end(self) -> None:
        assert self._file is not None, "no file was begun"
        self._file.close()
        self._file = None

    def close(self) -> None:
        """Write the list of files at the archive's end."""
        self._zip.close()

    def take(self) -> bytes:
        return self._outlet.take()
