"""Which lines of a mail are new, apart from the history it quotes. One pass over the lines; nothing here raises.

What is cut is only history that is recognised as such. Answers between or below quoted lines are kept, and a forwarded
mail is kept whole: it is what the sender wants read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from channelhub.content import attribution, originals
from channelhub.content.html import HISTORY, SIGNATURE

_QUOTED = re.compile(r"[ \t]{0,3}(?:>|&gt;)")
_RULE = re.compile(r"[\s\-_=*#~–—─]*\Z")
#: Between an attribution and the quoted lines it introduces.
_MAX_GAP: Final = 5
#: Clients break lines at 70 characters and more.
_WRAPPED_CHARS: Final = 60
_SHORT_CHARS: Final = 40
_BROKEN_OFF: Final = ("(", "_", "/", "&", "?", "=", "%")  # of a link, mostly
_SENTENCE_ENDS: Final = (".", "?", "!", ":", ";")

#: What is kept of each line: all of it, its beginning, or nothing.
Kept = list[str | None]


@dataclass(frozen=True, slots=True)
class New:
    """`is_whole`: the sender hands on somebody's mail, down to its signature."""

    kept: Kept
    is_whole: bool = False


def new(lines: Sequence[str], marks: Sequence[int], *, is_handed_on: bool = False) -> New:
    """What of each line is new; all of it where history can't be told from the writer's words.

    `marks` is, for each line, what HTML said: how deep it is quoted, `HISTORY` or `SIGNATURE`. `is_handed_on`: the
    subject says that the mail below is forwarded, where a client marks it as it marks an answered one.
    """
    out: Kept = [None] * len(lines)
    quoted = [mark > 0 or _is_quoted(line) for line, mark in zip(lines, marks, strict=True)]
    _leave_fenced(lines, quoted)
    quote_follows = _comes_within(_MAX_GAP, quoted)
    may_end = _comes_within(attribution.MAX_LINES + 1, [False, *map(attribution.may_end, lines)])
    has_text = False
    at = 0
    while at < len(lines):
        line = lines[at]
        if not quoted[at] and not line.strip():
            out[at] = line
            at += 1
            continue
        if _begins_history(lines, marks, at, has_text=has_text):
            return New(list(lines), is_whole=True) if is_handed_on else _cut(out, at, lines, has_text=has_text)
        if originals.is_forward_mark(line):
            return New(out[:at] + list(lines[at:]), is_whole=True)
        if quoted[at] or marks[at] == SIGNATURE:
            _trimmed(out, at)
            at = _after_quote(lines, quoted, at) if quoted[at] else at + 1
            continue
        end, shared = _attribution(lines, at, is_before_quote=quote_follows[at], may_end=may_end[at])
        out[at] = line if end == at else shared or None
        has_text = has_text or out[at] is not None
        if end > at and not quote_follows[end - 1]:
            return _cut(out, end, lines, has_text=has_text)
        at = max(end, at + 1)
    return New(out)


def _cut(out: Kept, end: int, lines: Sequence[str], *, has_text: bool) -> New:
    """What was kept above the history that begins at `end`; all lines where that would be nothing."""
    return New(_trimmed(out, end)) if has_text else New(list(lines))


def _leave_fenced(lines: Sequence[str], quoted: list[bool]) -> None:
    """What stands between two lines that begin with three backticks is pasted, whatever it looks like."""
    fences = [at for at, line in enumerate(lines) if line.startswith("```")]
    for first, last in zip(fences[::2], fences[1::2], strict=False):
        quoted[first:last] = [False] * (last - first)


def _begins_history(lines: Sequence[str], marks: Sequence[int], at: int, *, has_text: bool) -> bool:
    return (
        (marks[at] == HISTORY and has_text)
        or originals.is_original_mark(lines[at])
        or originals.is_header_block(lines, at)
        or originals.is_reply_line(lines[at])
    )


def _attribution(lines: Sequence[str], at: int, *, is_before_quote: bool, may_end: bool) -> tuple[int, str]:
    """The line after an attribution at `at` (`at` itself: none) and what of the reply shares its first line.

    `may_end`: one of these lines ends as attributions do.
    """
    if not is_before_quote and not may_end:
        return at, ""
    end = attribution.attribution_end(lines, at, is_before_quote=is_before_quote)
    if end > at:
        return end, ""
    for start in attribution.midline_starts(lines[at]):
        tail = [lines[at][start:].lstrip(" .!?)-"), *lines[at + 1 : at + attribution.MAX_LINES]]
        taken = attribution.attribution_end(tail, 0, is_before_quote=is_before_quote)
        if taken:
            shared = lines[at][: start + 1].rstrip(" -") if lines[at][start] != "-" else lines[at][:start].rstrip(" -")
            return at + taken, shared
    return at, ""


def _comes_within(gap: int, wanted: Sequence[bool]) -> list[bool]:
    """For each line, if a wanted one is among the next `gap`."""
    out = [False] * len(wanted)
    distance = gap + 1
    for at in range(len(wanted) - 1, -1, -1):
        out[at] = distance <= gap
        distance = 1 if wanted[at] else distance + 1
    return out


def _is_quoted(line: str) -> bool:
    return _QUOTED.match(line) is not None and not line.rstrip().endswith("<<")


def _after_quote(lines: Sequence[str], quoted: Sequence[bool], at: int) -> int:
    """The line after a run of quoted lines and of what a client wrapped off their ends."""
    while at < len(lines) and (quoted[at] or _is_wrapped(lines, quoted, at)):
        at += 1
    return at


def _is_wrapped(lines: Sequence[str], quoted: Sequence[bool], at: int) -> bool:
    """The line lost its mark: the marked line before it is long and ends within a sentence. Short answers between
    quoted questions are not taken for that.
    """
    before, line = lines[at - 1].rstrip(), lines[at].strip()
    if not line or not _is_quoted(before) or before.endswith(_SENTENCE_ENDS):
        return False
    is_between = at + 1 < len(lines) and quoted[at + 1]
    if len(before) < _WRAPPED_CHARS:
        return is_between and (line.startswith(_BROKEN_OFF) or (line[:1].islower() and len(before) > _SHORT_CHARS))
    if is_between:
        return True
    is_last = at + 1 == len(lines) or not lines[at + 1].strip()
    return is_last and len(line) < _WRAPPED_CHARS and not line[:1].isupper()


def _trimmed(out: Kept, end: int) -> Kept:
    """Without rules and blank lines just before `end`: they belong to what is cut there."""
    for at in range(end - 1, -1, -1):
        own = out[at]
        if own is None or not _RULE.match(own):
            break
        out[at] = None
    return out
