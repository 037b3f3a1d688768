"""The path language of mappings: the part of JSONPath (RFC 9535) that costs no more than the document is long.

Names, indexes and wildcards: `$.order.items[0]['unit price']`, `@.files[*].url`. `$` is the whole body, `@` the item at
hand. No filters, slices, unions or descendants: each of them can give more nodes than the document has.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

Node: TypeAlias = "str | bool | list[Node] | dict[str, Node] | None"  # numbers are the text that they were written as

MOST_CHARS: Final = 500
MOST_SEGMENTS: Final = 20
MOST_FOUND: Final = 1000

_NAME: Final = r"[A-Za-z_\u0080-\ud7ff\ue000-\U0010ffff][0-9A-Za-z_\u0080-\ud7ff\ue000-\U0010ffff]*+"
_SINGLE: Final = r"'(?P<single>(?:[^'\\\x00-\x1f]|\\.)*+)'"
_DOUBLE: Final = r'"(?P<double>(?:[^"\\\x00-\x1f]|\\.)*+)"'
_SEGMENT = re.compile(
    rf"\.(?:(?P<name>{_NAME})|(?P<every>\*))"
    rf"|\[[ \t]*(?:(?P<index>0|-?[1-9][0-9]{{0,8}})|(?P<all>\*)|{_SINGLE}|{_DOUBLE})[ \t]*\]"
)
_ESCAPE = re.compile(r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))")
_ESCAPES: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "/": "/", "\\": "\\"}


class NotAPath(ValueError):
    """The text is no path of this language."""


class Root(Enum):
    """Where a path begins."""

    BODY = "$"
    ITEM = "@"


class Every(Enum):
    """The wildcard: every member or element."""

    ONE = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """Steps from the body or the item: a member's name, an element's index (below 0: from the end), or a wildcard."""

    root: Root
    segments: tuple[str | int | Every, ...]
    text: str  # as it was written

    @property
    def is_single(self) -> bool:
        """Whether it finds one node at most."""
        return Every.ONE not in self.segments


def read_path(text: str) -> Path:
    """The path that the whole text is. Raises NotAPath."""
    path, end = path_at(text, 0)
    if end != len(text):
        raise NotAPath(f"{text[:80]!r} is no path from column {end + 1} on")
    return path


def path_at(text: str, start: int) -> tuple[Path, int]:
    """The longest path that begins at `start`, and where it ends. Raises NotAPath."""
    if text[start : start + 1] not in ("$", "@"):
        raise NotAPath(f"expected $ (the body) or @ (the item) in {text[:80]!r} at column {start + 1}")
    segments: list[str | int | Every] = []
    end = start + 1
    while found := _SEGMENT.match(text, end):
        segments.append(_segment(found))
        end = found.end()
        if len(segments) > MOST_SEGMENTS or end - start > MOST_CHARS:
            raise NotAPath(f"a path has at most {MOST_SEGMENTS} steps and {MOST_CHARS} characters")
    if text[end : end + 1] in (".", "["):
        raise NotAPath(f"no name, index or * in {text[:80]!r} at column {end + 1}; names with other signs: ['a-b']")
    return Path(root=Root(text[start]), segments=tuple(segments), text=text[start:end]), end


def find(path: Path, start: Node, *, most: int = MOST_FOUND) -> Sequence[Node]:
    """The nodes that the path leads to from `start`, in the document's order: the first `most`."""
    found: list[Node] = [start]
    for segment in path.segments:
        if not found:
            break
        found = [inner for node in found for inner in _step(node, segment)]
    return found[:most]


def _step(node: Node, segment: str | int | Every) -> Sequence[Node]:
    if isinstance(node, dict):
        if segment is Every.ONE:
            return list(node.values())
        return [node[segment]] if isinstance(segment, str) and segment in node else []
    if isinstance(node, list):
        if segment is Every.ONE:
            return node
        return [node[segment]] if isinstance(segment, int) and -len(node) <= segment < len(node) else []
    return []


def _segment(found: "re.Match[str]") -> str | int | Every:
    if found["name"] is not None:
        return found["name"]
    if found["index"] is not None:
        return int(found["index"])
    if found["every"] is not None or found["all"] is not None:
        return Every.ONE
    if found["single"] is not None:
        return _unescaped(found["single"], quote="'")
    return _unescaped(found["double"], quote='"')


def _unescaped(text: str, *, quote: str) -> str:
    """What a quoted name means (RFC 9535 §2.3.1.1). Raises NotAPath."""

    def meant(found: "re.Match[str]") -> str:
        high, low, code, letter = found.groups()
        if high is not None:
            return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + (int(low, 16) - 0xDC00))
        if code is not None and not 0xD800 <= int(code, 16) <= 0xDFFF:
            return chr(int(code, 16))
        if letter is not None and (letter == quote or letter in _ESCAPES):
            return _ESCAPES.get(letter, letter)
        raise NotAPath(f"{found[0]!r} is no escape in a name")

    return _ESCAPE.sub(meant, text)
