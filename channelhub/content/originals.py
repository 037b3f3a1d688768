"""Lines and blocks of lines under which the mail that is answered or handed on stands unmarked, in all languages.

Every rule looks at one short line with an expression that cannot backtrack far.
"""

import re
from collections.abc import Sequence
from typing import Final

from channelhub.content.wording.table import any_of, words

#: Longer lines are paragraphs.
MAX_LINE_CHARS: Final = 300
MAX_BLOCK_LINES: Final = 14

_DASHES: Final = "-_=–—‐"
_DASH: Final = f"[{_DASHES}]"
_PADDING: Final = " \t\r*"
_MAX_HEADING_CHARS: Final = 60
_MAX_FIELD_CHARS: Final = 60
_MAILS: Final = (
    "message|mail|e-?mail|сообщение|письмо|повідомлення|лист|nachricht|wiadomość|mensaje|messaggio|mensagem|bericht"
)
_ORIGINALS: Final = any_of(words(lambda one: one.original))
_RULED_ORIGINAL = re.compile(
    rf"(?i){_DASH}{{2,}} ?\*?(?:{_ORIGINALS}|reply)[^-_=\n]{{0,60}}\*?{_DASH}{{2,}}[:*]{{0,3}}\Z"
)
_BARE_ORIGINAL = re.compile(
    rf"(?i)(?:{_ORIGINALS})\w{{0,10}}(?: (?:{_MAILS}))?:\Z|(?:{_ORIGINALS})\w{{0,10}} (?:{_MAILS})\Z"
)
_FORWARDS: Final = any_of(words(lambda one: one.forwarded))
_RULED_FORWARD = re.compile(rf"(?i){_DASH}{{2,}} ?\*?(?:{_FORWARDS})[^-_=\n]{{0,60}}{_DASH}{{2,}}\Z")
_FORWARDED_BELOW: Final = frozenset(words(lambda one: one.forwarded_below))
_REPLY_ABOVE: Final = words(lambda one: one.reply_above)
_HANDED_ON = re.compile(rf"(?i)[\s\[(]{{0,3}}(?:{any_of(words(lambda one: one.handed_on))}) ?:")
_FIELDS: Final = {
    "from": any_of(words(lambda one: one.fields.sender)),
    "date": any_of(words(lambda one: one.fields.sent)),
    "to": any_of(words(lambda one: one.fields.to)),
    "cc": any_of(words(lambda one: one.fields.cc)),
    "subject": any_of(words(lambda one: one.fields.subject)),
}
_FIELD = re.compile(
    r"(?i)[\s*>|]{0,12}[*_]{0,2}(?:"
    + "|".join(f"(?P<{name}>{found})" for name, found in _FIELDS.items())
    + r")[*_]{0,2}[ \xa0]{0,2}[:：][*_]{0,2}(?:\s|[^/\s]|$)"
)
_HAS_ADDRESS = re.compile(r"[^\s@<>]{1,100}@[^\s@<>]{2,200}")


def is_original_mark(line: str) -> bool:
    """A ruled line such as `-----Original Message-----`: history begins."""
    bare = line.strip(_PADDING) if len(line) <= MAX_LINE_CHARS else ""
    if bare[:2].strip(_DASHES):
        return len(bare) <= _MAX_HEADING_CHARS and _BARE_ORIGINAL.match(bare) is not None
    return _RULED_ORIGINAL.match(bare) is not None


def is_forward_mark(line: str) -> bool:
    """A ruled line or heading above a forwarded mail."""
    bare = line.strip(_PADDING) if len(line) <= MAX_LINE_CHARS else ""
    if bare[:2].strip(_DASHES):
        return len(bare) <= _MAX_HEADING_CHARS and bare.lower() in _FORWARDED_BELOW
    return _RULED_FORWARD.match(bare) is not None


def is_handed_on(subject: str) -> bool:
    """The subject's outermost prefix is a forward's (`Fwd:`), in any language."""
    return _HANDED_ON.match(subject) is not None


def is_reply_line(line: str) -> bool:
    """The line that help desks ask to answer above: `## Please type your reply above this line ##`."""
    if len(line) > MAX_LINE_CHARS:
        return False
    lowered = line.lower()
    return any(phrase in lowered for phrase in _REPLY_ABOVE)  # an expression tries them all at each letter


def is_header_block(lines: Sequence[str], at: int) -> bool:
    """The headers of a quoted mail (`From: … Sent: … Subject: …`) begin at this line.

    A customer's own `From: Kyiv`, `To: Lviv` and what a web form writes above its text are none.
    """
    if not field_of(lines[at]):
        return False
    seen: set[str] = set()
    has_address = False
    others = 0
    for line in lines[at : at + MAX_BLOCK_LINES]:
        name = field_of(line)
        if name:
            seen.add(name)
            others = 0
        else:
            others += 1
            if others > 2:
                break
        has_address = has_address or _HAS_ADDRESS.search(line[:MAX_LINE_CHARS]) is not None
    if len(seen) == 2:  # a web form's `From` and `Subject` are none
        return seen == {"from", "date"} or (seen == {"date", "to"} and has_address)
    return len(seen) > 2 and "from" in seen and (has_address or bool(seen & {"subject", "date"}))


def field_of(line: str) -> str:
    """Which header of a quoted mail the line is: from, date, to, cc, subject; empty for none."""
    start = line[:_MAX_FIELD_CHARS]
    found = _FIELD.match(start) if ":" in start or "：" in start else None
    return found.lastgroup or "" if found else ""
