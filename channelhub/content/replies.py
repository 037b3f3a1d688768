"""Which parts of a mail's text are its writer's own, new words. One pass over the lines; nothing here raises.

What is hidden is history that is recognised as such, and the writer's signature. Nothing is deleted: the answer is the
offsets of what a reader need not see. Where nothing would be left to see, nothing is hidden.
"""

import re
from collections.abc import Sequence
from functools import partial
from itertools import accumulate
from typing import Final

from channelhub.content import notices, originals, quotes, signatures
from channelhub.domain import spans
from channelhub.domain.spans import Span

_SPACES: Final = "\u202f\xa0"
_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"
_PLAIN: Final = {**dict.fromkeys(map(ord, _SPACES), " "), **dict.fromkeys(map(ord, _INVISIBLE), None)}
_ODD: Final = re.compile(f"[{_SPACES}{_INVISIBLE}]")
#: Texts beyond this are dumps, not replies: nothing in them is hidden.
MAX_LINES: Final = 20_000


def hidden(text: str, marks: Sequence[int] = (), *, sender_name: str = "", subject: str = "") -> tuple[Span, ...]:
    """What of `text` is history or signature: offsets in order, none empty, none touching another; no offsets where
    only blanks would be hidden.

    `marks` is what HTML said of each line (`html.Page.marks`). A subject that begins with `Fwd:` says that what would
    be history is what the writer wants read.
    """
    raw = text.split("\n")
    if len(raw) > MAX_LINES:
        return ()
    lines = [_plain(line) for line in raw] if _ODD.search(text) else raw
    fitting = (*marks[: len(lines)], *(0,) * (len(lines) - len(marks)))  # a text may have been cut since
    new = quotes.new(lines, fitting, is_handed_on=originals.is_handed_on(subject))
    if not _has_words(new.kept):
        return ()
    kept = new.kept
    if not new.is_whole:
        for without in (notices.without, partial(signatures.without, sender_name=sender_name)):
            shorter = without(kept)
            kept = shorter if _has_words(shorter) else kept
    found = _between(_shown(raw, lines, kept), len(text))
    return found if any(text[start:end].strip() for start, end in found) else ()


def own_words(text: str, marks: Sequence[int] = (), *, sender_name: str = "", subject: str = "") -> str:
    """The reply in `text`: all that is not hidden."""
    return spans.without(text, hidden(text, marks, sender_name=sender_name, subject=subject))


def _plain(line: str) -> str:
    return line.translate(_PLAIN)


def _has_words(kept: Sequence[str | None]) -> bool:
    return any(line is not None and line.strip() for line in kept)


def _runs(lines: Sequence[str], kept: Sequence[str | None]) -> list[tuple[int, int]]:
    """The first and the last line with words of each stretch of lines between which nothing is hidden."""
    runs: list[tuple[int, int]] = []
    is_cut = True
    for at, own in enumerate(kept):
        if own is None:
            is_cut = True
        elif own.strip():
            runs.append((at, at)) if is_cut else runs.append((runs.pop()[0], at))
            is_cut = len(own) < len(lines[at])
    return runs


def _shown(raw: Sequence[str], lines: Sequence[str], kept: Sequence[str | None]) -> list[Span]:
    """The offsets of what is shown. Lines hidden between two stretches leave a line break, or a blank line where there
    was one.
    """
    starts = [0, *accumulate(len(line) + 1 for line in raw)]
    shown: list[list[int]] = []
    before = -1  # the last line of the stretch before
    for first, last in _runs(lines, kept):
        begin = starts[first]
        if not shown:
            begin += len(raw[first]) - len(raw[first].lstrip())
        else:
            is_whole = shown[-1][1] == starts[before + 1] - 1
            is_blank_after = is_whole and not raw[before + 1]
            shown[-1][1] += is_whole + is_blank_after
            is_blank_before = not is_blank_after and not raw[first - 1]
            begin -= (not is_whole) + is_blank_before
        shown.append([begin, starts[last] + _length(raw[last], kept[last] or "")])
        before = last
    shown[-1][1] = starts[before] + len(raw[before][: shown[-1][1] - starts[before]].rstrip())
    return [(begin, end) for begin, end in shown]


def _length(raw: str, own: str) -> int:
    """How much of a raw line its own part takes, which lacks what can't be seen."""
    if len(own) == len(_plain(raw)):
        return len(raw)
    seen = 0
    for at, char in enumerate(raw):
        if seen == len(own):
            return at
        seen += char not in _INVISIBLE
    return len(raw)


def _between(shown: Sequence[Span], length: int) -> tuple[Span, ...]:
    ends = [0, *(end for _, end in shown)]
    begins = [*(begin for begin, _ in shown), length]
    return tuple((end, begin) for end, begin in zip(ends, begins, strict=True) if end < begin)
