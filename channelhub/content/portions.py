"""A text that is longer than a message of its channel may be, in several."""


def split(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` UTF-16 units, cut at line ends, else at spaces, else between characters.

    Nothing but the white space at the cuts is left out. Blank parts, which chats refuse, are dropped.
    """
    parts: list[str] = []
    rest = text.strip()
    while rest:
        room = _fitting(rest, limit)
        if room < len(rest):
            at = max(rest.rfind("\n", 0, room + 1), 0) or max(rest.rfind(" ", 0, room + 1), 0) or room
            parts.append(rest[:at].rstrip())
            rest = rest[at:].lstrip()
        else:
            parts.append(rest)
            rest = ""
    return [part for part in parts if part]


def _fitting(text: str, limit: int) -> int:
    """How many characters from the start fit into `limit` UTF-16 units; at least one."""
    if len(text) * 2 <= limit:
        return len(text)
    units = 0
    for count, char in enumerate(text):
        units += 2 if ord(char) > 0xFFFF else 1
        if units > limit:
            return max(count, 1)
    return len(text)
