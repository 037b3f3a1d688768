"""Rich messages (Bot API 10.1): blocks of text without a `text` of their own, read as plain lines.

Blocks and their texts nest, and new kinds keep coming; so this follows the nesting and not the list of kinds.
"""

from collections.abc import Iterator

MAX_CHARS = 100_000
MAX_PARTS = 20_000

_INLINE = ("text", "caption", "credit")
_NESTED = ("label", "summary", "header", "title", "blocks", "items", "cells", "rows", "children")


def flatten(rich: object, warnings: list[str]) -> str:
    """The words of a `rich_message`, a line for each block. Bounded; says so in `warnings` when it cuts."""
    lines: list[str] = []
    size = 0
    for count, line in enumerate(_lines(rich)):
        size += len(line)
        if size > MAX_CHARS or count >= MAX_PARTS:
            warnings.append("rich_message: shortened")
            break
        lines.append(line)
    return "\n".join(lines)


def _lines(rich: object) -> Iterator[str]:
    """Depth first, in reading order, without recursion: customers choose the depth."""
    waiting: list[object] = [rich]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting.extend(reversed(part))
        elif isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            line = "".join(_words(part[key]) for key in _INLINE if key in part).strip()
            if line:
                yield line
            waiting.extend(part[key] for key in reversed(_NESTED) if isinstance(part.get(key), list | dict | str))


def _words(text: object) -> str:
    """A RichText: a string, an array of them, or an object around one."""
    words: list[str] = []
    waiting = [text]
    while waiting and len(words) < MAX_PARTS:
        part = waiting.pop()
        if isinstance(part, str):
            words.append(part)
        elif isinstance(part, list):
            waiting.extend(reversed(part))
        elif isinstance(part, dict):
            waiting.append(part.get("text", part.get("alternative_text", "")))
    return "".join(words)
