"""What organisations put around their people's words: warnings of their mail gateway, disclaimers. Linear in the text.

Hidden is only what stands before or after everything else and says what it is in several words.
"""

from collections.abc import Sequence
from typing import Final

from channelhub.content.wording.table import words

#: Longer paragraphs are looked at only so far.
_MAX_CHARS: Final = 4000
_MAX_BANNER_CHARS: Final = 1200
_MIN_LEGAL_CHARS: Final = 80
_MIN_LEGAL_WORDS: Final = 3
_MAX_PARAGRAPHS: Final = 6
_FRAME: Final = " \t*[]()<>!|#⚠️-_=~:.,•"
_SENTENCE_ENDS: Final = (".", "!", "?", ":", "]", ")", "*", ">", "-", "|")

_ALERTS: Final = words(lambda one: one.alerts)
_BANNERS: Final = words(lambda one: one.banners)
_CAUTIONS: Final = words(lambda one: one.cautions)
_LEGAL: Final = words(lambda one: one.legal)
_LEGAL_BESIDE: Final = tuple(set(words(lambda one: one.legal_beside)) - set(_LEGAL))
_PRINTING: Final = words(lambda one: one.printing)


def without(kept: Sequence[str | None]) -> list[str | None]:
    """`kept` lines (None: hidden) with the notices before and after all others hidden too."""
    lines = [line or "" for line in kept]
    start, end = 0, len(lines)
    for _ in range(_MAX_PARAGRAPHS):
        start, before = _notice_above(lines, start), start
        if start == before:
            break
    for _ in range(_MAX_PARAGRAPHS):
        end, before = _notice_below(lines, end, start), end
        if end == before:
            break
    while start < end < len(lines) and not lines[end - 1].strip(_FRAME):
        end -= 1
    return [line if start <= at < end else None for at, line in enumerate(kept)]


def _notice_above(lines: Sequence[str], start: int) -> int:
    """The line below the warning or disclaimer that begins at or below `start`; `start` where there is none."""
    first = start
    while first < len(lines) and not lines[first].strip(_FRAME):
        first += 1
    end = first
    while end < len(lines) and lines[end].strip():
        end += 1
    paragraph = _folded(lines[first:end])
    if _is_legal(paragraph):
        return end
    if not _is_banner(paragraph[:_MAX_BANNER_CHARS]):
        return start
    last = first
    for at in range(first, end):
        if any(phrase in lines[at].lower() for phrase in (*_BANNERS, *_CAUTIONS)):
            last = at
    while last + 1 < end and not lines[last].rstrip().endswith(_SENTENCE_ENDS):
        last += 1
    return last + 1


def _notice_below(lines: Sequence[str], end: int, start: int) -> int:
    """The line above the disclaimer that ends at or above `end`; `end` where there is none."""
    last = end
    while last > start and not lines[last - 1].strip(_FRAME):
        last -= 1
    first = last
    while first > start and lines[first - 1].strip():
        first -= 1
    paragraph = _folded(lines[first:last])
    is_notice = _is_legal(paragraph) or (len(paragraph) <= 300 and any(phrase in paragraph for phrase in _PRINTING))
    return first if is_notice else end


def _folded(lines: Sequence[str]) -> str:
    return " ".join(" ".join(lines[:40])[:_MAX_CHARS].lower().split())


def _is_banner(paragraph: str) -> bool:
    bare = paragraph.lstrip(_FRAME)
    if bare.startswith(_BANNERS) or paragraph.startswith(_BANNERS):
        return True
    return bare.startswith(_ALERTS) and any(phrase in paragraph for phrase in _BANNERS)


def _is_legal(paragraph: str) -> bool:
    if len(paragraph) < _MIN_LEGAL_CHARS:
        return False
    found = sum(phrase in paragraph for phrase in _LEGAL)
    return found > 0 and found + sum(phrase in paragraph for phrase in _LEGAL_BESIDE) >= _MIN_LEGAL_WORDS
