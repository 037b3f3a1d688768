"""Where the message ends and its writer's signature begins. Linear in the text; nothing here raises.

Cut is only what is surely a signature: below `-- ` (RFC 3676 §4.3), lines that telephones add, a closing formula with
a few short lines under it, a writer's name standing alone.
"""

import re
from collections.abc import Sequence
from typing import Final

from channelhub.content.wording.table import any_of, whole, words

#: A signature is short: this many lines with text, and characters in each.
MAX_LINES: Final = 9
MAX_LINE_CHARS: Final = 110
_MAX_DELIMITED_LINES: Final = 25
#: One of the client, one of the telephone, one of the provider.
_MAX_FOOTERS: Final = 4

_DELIMITER = re.compile(r"[ \t]*(?:--|—|––|-- ?-|_{2,4}|—{2,})[ \t]*\Z")
_RULE = re.compile(r"[ \t]*[_=-]{10,}[ \t]*\Z")
_FOOTER = re.compile(rf"(?i)[\s*_(\[]*(?:{whole(words(lambda one: one.footers))})[^,;!?]{{0,90}}\Z")
#: What a footer names: without one of these it is a sentence, such as `Sent from Kyiv on Monday`.
_DEVICE = re.compile(
    r"(?i)iphone|ipad|ipod|android|samsung|galaxy|huawei|honor|xiaomi|redmi|nokia|pixel|oneplus|sony|xperia|motorola"
    r"|blackberry|windows|mac|outlook|mail|yahoo|proton|yandex|яндекс|aol|thunderbird|k-9|spark|app|mobil|phone|tablet"
    r"|device|smartphone|handy|handset|telefon|téléphone|smartfon|gerät|komórk|urządz|appareil|телефон|смартфон|планшет"
    r"|устройств|пристро|мобил|мобіл|почт|пошт|приложен|застосун|додат|айфон|ukr\.net|brevity|краткость|стислість"
    r"|kürze|zwięzłość|brièveté"
)
_CLOSING = re.compile(
    r"(?i)[\s*_>-]{0,6}(?P<formula>"
    rf"(?:(?P<thanks>{any_of(words(lambda one: one.thanks))})|(?:{any_of(words(lambda one: one.closings))}))(?!\w))"
    r"[*_]{0,2}(?P<rest>[\s,.!;:–—-]*.{0,60})\Z"
)
_URL = re.compile(r"<?https?://[^\s>]{1,200}>?")
_DASHED_NAME = re.compile(r"[ \t]*[-–—/~][ \t]?[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,3}[ \t]*\Z")
_NAME = re.compile(r"[ \t]*[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,3}[,.]?[ \t]*\Z")
_QUOTES: Final = dict.fromkeys(map(ord, '«»“”„"()'), None)
_CONTACT = re.compile(
    r"[\w.+-]{1,60}@[\w-]{1,60}\.\w|\bwww\.|https?://|[+(]?\d[\d ()./-]{6,20}\d|(?i:skype|telegram|viber) ?:"
)
_SENTENCE = re.compile(r"[?]|\w{3,}[.!] +\w")


def without(kept: Sequence[str | None], *, sender_name: str = "") -> list[str | None]:
    """`kept` lines (None: hidden) with those of the signature at their end hidden too."""
    places = [at for at, line in enumerate(kept) if line is not None or (at and kept[at - 1] is not None)]
    end = own_end([kept[at] or "" for at in places], sender_name=sender_name)
    hidden = set(places[end:])
    return [None if at in hidden else line for at, line in enumerate(kept)]


def own_end(lines: list[str], *, sender_name: str = "") -> int:
    """How many of the lines stand above the signature; 0 when there is nothing but a signature."""
    whole = _back(lines, len(lines))
    end = _without_delimited(lines, whole)
    footed = _without_footers(lines, end)
    end = _without_contacts(lines, footed, is_footed=footed < _back(lines, end))
    before = end
    end = _without_closing(lines, end)
    end = _without_name(lines, end, sender_name) if end == before else _without_footers(lines, end)
    if end < whole:
        while end and (not lines[end - 1].strip() or _DELIMITER.match(lines[end - 1]) or _RULE.match(lines[end - 1])):
            end -= 1
    return end


def _back(lines: list[str], end: int) -> int:
    """`end` moved up over blank lines."""
    while end and not lines[end - 1].strip():
        end -= 1
    return end


def _without_delimited(lines: list[str], end: int) -> int:
    """Cut at the last-standing `-- `, or at the rule above a mailing list's footer."""
    used = 0
    for at in range(end - 1, -1, -1):
        line = lines[at]
        if _DELIMITER.match(line):
            return _back(lines, at) if used and (used <= MAX_LINES or line.rstrip("\r") == "-- ") else end
        if _RULE.match(line) and 0 < used <= MAX_LINES + 3 and _is_appendix(lines[at + 1 : end]):
            return _back(lines, at)
        used += bool(line.strip())
        if used > _MAX_DELIMITED_LINES:
            break
    return end


def _is_appendix(lines: list[str]) -> bool:
    """What stands below a ruled line is a mailing list's footer or somebody's addresses."""
    if any(len(line) > MAX_LINE_CHARS for line in lines):
        return False
    text = "\n".join(lines)
    return "list" in text.lower() or len(_CONTACT.findall(text)) >= 2


def _without_contacts(lines: list[str], end: int, *, is_footed: bool) -> int:
    """Cut a last paragraph that is a name with ways to reach it, or a bare name above a telephone's own line."""
    start = end
    while start and lines[start - 1].strip():
        start -= 1
    block = lines[start:end]
    if not start or not block or len(block) > 8 or not _NAME.match(block[0]) or not block[0].strip()[:1].isupper():
        return end
    if any(len(line) > MAX_LINE_CHARS for line in block):
        return end
    contacts = sum(_CONTACT.search(line) is not None for line in block)
    return _back(lines, start) if (contacts >= 2 or (is_footed and len(block) == 1)) else end


def _without_footers(lines: list[str], end: int) -> int:
    """Cut lines that clients and telephones add, with what little stands below them."""
    for _ in range(_MAX_FOOTERS):
        end = _back(lines, end)
        below = 0
        for at in range(end - 1, max(-1, end - 6), -1):
            if below <= 2 and len(lines[at]) <= MAX_LINE_CHARS * 2 and _is_footer(lines[at]):
                end = at
                break
            below += bool(lines[at].strip())
        else:
            break
    return end


def _is_footer(line: str) -> bool:
    bare = _URL.sub("", line).rstrip(" .*_])")
    found = _FOOTER.match(bare) if len(bare) <= MAX_LINE_CHARS else None
    return found is not None and _DEVICE.search(found.group()) is not None


def _without_closing(lines: list[str], end: int) -> int:
    """Cut at the highest closing formula that has nothing but short lines below it."""
    best = end
    used = 0
    below = ""
    for at in range(end - 1, -1, -1):
        line = lines[at].strip()
        if not line:
            continue
        used += 1
        if used > MAX_LINES or len(line) > MAX_LINE_CHARS:
            break
        if _is_closing(line, below):
            best = at
        elif _SENTENCE.search(line) and not _CONTACT.search(line):
            break
        below = line
    return _back(lines, best) if best < end else end


def _is_closing(line: str, below: str) -> bool:
    """A closing formula with a name: after it, or in the next line `below`. Thanks alone are part of the message."""
    found = _CLOSING.match(line)
    if found is None:
        return False
    rest = found.group("rest")
    name = rest.strip(" ,.!;:*_–—-")
    if name and (rest[:1].isalnum() or not _NAME.match(name) or len(name.split()) > 4):
        return False
    if name and not rest[:1].isspace() and rest[:1] not in ",.!;:–—-*_":
        return False
    if name and not name[:1].isupper():
        return False
    if below:
        return bool(name) or _is_name(below)
    return bool(name) or found.group("thanks") is None


def _is_name(line: str) -> bool:
    """A few capitalised words, or a single short one."""
    if _CONTACT.search(line):
        return True
    bare = line.strip(" *_-–—/").translate(_QUOTES)
    words = bare.split()
    return _NAME.match(bare) is not None and (
        len(words) == 1 or sum(word[:1].isupper() for word in words) * 2 > len(words)
    )


def _without_name(lines: list[str], end: int, sender_name: str) -> int:
    """Cut the writer's own name where it stands alone at the end, or any name after a dash."""
    end = _back(lines, end)
    if end < 2:
        return end
    last = lines[end - 1].strip()
    if _DASHED_NAME.match(last) and last.lstrip("-–—/~ ")[:1].isupper() and len(last) <= 40:
        return _back(lines, end - 1)
    if last and last[:1].isupper() and len(last) <= 60 and _NAME.match(last):
        words = {word.casefold().strip(".,") for word in last.split()}
        if words and words <= {word.casefold().strip(".,\"'") for word in sender_name.split()}:
            return _back(lines, end - 1)
    return end
