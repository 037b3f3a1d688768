"""Rows of tables kept as text: CSV in the ways spreadsheets write it, and JSON Lines. Lines in, records out.

RFC 4180, with the field's habits: `;`, tab or `|` between cells, `sep=;` on the first line, quoted cells of several
lines, `="0671112233"` for a text that must not become a number. A row that can't be read is a record with a fault, and
reading goes on at the next line. Everything is bounded, whatever the file holds.
"""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final

import msgspec

MAX_LINE_CHARS: Final = 128 * 1024  # also a record's: a cell can't be longer (csv.field_size_limit)
MAX_ROW_LINES: Final = 100
MAX_COLUMNS: Final = 300
MAX_DEPTH: Final = 3  # of objects in objects

_DELIMITERS: Final = ",;\t|"
_SEP: Final = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_QUOTED: Final = re.compile(r'"[^"]*"')
_TEXT_FORMULA: Final = re.compile(r'="([^"]*)"')
_json: Final = msgspec.json.Decoder(dict[str, Any])


class NotATable(ValueError):
    """The whole is no table: it has no usable header. The text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row, or why it can't be read. `line`: its first, from 1. `cells`: names and texts; a name may repeat."""

    line: int
    cells: tuple[tuple[str, str], ...] = ()
    fault: str = ""


def csv_records(lines: Iterable[str]) -> Iterator[Record]:
    """The rows below a header, empty ones passed over. A line of more than MAX_LINE_CHARS makes its row a fault.

    `lines` keep their ends. Raises NotATable.
    """
    feed = _Feed(lines)
    delimiter = _delimiter(feed)
    header: list[str] | None = None
    while (row := _next_row(feed, delimiter)) is not None:
        if row.fault and header is None:
            raise NotATable(f"its header on line {row.line} can't be read: {row.fault}")
        if row.fault:
            yield Record(line=row.line, fault=row.fault)
        elif not any(cell.strip() for cell in row.cells):
            continue
        elif header is None:
            header = _header(row.cells)
        else:
            yield _record(row, header)


def json_records(lines: Iterable[str]) -> Iterator[Record]:
    """The object of each line that isn't blank; fields of objects inside are named `address.city`, lists of values are
    one text with a line for each. Raises nothing."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if len(line) > MAX_LINE_CHARS:
            yield Record(line=number, fault=_too_long())
            continue
        try:
            cells = tuple(_flat(_json.decode(line), (), MAX_DEPTH))
        except (ValueError, RecursionError):
            yield Record(line=number, fault="is no JSON object")
            continue
        if len(cells) > MAX_COLUMNS:
            yield Record(line=number, fault=f"has more than {MAX_COLUMNS} fields")
        else:
            yield Record(line=number, cells=cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    line: int
    cells: tuple[str, ...] = ()
    fault: str = ""


class _Unended(Exception):
    """A quoted cell runs over too many lines."""


class _Feed:
    """Lines for one row after the other: those that a bad row took too many are given again."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self.line = 0  # how many lines were taken by rows before

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self._taken) == MAX_ROW_LINES or sum(map(len, self._taken)) > MAX_LINE_CHARS:
            raise _Unended
        line = self._again.popleft() if self._again else next(self._lines)
        self._taken.append(line)
        return line[:MAX_LINE_CHARS]

    def is_cut(self) -> bool:
        return any(len(line) > MAX_LINE_CHARS for line in self._taken)

    def done(self) -> int:
        """The row is read. The number of its first line."""
        first = self.line + 1
        self.line += len(self._taken)
        self._taken.clear()
        return first

    def back(self, *, keep: int) -> None:
        """Give all but the first `keep` lines of this row again."""
        self._again.extendleft(reversed(self._taken[keep:]))
        del self._taken[keep:]


def _next_row(feed: _Feed, delimiter: str) -> _Row | None:
    try:
        cells = tuple(next(csv.reader(feed, delimiter=delimiter, strict=True)))
    except StopIteration:
        return None
    except _Unended:
        fault = "a quoted cell has no end"
    except csv.Error as exc:
        fault = "a quoted cell has no end" if "end of data" in str(exc) else f"its quotes are wrong: {exc}"
    else:
        fault = _too_long() if feed.is_cut() else ""
        return _Row(line=feed.done(), cells=() if fault else cells, fault=fault)
    if feed.is_cut():
        fault = _too_long()
    feed.back(keep=1)
    return _Row(line=feed.done(), fault=fault)


def _delimiter(feed: _Feed) -> str:
    """What stands between the header's cells: as `sep=` says, else the commonest outside quotes."""
    while (first := next(feed, "")) and not first.strip():
        feed.done()
    sep = _SEP.fullmatch(first)
    if sep and sep[1] not in '"\r\n \0':
        feed.done()
        return sep[1]
    feed.back(keep=0)
    bare = _QUOTED.sub("", first)
    best = max(_DELIMITERS, key=bare.count)
    return best if best in bare else ","


def _header(cells: tuple[str, ...]) -> list[str]:
    if len(cells) > MAX_COLUMNS:
        raise NotATable(f"it has more than {MAX_COLUMNS} columns")
    return [cell.strip().removeprefix("\ufeff") or f"column {place}" for place, cell in enumerate(cells, start=1)]


def _record(row: _Row, header: list[str]) -> Record:
    if any(cell.strip() for cell in row.cells[len(header) :]):
        return Record(line=row.line, fault=f"has {len(row.cells)} cells, the header {len(header)}")
    cells = zip_longest(header, row.cells[: len(header)], fillvalue="")
    return Record(line=row.line, cells=tuple((name, _text(cell)) for name, cell in cells))


def _text(cell: str) -> str:
    found = _TEXT_FORMULA.fullmatch(cell.strip())
    return (found[1] if found else cell).strip()


def _too_long() -> str:
    return f"is longer than {MAX_LINE_CHARS} characters"


def _flat(value: dict[str, Any], before: tuple[str, ...], depth: int) -> Iterator[tuple[str, str]]:
    for name, inner in value.items():
        path = (*before, name)
        if isinstance(inner, dict):
            if depth > 1:
                yield from _flat(inner, path, depth - 1)
        elif isinstance(inner, list):
            yield ".".join(path), "\n".join(_scalar(one) for one in inner if not isinstance(one, dict | list))
        else:
            yield ".".join(path), _scalar(inner)


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip()
