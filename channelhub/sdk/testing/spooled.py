"""Where a connector under test writes large bodies: a file that is gone with it, and what of them was kept."""

import hashlib
import mmap
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import IO

from channelhub.domain.raw import KeptBody, RawMessage
from channelhub.sdk.spool import Spool


class SpooledBodies:
    """`kept` by digest; `under_way` counts those that are being written."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.under_way = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Spool]:
        """The contract's `OpenSpool`."""
        self.under_way += 1
        try:
            with tempfile.TemporaryFile() as file:
                yield _Spooled(self, file)
        finally:
            self.under_way -= 1

    def whole(self, raw: RawMessage) -> RawMessage:
        """The message with its body, wherever it was left. Raises ValueError for one that was never kept."""
        if raw.kept is None:
            return raw
        if raw.body or raw.kept.sha256 not in self.kept:
            raise ValueError("a kept body comes from the spool of this hub, and `body` is empty")
        return replace(raw, body=self.kept[raw.kept.sha256], kept=None)


class _Spooled:
    def __init__(self, bodies: SpooledBodies, file: IO[bytes]) -> None:
        self._bodies = bodies
        self._file = file

    async def write(self, piece: bytes) -> None:
        self._file.write(piece)

    async def read(self) -> mmap.mmap:
        self._file.flush()
        return mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)

    async def keep(self) -> KeptBody:
        self._file.seek(0)
        content = self._file.read()
        name = hashlib.sha256(content).hexdigest()
        self._bodies.kept[name] = content
        return KeptBody(sha256=name, size=len(content))
