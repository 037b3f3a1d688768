"""What a telephone system posts: JSON, or a form whose names may be nested as PHP writes them, `a[b][c]`."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE

MOST_FIELDS: Final = 500
MOST_LEVELS: Final = 6
_PART: Final = re.compile(r"\[([^\[\]]*)\]")

Document = Mapping[str, Any]


def fields_of(body: bytes) -> Sequence[tuple[str, str]]:
    """The fields of a form. Raises Unparseable for no UTF-8 and too many."""
    try:
        return parse_qsl(body.decode("utf-8-sig"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as exc:
        raise Unparseable("no form: not UTF-8, or too many fields") from exc


def read_form(body: bytes) -> Document:
    """A form by its names: nested ones as tables, `a[]` as a list; of a repeated name the last counts."""
    document: dict[str, Any] = {}
    for name, value in fields_of(body):
        head, *steps = _steps(name)
        where: dict[str, Any] = document
        for step in steps:
            inner = where.get(head)
            if not isinstance(inner, dict):
                inner = where[head] = {}
            where, head = inner, step or str(len(inner))
        where[head] = value.replace("\x00", "\ufffd")
    return document


def read_json(body: bytes) -> Document:
    """An object. Raises Unparseable."""
    try:
        document = msgspec.json.decode(body)
    except UNREADABLE as exc:
        raise Unparseable(f"no JSON: {str(exc)[:200]}") from exc
    if not isinstance(document, dict):
        raise Unparseable("the JSON is no object")
    return document


def text(document: Any, *path: str) -> str:
    """What stands there as text; empty for nothing, tables and lists (of a list the first text)."""
    for step in path:
        document = document.get(step) if isinstance(document, dict) else None
    if isinstance(document, list):
        document = next(iter(document), None)
    if isinstance(document, bool) or document is None:
        return ""
    return str(document).strip()[:20_000] if isinstance(document, str | int | float) else ""


def texts(document: Any, name: str) -> list[str]:
    """The texts of a list, of a table of a form's list, or the one text there is."""
    found = document.get(name) if isinstance(document, dict) else None
    if isinstance(found, dict):
        found = list(found.values())
    many: list[Any] = found if isinstance(found, list) else [found]
    return [one.strip()[:200] for one in many if isinstance(one, str) and one.strip()]


def count(document: Any, *path: str) -> int | None:
    """A whole number there; None for anything else."""
    found = text(document, *path)
    return int(found) if found.isascii() and found.isdigit() and len(found) <= 15 else None


def _steps(name: str) -> list[str]:
    """`a[b][]` is a, b and the next of a list; a name that isn't so nested is itself."""
    head, bracket, rest = name.partition("[")
    parts = _PART.findall(bracket + rest)
    is_nested = bool(head) and "".join(f"[{part}]" for part in parts) == bracket + rest
    return [head, *parts] if is_nested and 0 < len(parts) <= MOST_LEVELS else [name]
