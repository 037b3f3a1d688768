"""A text that is longer than a message of its channel may be, in several."""

from collections.abc import Callable


def utf16_units(text: str) -> int:
    """How long several chats count a text: characters beyond the basic plane, as most emoji, are two."""
    return len(text) + sum(char > "\uffff" for char in text)


def split(text: str, limit: int, *, size: Callable[[str], int] = utf16_units) -> list[str]:
    """Parts of at most `limit` by `size`, cut at line ends, else at spaces, else between characters.

    `size` grows with the text and is at least its number of characters. Nothing but the white space at the cuts is left
    out. Blank parts, which chats refuse, are dropped.
    """
    parts: list[str] = []
    rest = text.strip()
    while rest:
        room = _fitting(rest, limit, size)
        if room < len(rest):
            room = max(rest.rfind("\n", 0, room + 1), 0) or max(rest.rfind(" ", 0, room + 1), 0) or room
        parts.append(rest[:room].rstrip())
        rest = rest[room:].lstrip()
    return [part for part in parts if part]


def _fitting(text: str, limit: int, size: Callable[[str], int]) -> int:
    """How many characters from the start fit; at least one."""
    if size(text) <= limit:
        return len(text)
    least, most = 1, min(len(text), limit)
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if size(text[:middle]) <= limit else (least, middle - 1)
    return least
