"""What is new in a mail, apart from the history it quotes. One pass over the lines; nothing here raises.

What is cut is only history that is recognised as such. Answers between or below quoted lines are kept, a forwarded mail
is kept (it is what the sender wants read), and where nothing would be left everything is kept.
"""

import re
from typing import Final

from channelhub.content import attribution, signatures
from channelhub.content.html import HISTORY_MARK

_QUOTED = re.compile(r"[ \t]{0,3}(?:>|&gt;)")
_RULE = re.compile(r"[\s\-_=*#~–—─]*\Z")
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"), None)
#: Between an attribution and the quoted lines it introduces.
_MAX_GAP: Final = 5
#: Texts beyond this are dumps, not replies: only the beginning is searched for history.
MAX_LINES: Final = 20_000


def reply(text: str, *, sender_name: str = "") -> str:
    """The reply in `text` (plain, or as `html.read` annotates it), without quoted history and signature."""
    own = without_history(text)
    return signatures.strip(own, sender_name=sender_name) or own


def without_history(text: str) -> str:
    """`text` without the mails it quotes; the whole text where nothing else would be left."""
    lines = text.translate(_INVISIBLE).replace("\u202f", " ").replace("\xa0", " ").split("\n")
    if len(lines) > MAX_LINES:
        return text.strip("\n")
    kept = _kept_lines(lines)
    result = "\n".join(kept).strip()
    if result:
        return result
    return "\n".join(line for line in lines if line != HISTORY_MARK).strip("\n")


def _kept_lines(lines: list[str]) -> list[str]:
    kept: list[str] = []
    has_text = False
    quote_follows = _quote_follows(lines)
    at = 0
    while at < len(lines):
        line = lines[at]
        if line == HISTORY_MARK or attribution.is_original_mark(line) or attribution.is_header_block(lines, at):
            if has_text:
                return _trimmed(kept)
            if line != HISTORY_MARK:
                return []
            at += 1
            continue
        if attribution.is_forward_mark(line):
            return kept + [rest for rest in lines[at:] if rest != HISTORY_MARK]
        if _is_quoted(line):
            at = _after_quote(lines, at)
            kept = [*_trimmed(kept), ""] if has_text else []
            continue
        end, shared = _attribution(lines, at, is_before_quote=quote_follows[at])
        if end > at:
            if shared:
                kept.append(shared)
                has_text = True
            if quote_follows[end - 1] or quote_follows[min(end, len(lines) - 1)] or not has_text:
                if not has_text and not quote_follows[end - 1]:
                    return []
                at = end
                continue
            return _trimmed(kept)
        kept.append(line)
        has_text = has_text or bool(line.strip())
        at += 1
    return kept


def _attribution(lines: list[str], at: int, *, is_before_quote: bool) -> tuple[int, str]:
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


def _quote_follows(lines: list[str]) -> list[bool]:
    """For each line, if a quoted line comes among the next few that are blank or part of an attribution."""
    out = [False] * len(lines)
    distance = _MAX_GAP + 1
    for at in range(len(lines) - 1, -1, -1):
        out[at] = distance <= _MAX_GAP
        if _is_quoted(lines[at]):
            distance = 1
        else:
            distance += 1
    return out


def _is_quoted(line: str) -> bool:
    return _QUOTED.match(line) is not None and not line.rstrip().endswith("<<")


def _after_quote(lines: list[str], at: int) -> int:
    """The line after a run of quoted lines. One unmarked line right between two marked ones was wrapped by a client."""
    while at < len(lines):
        is_wrapped = at + 1 < len(lines) and lines[at].strip() and _is_quoted(lines[at + 1])
        if not _is_quoted(lines[at]) and not is_wrapped:
            return at
        at += 1
    return at


def _trimmed(lines: list[str]) -> list[str]:
    """Without rules and blank lines at the end: they belonged to what was cut."""
    end = len(lines)
    while end and _RULE.match(lines[end - 1]):
        end -= 1
    return lines[:end]
