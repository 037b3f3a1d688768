"""Lines by which mail clients introduce what they quote (`On Thu, Nov 19, 2026, Ann <ann@x> wrote:`), in all languages.

Every rule looks at a few short lines with expressions that cannot backtrack far, so that a whole text costs time in
proportion to its length.
"""

import re
from collections.abc import Sequence
from typing import Final

from channelhub.content.originals import MAX_LINE_CHARS, field_of
from channelhub.content.wording.table import any_of, whole, words

MAX_LINES: Final = 4
#: How much of a text its end is looked for in.
MAX_END_CHARS: Final = 200
#: Attributions inside a line of the reply that are tried.
_MAX_PLACES: Final = 3
_MAX_BARE_CHARS: Final = 120

_WROTE: Final = words(lambda one: one.wrote)
_VERBS: Final = rf"(?<!\w){whole(_WROTE)}"
_VERB = re.compile(rf"(?i){_VERBS}")
#: The end of an attribution: a verb and a colon, a colon after an address, or dashes that close a ruled line.
_ENDS_WITH_VERB = re.compile(rf"(?i)(?:{_VERBS})(?: [^:<>@]{{0,60}})? ?(?::|-{{2,}}|：)\s*$")
_ENDS_WITH_ADDRESS = re.compile(r"@[^\s<>]{1,200} ?[>)\]\"*]{0,4} ?[:：]\s*$")
#: A verb may stand before the date: `Ann schrieb am 21.11.2026 um 13:20:`.
_ENDS_WITH_TIME = re.compile(r"(?i)\d[\s\"')\]]{0,3}(?:[ap]\.?m\.?|[a-zа-яії]{1,5})?[\s)\].]{0,3}[:：-]{1,3}\s*$")
#: Some clients leave out the colon after the verb.
_ENDS_BARE = re.compile(rf"(?i)> ?(?:{_VERBS})\s*$")
_HAS_ADDRESS = re.compile(r"[^\s@<>]{1,100}@[^\s@<>]{2,200}")
_HAS_DATE = re.compile(
    r"(?:\b\d{1,2}[:.h]\d\d\b|\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{1,2}-[A-Za-z]{3}-?\d{0,4}\b"
    r"|\b\d{1,2} ?[ap]\.?m\b)"
)
_DAYS: Final = any_of(words(lambda one: one.weekdays))
_MONTHS: Final = any_of(words(lambda one: (start for starts in one.months for start in starts)))
_OPENINGS: Final = any_of(words(lambda one: one.openings))
_STARTS = re.compile(
    rf"(?i)[\s*]*(?:-{{2,}} ?)?(?:(?:{_OPENINGS})(?!\w)|(?:{_DAYS})[\w.]{{0,8}}[,. ]|(?:{_MONTHS})[a-z]{{0,6}}\.? \d"
    r"|[^\W\d_]{2,4}\.?,? \d{1,2}[. ]|\d{1,4}[./ :年-]|\d{1,2}\.)"
)
#: Some name the writer first: `Ann <ann@example.com> schrieb am 19. November …`.
_NAMED = re.compile(rf"(?i)[^<>@\n]{{0,80}}<[^<>@\s]{{1,100}}@[^<>\s]{{1,200}}>,? (?:{_VERBS})")
_DIGIT = re.compile(r"\d")
_MIDLINE = re.compile(
    rf"(?i)(?:^|[\s.!?)-])-{{0,4}} ?(?:{_OPENINGS}) "
    rf"(?=(?:(?:{_DAYS}|{_MONTHS})\w{{0,10}}[.,]{{0,2}} (?:\w{{1,12}}[.,]{{0,2}} )?)?\d)"
)
_BARE_DATED = re.compile(
    r"[\s*]*(?:\d{4}[/.-]\d{1,2}[/.-]\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4})\b.{0,120}@[^\s<>]+>?\s*$"
)
_COLONS: Final = (":", "：")
_ENDS: Final = (*_COLONS, "-")


def attribution_end(lines: Sequence[str], at: int, *, is_before_quote: bool) -> int:
    """The line after the attribution that begins at `at`, or `at` when none does.

    `is_before_quote`: a quoted line follows soon, so that less is asked of the words.
    """
    if not _starts(lines[at][:MAX_LINE_CHARS]):
        return at + 1 if _is_whole(lines[at], is_before_quote=is_before_quote) else at
    joined = ""
    blanks = 0
    for index in range(at, min(at + MAX_LINES + 1, len(lines))):
        line = lines[index].strip()
        if not line:
            blanks += 1
            if blanks > 1 or index == at:
                return at
            continue
        if len(line) > MAX_LINE_CHARS or _is_quoted(line) or (index > at and field_of(line)):
            return at
        joined = f"{joined} {line}".strip()
        if _is_attribution(joined):
            return index + 1
        if index == at and is_before_quote and (_BARE_DATED.match(joined) or _says_when_or_who(joined)):
            return index + 1
        if line.endswith((".", "!", "?")) and not _HAS_DATE.search(joined):
            return at
    return at


def _starts(line: str) -> bool:
    if _STARTS.match(line):
        return True
    named = _NAMED.match(line)
    return named is not None and all(place > line.index("<") for place in midline_starts(line))


def midline_starts(line: str) -> list[int]:
    """Where an attribution may begin inside a line that opens with the reply itself."""
    if len(line) > 2 * MAX_LINE_CHARS or not _DIGIT.search(line):
        return []
    found = (one.start() for one in _MIDLINE.finditer(line, 1))
    return [start for start, _ in zip(found, range(_MAX_PLACES), strict=False)]


def may_end(line: str) -> bool:
    """Whether an attribution may end with this line: cheap, to ask of every line first."""
    end = line[-40:].rstrip()
    return end.endswith(_ENDS) or end.lower().endswith(_WROTE)


def _is_quoted(line: str) -> bool:
    """A marked line; but a client may have wrapped and marked the end of an attribution: `> wrote:`."""
    return line.startswith("> ") and not (_ends_with_verb(line) and _VERB.match(line, 2))


def _ends_with_verb(text: str) -> bool:
    end = text[-MAX_END_CHARS:]
    return _has_verb(end) and _ENDS_WITH_VERB.search(end) is not None


def _ends_bare(text: str) -> bool:
    end = text[-MAX_END_CHARS:]
    return _has_verb(end) and _ENDS_BARE.search(end) is not None


def _has_verb(text: str) -> bool:
    """Looking for the words as they are first costs a tenth of the expression."""
    folded = text.lower()
    return any(word in folded for word in _WROTE) and _VERB.search(text) is not None


def _is_attribution(text: str) -> bool:
    has_date = _HAS_DATE.search(text) is not None
    has_address = _HAS_ADDRESS.search(text) is not None
    if not text.endswith(_ENDS):
        return has_date and has_address and _ends_bare(text)
    if _ends_with_verb(text):
        return has_date or has_address
    if has_date and has_address and (_ENDS_WITH_ADDRESS.search(text[-320:]) or _has_verb(text)):
        return True
    return has_date and _ENDS_WITH_TIME.search(text[-40:]) is not None and _has_verb(text)


def _says_when_or_who(text: str) -> bool:
    """`19.11.2026, 14:02, Ann:` or `Ann <ann@example.com>:` right above a quote, whatever the language."""
    if not text.endswith(_COLONS) or len(text) > _MAX_BARE_CHARS:
        return False
    return _HAS_DATE.search(text) is not None or _HAS_ADDRESS.search(text) is not None


def _is_whole(line: str, *, is_before_quote: bool) -> bool:
    """A line that does not open as attributions do, yet is one: `Ann <ann@example.com> wrote:`."""
    text = line.strip()
    if len(text) > MAX_LINE_CHARS or not text.endswith(_ENDS):
        return False
    inside = midline_starts(line)
    if inside and not _has_verb(line[: inside[0]]):
        return False
    if _ends_with_verb(text):
        return is_before_quote or _HAS_ADDRESS.search(text) is not None
    return is_before_quote and _says_when_or_who(text)
