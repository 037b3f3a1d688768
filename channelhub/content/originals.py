"""Lines and blocks of lines under which the mail that is answered or handed on stands unmarked, in all languages.

Every rule looks at one short line with an expression that cannot backtrack far.
"""

import re
from collections.abc import Sequence
from typing import Final

from channelhub.content.wording.table import LANGUAGES, words

#: Longer lines are paragraphs.
MAX_LINE_CHARS: Final = 300
MAX_BLOCK_LINES: Final = 14

_DASHES: Final = "-_=–—‐"
_PADDING: Final = " \t\r*"
_MAX_HEADING_CHARS: Final = 80
_MAX_FIELD_CHARS: Final = 60

_ORIGINAL: Final = words(lambda one: one.original)
_FORWARDED: Final = words(lambda one: one.forwarded)
_FORWARDED_BELOW: Final = frozenset(words(lambda one: one.forwarded_below))
_REPLY_ABOVE: Final = words(lambda one: one.reply_above)
_HANDED_ON: Final = frozenset(words(lambda one: one.handed_on))
_MAILS: Final = frozenset(
    (
        "message", "mail", "email", "e-mail", "сообщение", "письмо", "повідомлення", "лист", "nachricht", "wiadomość",
        "mensaje", "messaggio", "mensagem", "bericht",
    )
)  # fmt: skip
_FIELDS: Final = {
    word: name
    for language in LANGUAGES
    for name, called in (
        ("subject", language.fields.subject), ("cc", language.fields.cc), ("to", language.fields.to),
        ("date", language.fields.dated), ("sent", language.fields.sent), ("from", language.fields.sender),
    )
    for word in called
}  # fmt: skip
_COLON = re.compile("[:：]")
_LABEL = re.compile(r"(?:\A|(?<=[\s*]))([^\W\d_]{1,12}(?: [^\W\d_]{1,12})?)\*? ?[:：]\*?(?=\s)")
_HAS_ADDRESS = re.compile(r"[^\s@<>]{1,100}@[^\s@<>]{2,200}")


def is_original_mark(line: str) -> bool:
    """A ruled line such as `-----Original Message-----`, or those words alone: history begins."""
    inside = _between_rules(line)
    if inside:
        return inside.startswith(_ORIGINAL)
    bare = line.strip(_PADDING).lower() if len(line) <= _MAX_HEADING_CHARS else ""
    if not bare.startswith(_ORIGINAL):
        return False
    heading = bare.removesuffix(":").split()
    return heading[-1] in _MAILS and len(heading) <= 3 and len(heading) + bare.endswith(":") > 1


def is_forward_mark(line: str) -> bool:
    """A ruled line or heading above a forwarded mail."""
    inside = _between_rules(line)
    if inside:
        return inside.startswith(_FORWARDED)
    return len(line) <= _MAX_HEADING_CHARS and line.strip(_PADDING).lower() in _FORWARDED_BELOW


def _between_rules(line: str) -> str:
    """What stands between two dashes and two dashes, in lower case; empty where nothing does."""
    if len(line) > MAX_LINE_CHARS:
        return ""
    bare = line.strip(_PADDING)
    if bare[:1] not in _DASHES or bare[:2].strip(_DASHES):
        return ""
    bare = bare.rstrip(":*")
    if bare[-2:].strip(_DASHES):
        return ""
    inside = bare.strip(_DASHES + _PADDING)
    return inside.lower() if len(inside) <= _MAX_HEADING_CHARS and not set(inside) & set("-_=") else ""


def is_handed_on(subject: str) -> bool:
    """The subject's outermost prefix is a forward's (`Fwd:`), in any language."""
    before, *after = _COLON.split(subject[:_MAX_FIELD_CHARS], maxsplit=1)
    return bool(after) and before.strip(" \t[(").lower() in _HANDED_ON


def is_reply_line(line: str) -> bool:
    """The line that help desks ask to answer above: `## Please type your reply above this line ##`."""
    if len(line) > MAX_LINE_CHARS:
        return False
    folded = line.lower()
    for phrase in _REPLY_ABOVE:  # noqa: SIM110 - every line of every mail comes by, and a generator costs twice as much
        if phrase in folded:
            return True
    return False


def is_header_block(lines: Sequence[str], at: int) -> bool:
    """The headers of a quoted mail (`From: … Sent: … Subject: …`) begin at this line.

    A customer's own `From: Kyiv`, `To: Lviv` and what a web form writes above its text are none.
    """
    if not field_of(lines[at]):
        return False
    if _is_block_on_one_line(lines[at][:MAX_LINE_CHARS]):
        return True
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
    is_dated = bool(seen & {"date", "sent"})
    if len(seen) == 2:  # a web form's `From` and `Subject` are none
        return is_dated and bool(seen & {"from", "to"}) and (has_address or seen == {"from", "sent"})
    return len(seen) > 2 and "from" in seen and (has_address or "sent" in seen or (is_dated and "subject" in seen))


def _is_block_on_one_line(line: str) -> bool:
    named = {_FIELDS.get(found.group(1).lower()) for found in _LABEL.finditer(line)} - {None}
    return len(named) > 2 and "from" in named and _HAS_ADDRESS.search(line) is not None


def field_of(line: str) -> str:
    """Which header of a quoted mail the line is: from, sent, date, to, cc, subject; empty for none."""
    before, *after = _COLON.split(line[:_MAX_FIELD_CHARS], maxsplit=1)
    if not after or after[0].startswith("/"):
        return ""
    return _FIELDS.get(before.strip(" \t\xa0\r*_>|").lower(), "")
