"""The header lines of a mail or of one of its parts, read within limits and never raising.

The limits are those of the design: no sender that means well reaches them, and every later step is safe on what is
left. They are applied before any value is decoded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from channelhub.content.encodedwords import decode_header

MAX_HEADER_BYTES: Final = 16 * 1024
MAX_HEADERS: Final = 500
MAX_ALL_HEADERS_BYTES: Final = 256 * 1024

#: A line costs time whatever its length; what it takes from the limit of all header bytes.
_MIN_LINE_COST: Final = 16

_NAME = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_PREFACE = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n \t\0]*")
_MBOX_FROM = re.compile(rb">?From (?![ \t]*:)[^\n]*\n")
_BLANK_LINE = re.compile(rb"\n\r{0,2}\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """Names (lower case) and raw values in order of appearance."""

    fields: tuple[tuple[str, bytes], ...] = ()
    charset: str = ""  # of raw 8-bit bytes that are not UTF-8
    _first: dict[str, bytes] = field(init=False, repr=False, compare=False)  # most names that are asked for are absent

    def __post_init__(self) -> None:
        object.__setattr__(self, "_first", dict(reversed(self.fields)))

    def all_raw(self, name: str) -> Iterator[bytes]:
        return (value for key, value in self.fields if key == name) if name in self._first else iter(())

    def raw(self, name: str) -> bytes:
        """The first value of this name, unfolded by the reader that needs it; empty when absent."""
        return self._first.get(name, b"")

    def text(self, name: str) -> str:
        """The first value as decoded text on one line."""
        return decode_header(self.raw(name), self.charset)

    def __contains__(self, name: str) -> bool:
        return name in self._first


@dataclass(slots=True, kw_only=True)
class Budget:
    """What may still be read of one mail, and what was met beyond it. Shared by all its parts."""

    header_bytes_left: int = MAX_ALL_HEADERS_BYTES
    parts_left: int = 1000
    warnings: dict[str, None] = field(default_factory=dict)  # an ordered set

    def warn(self, text: str) -> None:
        self.warnings[text] = None


def split(data: bytes, start: int, end: int, budget: Budget) -> tuple[Headers, int]:
    """The headers at `start` and the offset of the body. Without a single header the body begins at `start`."""
    fields: list[tuple[str, bytearray]] = []
    at = start
    while at < end:
        stop = data.find(b"\n", at, end)
        next_at = end if stop < 0 else stop + 1
        line = data[at : min(end if stop < 0 else stop, at + MAX_HEADER_BYTES + 1)].rstrip(b"\r")
        if not line:
            return _freeze(fields), next_at
        if fields and line[:1] in b" \t":
            _fold(line, fields[-1][1], budget)
        elif not _take(line, fields, is_followed=_NAME.match(data, next_at, end) is not None, budget=budget):
            return _freeze(fields), at
        budget.header_bytes_left -= max(len(line), _MIN_LINE_COST)
        if len(fields) >= MAX_HEADERS or budget.header_bytes_left < 0:
            budget.warn("more header lines than are read; the rest of the headers is ignored")
            blank = _BLANK_LINE.search(data, max(at, next_at - 1), end)
            return _freeze(fields), blank.end() if blank else end
        at = next_at
    return _freeze(fields), end


def _take(line: bytes, fields: list[tuple[str, bytearray]], *, is_followed: bool, budget: Budget) -> bool:
    """Add a line to the fields; False when it is the body's first line."""
    name = _NAME.match(line)
    if fields and name is None and is_followed:
        _fold(line, fields[-1][1], budget)  # wrapped by a mailer that forgot to indent
        return True
    if name is None:
        return not fields and is_followed  # a stray first line is skipped when headers follow
    value = bytearray(line[name.end() : name.end() + MAX_HEADER_BYTES])
    if len(line) > MAX_HEADER_BYTES:
        budget.warn("a header longer than 16 KiB was cut")
    fields.append((name.group(1).decode("ascii").lower(), value))
    return True


def _fold(line: bytes, value: bytearray, budget: Budget) -> None:
    room = MAX_HEADER_BYTES - len(value)
    if len(line) >= room:
        budget.warn("a header longer than 16 KiB was cut")
    if room > 0:
        value += (b"\n" + line)[:room]


def _freeze(fields: list[tuple[str, bytearray]]) -> Headers:
    return Headers(fields=tuple((name, bytes(value).strip(b" \t\r\n")) for name, value in fields))


def skip_preface(data: bytes) -> int:
    """The offset of the first header: after a byte order mark, blank lines and an mbox separator."""
    start = _PREFACE.match(data)
    at = start.end() if start else 0
    separator = _MBOX_FROM.match(data, at, at + 4096)
    return separator.end() if separator else at


def separator(data: bytes) -> bytes:
    """The line that parts this mail from others in an mbox file; empty where there is none."""
    line = data[: skip_preface(data)].strip(b"\xef\xbb\xbf \t\r\n\0")
    return line if _MBOX_FROM.match(line + b"\n") else b""
