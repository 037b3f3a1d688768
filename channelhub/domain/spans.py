"""Parts of a text as offsets, counted in characters (code points)."""

from collections.abc import Sequence

#: `[start, end)`
Span = tuple[int, int]


def without(text: str, hidden: Sequence[Span]) -> str:
    """`text` without the parts `hidden`, which are in order and don't overlap."""
    return "".join(words for words, is_hidden in pieces(text, hidden) if not is_hidden)


def pieces(text: str, hidden: Sequence[Span]) -> list[tuple[str, bool]]:
    """All of `text` in order, each piece with whether it is one of those `hidden`."""
    found: list[tuple[str, bool]] = []
    at = 0
    for start, end in hidden:
        found += [(text[at:start], False), (text[start:end], True)]
        at = end
    found.append((text[at:], False))
    return [one for one in found if one[0]]
