"""Bodies that are written to disk while they come, beside the files that they join once they are wanted."""

import asyncio
import hashlib
import itertools
import mmap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from channelhub.domain.raw import KeptBody
from channelhub.ingest.floor import DiskFloor
from channelhub.sdk.spool import Spool
from channelhub.store.blobs import Blobs
from channelhub.store.incoming import IncomingFile, clear_incoming, incoming_file

FOLDER = "spool"
WRITE_BYTES = 512 * 1024  # gathered before a thread writes and digests them


class Spools:
    """Opens them. One for each folder of files: what an earlier process left half done is thrown away."""

    def __init__(self, blobs: Blobs, floor: DiskFloor) -> None:
        clear_incoming(blobs, FOLDER)
        self._blobs = blobs
        self._floor = floor
        self._numbers = itertools.count(1)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Spool]:
        """A body until the end of the block. Raises DiskFull below the floor."""
        self._floor.check()
        async with incoming_file(self._blobs, f"{next(self._numbers)}", FOLDER) as file:
            yield _Spooled(file, self._blobs, self._floor)


class _Spooled:
    """See `Spool`."""

    def __init__(self, file: IncomingFile, blobs: Blobs, floor: DiskFloor) -> None:
        self._file = file
        self._blobs = blobs
        self._floor = floor
        self._digest = hashlib.sha256()
        self._gathered = bytearray()
        self._size = 0

    async def write(self, piece: bytes) -> None:
        self._gathered += piece
        if len(self._gathered) >= WRITE_BYTES:
            await self._flush()

    async def read(self) -> mmap.mmap:
        await self._flush()
        return await asyncio.to_thread(self._file.mapped)

    async def keep(self) -> KeptBody:
        await self._flush()
        name = self._digest.hexdigest()
        await asyncio.to_thread(self._file.keep, self._blobs, name)
        return KeptBody(sha256=name, size=self._size)

    async def _flush(self) -> None:
        if not self._gathered:
            return
        self._floor.check()
        piece, self._gathered = bytes(self._gathered), bytearray()
        self._size += len(piece)
        await asyncio.to_thread(self._take, piece)

    def _take(self, piece: bytes) -> None:
        self._digest.update(piece)
        self._file.write(piece)
