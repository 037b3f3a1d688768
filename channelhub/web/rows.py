"""Lists as lines of text: CSV for spreadsheets and JSON Lines for programs. Pure: values in, text out.

A spreadsheet takes a cell that begins with = + - @ for a formula and runs it (OWASP, "CSV Injection"), and customers
choose what stands in cells. Such a text gets an apostrophe before it; so does one that has it already, so that
`plain_text` always finds the text again.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

import msgspec

BOM: Final = "\ufeff"  # without it Excel reads UTF-8 as a code page of its country
_FORMULA: Final = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])")  # the last four: full width


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns of a list, in the order of its struct's fields; `customer.name` is a field of a field."""

    paths: tuple[tuple[str, ...], ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(".".join(path) for path in self.paths)

    def cells(self, item: Mapping[str, Any]) -> list[str]:
        """An item of the list, as JSON values, as cells of text."""
        return [_cell(_found(item, path)) for path in self.paths]


@cache  # asked of every route again and again while a server begins
def item_kind(page: Any) -> type[msgspec.Struct] | None:
    """The struct of a list's items; None for an answer that is no list."""
    if not (isinstance(page, type) and issubclass(page, msgspec.Struct)):
        return None
    kinds = [field.type for field in msgspec.structs.fields(page) if field.name == "items"]
    inner = get_args(kinds[0]) if kinds and get_origin(kinds[0]) is list else ()
    return inner[0] if inner and isinstance(inner[0], type) and issubclass(inner[0], msgspec.Struct) else None


def columns_of(kind: type[msgspec.Struct]) -> Columns:
    """A column for each field; fields of structs inside stand for themselves, lists and objects are JSON in a cell."""
    return Columns(paths=tuple(_paths(kind, ())))


def csv_lines(rows: Sequence[Sequence[str]]) -> str:
    """Lines as RFC 4180 has them: CRLF at the end, quotes where they are needed."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue()


def json_line(item: Mapping[str, Any]) -> str:
    return json.dumps(item, ensure_ascii=False, separators=(",", ":")) + "\n"


def inert(text: str) -> str:
    """A text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain_text(cell: str) -> str:
    """The text that `inert` made a cell of."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _paths(kind: type[msgspec.Struct], before: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for field in msgspec.structs.fields(kind):
        inner = _struct_in(field.type)
        if inner is None:
            yield (*before, field.encode_name)
        else:
            yield from _paths(inner, (*before, field.encode_name))


def _struct_in(kind: Any) -> type[msgspec.Struct] | None:
    """The struct of a field that is one, or one or null."""
    kinds = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    structs = [one for one in kinds if isinstance(one, type) and issubclass(one, msgspec.Struct)]
    return structs[0] if len(structs) == 1 and set(kinds) <= {structs[0], type(None)} else None


def _found(item: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = item
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return inert(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
