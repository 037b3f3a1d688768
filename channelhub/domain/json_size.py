"""How much stands in a JSON text, told before it is read into values: a value costs a hundred times its bytes."""

import re

#: A string, whole or cut off, or a separator outside of strings. Every match is possessive: linear in the text.
_MARK = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[,:]', re.DOTALL)


def has_more_marks(text: bytes, most: int) -> bool:
    """Whether `text` has more than `most` strings and separators; a JSON text of n values has at least n - 1.

    Looks no further than that many, so the answer costs little beside reading the values.
    """
    if len(text) <= most:
        return False
    if text.count(b'"') + text.count(b",") + text.count(b":") <= most:
        return False
    return sum(1 for _ in zip(range(most + 1), _MARK.finditer(text), strict=False)) > most
