"""Files of customers as records, in flat memory, whatever charset they are in."""

import codecs
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

from channelhub.content import charset
from channelhub.content.tables import MAX_LINE_CHARS, Record, csv_records, json_records
from channelhub.content.vcard import vcard_records

MAX_FILE_BYTES: Final = 4 * 1024 * 1024 * 1024
_CHUNK: Final = 1 << 20
_SAMPLE: Final = 8192
_MARKS: Final = (  # the longer ones first: one of UTF-32 begins as one of UTF-16 does
    (codecs.BOM_UTF32_LE, "utf_32"),
    (codecs.BOM_UTF32_BE, "utf_32"),
    (codecs.BOM_UTF16_LE, "utf_16"),
    (codecs.BOM_UTF16_BE, "utf_16"),
    (codecs.BOM_UTF8, "utf_8_sig"),
)


class Format(StrEnum):
    """How a file keeps customers."""

    CSV = "csv"
    JSONL = "jsonl"
    VCARD = "vcard"


_ENDINGS: Final = {
    ".csv": Format.CSV, ".tsv": Format.CSV, ".jsonl": Format.JSONL, ".ndjson": Format.JSONL, ".vcf": Format.VCARD,
    ".vcard": Format.VCARD,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFile:
    """A file of customers that was looked at."""

    path: Path
    format: Format
    codec: str  # as Python names it
    size: int  # bytes

    @contextmanager
    def records(self) -> Iterator[tuple[Iterator[Record], Callable[[], int]]]:
        """Its records, and how many of its bytes were read by now. Raises NotATable, OSError while read."""
        with self.path.open("rb") as raw, io.TextIOWrapper(raw, self.codec, "replace", newline="") as text:
            lines = _lines(text)
            readers = {Format.CSV: csv_records, Format.JSONL: json_records, Format.VCARD: vcard_records}
            yield readers[self.format](lines), raw.tell


def look_at(path: Path, form: Format | None, encoding: str) -> CustomerFile:
    """Which format and charset a file is in, unless they are said. Raises OSError; ValueError for a file too large, a
    charset that isn't known."""
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise ValueError(f"is larger than {MAX_FILE_BYTES >> 30} GiB: cut it")
    with path.open("rb") as file:
        codec = codecs.lookup(encoding).name if encoding else _codec(file)
        file.seek(0)
        head = file.read(_SAMPLE).decode(codec, "replace").lstrip("\ufeff \t\r\n")
    return CustomerFile(path=path, format=form or _format(path, head), codec=codec, size=size)


def _format(path: Path, head: str) -> Format:
    known = _ENDINGS.get(path.suffix.lower())
    if known is not None:
        return known
    if head[:11].upper() == "BEGIN:VCARD":
        return Format.VCARD
    return Format.JSONL if head.startswith("{") else Format.CSV


def _codec(file: BinaryIO) -> str:
    """By its mark; UTF-8 where all of it is; else by the first bytes that aren't."""
    head = file.read(_SAMPLE)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return codec
    if b"\0" in head:
        return "utf_16_le" if head[1::2].count(0) >= head[::2].count(0) else "utf_16_be"
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf_8")()
    while chunk := file.read(_CHUNK):
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError:
            return charset.detect(_foreign(chunk)) or "cp1252"
    return "utf_8"


def _foreign(chunk: bytes) -> bytes:
    """The lines of a chunk that aren't ASCII, as many as tell their charset."""
    found = bytearray()
    for line in chunk.splitlines():
        if not line.isascii():
            found += line[:_SAMPLE] + b"\n"
        if len(found) > _SAMPLE:
            break
    return bytes(found)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Lines with their ends. Of one that is too long comes one sign more than is allowed."""
    while line := text.readline(MAX_LINE_CHARS + 1):
        if len(line) > MAX_LINE_CHARS:
            piece = line
            while piece and not piece.endswith(("\n", "\r")):
                piece = text.readline(_CHUNK)
        yield line
