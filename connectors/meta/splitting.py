"""Texts that are longer than one message may be."""

from collections.abc import Callable


def split(text: str, limit: int, *, size: Callable[[str], int] = len) -> list[str]:
    """Parts of at most `limit` by `size`, cut at line ends, else at spaces, else between characters.

    Nothing but the white space at the cuts is left out.
    """
    parts: list[str] = []
    rest = text.strip()
    while rest:
        room = _fitting(rest, limit, size)
        if room < len(rest):
            at = max(rest.rfind("\n", 0, room + 1), 0) or max(rest.rfind(" ", 0, room + 1), 0) or room
        else:
            at = room
        parts.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return parts


def _fitting(text: str, limit: int, size: Callable[[str], int]) -> int:
    """How many characters from the start fit; at least one."""
    if size(text) <= limit:
        return len(text)
    least, most = 1, min(len(text), limit)
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if size(text[:middle]) <= limit else (least, middle - 1)
    return least
