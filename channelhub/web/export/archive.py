"""The archive as a whole: which files it has, in pieces that are sent or written as they are made."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from channelhub.store.blobs import BlobMissing
from channelhub.store.opening import Store
from channelhub.web.export import documents, files, readable
from channelhub.web.export.files import Stored
from channelhub.web.export.history import Whose
from channelhub.web.export.zipping import ZipPieces

PIECE_BYTES = 256 * 1024  # at least so much is given on at once, the end excepted


class FileLine(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the archive, with its content's SHA-256 in hex."""

    name: str
    size: int
    sha256: str


class MissingLine(msgspec.Struct, frozen=True, kw_only=True):
    """A file that isn't in the archive, and why."""

    name: str
    reason: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`manifest.json`, the archive's last file."""

    format: int
    customer_id: str
    made_at: datetime
    files: list[FileLine]
    missing: list[MissingLine]


@dataclass(slots=True)
class Export:
    """One export of one customer. `with_sources`: with the deliveries as they came."""

    store: Store
    one: Whose
    now: datetime
    language: str
    with_sources: bool = True
    _zip: ZipPieces = field(default_factory=ZipPieces)
    _waiting: bytearray = field(default_factory=bytearray)
    _files: list[FileLine] = field(default_factory=list)
    _missing: list[MissingLine] = field(default_factory=list)

    async def pieces(self) -> AsyncIterator[bytes]:
        """The archive's bytes, to be taken once."""
        store, one = self.store, self.one
        texts = (
            ("customer.json", _single(await documents.customer(store, one, self.now))),
            ("index.html", readable.page(store, one, language=self.language, now=self.now)),
            ("timeline.jsonl", documents.timeline_lines(store, one)),
            ("messages.jsonl", documents.message_lines(store, one)),
            ("notes.jsonl", documents.note_lines(store, one)),
            ("incidents.jsonl", documents.incident_lines(store, one)),
            ("outages.jsonl", documents.outage_lines(store, one)),
        )
        for name, content in texts:
            async for piece in self._file(name, content, is_packed=True):
                yield piece
        async for piece in self._stored(files.attachments(store, one)):
            yield piece
        if self.with_sources:
            async for piece in self._stored(files.sources(store, one)):
                yield piece
        async for piece in self._file("manifest.json", _single(self._manifest()), is_packed=True):
            yield piece
        self._zip.close()
        yield bytes(self._waiting) + self._zip.take()

    async def _stored(self, found: AsyncIterator[Stored]) -> AsyncIterator[bytes]:
        async for file in found:
            if file.missing:
                self._missing.append(MissingLine(name=file.name, reason=file.missing))
                continue
            try:
                async for piece in self._file(file.name, files.pieces(self.store, file), is_packed=not file.blob):
                    yield piece
            except BlobMissing:
                self._missing.append(MissingLine(name=file.name, reason="the stored file is gone or damaged"))

    async def _file(self, name: str, content: AsyncIterator[bytes], *, is_packed: bool) -> AsyncIterator[bytes]:
        """A file is begun with its first piece: what can't be read leaves no name behind."""
        size, digest, is_begun = 0, hashlib.sha256(), False
        async for piece in content:
            if not is_begun:
                self._zip.begin(name, at=self.now, is_packed=is_packed)
                is_begun = True
            await asyncio.to_thread(self._zip.write, piece)
            size += len(piece)
            digest.update(piece)
            if made := self._made():
                yield made
        if not is_begun:
            self._zip.begin(name, at=self.now, is_packed=False)
        self._zip.end()
        self._files.append(FileLine(name=name, size=size, sha256=digest.hexdigest()))

    def _made(self) -> bytes:
        self._waiting += self._zip.take()
        if len(self._waiting) < PIECE_BYTES:
            return b""
        made = bytes(self._waiting)
        self._waiting.clear()
        return made

    def _manifest(self) -> bytes:
        made = Manifest(
            format=1,
            customer_id=str(self.one.customer_id),
            made_at=self.now,
            files=self._files,
            missing=self._missing,
        )
        return msgspec.json.format(msgspec.json.encode(made))


async def _single(content: bytes) -> AsyncIterator[bytes]:
    yield content
