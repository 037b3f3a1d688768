"""Which lines of a mail are new, apart from the history it quotes. One pass over the lines; nothing here raises.

What is cut is only history that is recognised as such. Answers between or below quoted lines are kept, and a forwarded
mail is kept whole: it is what the sender wants read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from channelhub.content import attribution
from channelhub.content.html import HISTORY

_QUOTED = re.compile(r"[ \t]{0,3}(?:>|&gt;)")
_RULE = re.compile(r"[\s\-_=*#~–—─]*\Z")
#: Between an attribution and the quoted lines it introduces.
_MAX_GAP: Final = 5

#: What is kept of each line: all of it, its beginning, or nothing.
Kept = list[str | None]


@dataclass(frozen=True, slots=True)
class New:
    """`is_whole`: the sender hands on somebody's mail, down to its signature."""

    kept: Kept
    is_whole: bool = False


def new(lines: Sequence[str], marks: Sequence[int]) -> New:
    """What of each line is new; all of it where history can't be told from the writer's words.

    `marks` is, for each line, what HTML said: how deep it is quoted, or `HISTORY`.
    """
    out: Kept = [None] * len(lines)
    quoted = [mark > 0 or _is_quoted(line) for line, mark in zip(lines, marks, strict=True)]
    quote_follows = _quote_follows(quoted)
    has_text = False
    at = 0
    while at < len(lines):
        line = lines[at]
        begins_history = attribution.is_original_mark(line) or attribution.is_header_block(lines, at)
        if (marks[at] == HISTORY and has_text) or begins_history:
            return New(_trimmed(out, at) if has_text else list(lines))
        if attribution.is_forward_mark(line):
            return New(out[:at] + list(lines[at:]), is_whole=True)
        if quoted[at]:
            _trimmed(out, at)
            at = _after_quote(lines, quoted, at)
            continue
        end, shared = _attribution(lines, at, is_before_quote=quote_follows[at])
        if end > at:
            if shared:
                out[at] = shared
                has_text = True
            is_quote_next = quote_follows[end - 1] or (end < len(lines) and quote_follows[end])
            if has_text and not is_quote_next:
                return New(_trimmed(out, end))
            if not quote_follows[end - 1]:
                return New(list(lines))
            at = end
            continue
        out[at] = line
        has_text = has_text or bool(line.strip())
        at += 1
    return New(out)


def _attribution(lines: Sequence[str], at: int, *, is_before_quote: bool) -> tuple[int, str]:
    """The line after an attribution at `at` (`at` itself: none) and what of the reply shares its first line."""
    end = attribution.attribution_end(lines, at, is_before_quote=is_before_quote)
    if end > at:
        return end, ""
    start = attribution.midline_start(lines[at])
    if start < 0:
        return at, ""
    tail = [lines[at][start:].lstrip(" .!?)-"), *lines[at + 1 : at + attribution.MAX_LINES]]
    taken = attribution.attribution_end(tail, 0, is_before_quote=is_before_quote)
    if taken == 0:
        return at, ""
    shared = lines[at][: start + 1].rstrip(" -") if lines[at][start] != "-" else lines[at][:start].rstrip(" -")
    return at + taken, shared


def _quote_follows(quoted: Sequence[bool]) -> list[bool]:
    """For each line, if a quoted line comes among the next few that are blank or part of an attribution."""
    out = [False] * len(quoted)
    distance = _MAX_GAP + 1
    for at in range(len(quoted) - 1, -1, -1):
        out[at] = distance <= _MAX_GAP
        distance = 1 if quoted[at] else distance + 1
    return out


def _is_quoted(line: str) -> bool:
    return _QUOTED.match(line) is not None and not line.rstrip().endswith("<<")


def _after_quote(lines: Sequence[str], quoted: Sequence[bool], at: int) -> int:
    """The line after a run of quoted lines. One unmarked line right between two marked ones was wrapped by a client."""
    while at < len(lines):
        is_wrapped = at + 1 < len(lines) and lines[at].strip() and quoted[at + 1]
        if not quoted[at] and not is_wrapped:
            return at
        at += 1
    return at


def _trimmed(out: Kept, end: int) -> Kept:
    """Without rules and blank lines just before `end`: they belong to what is cut there."""
    for at in range(end - 1, -1, -1):
        own = out[at]
        if own is None or not _RULE.match(own):
            break
        out[at] = None
    return out
