"""Whether an answer of `parse --json` is what was expected, field by field. Pure.

Texts are compared without white space and invisible characters, because mail software wraps and pads as it likes;
`body90` and `reply90` ask for nine tenths of the words in order.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

NEAR = 0.9
#: Above this many pairs of words, order costs too much to look at.
MAX_WORD_PAIRS = 4_000_000
MAX_SIGNATURE_LINES = 8
MAX_SIGNATURE_CHARS = 60
DATE_SLACK_S = 1.0

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"), None)
_TAG = re.compile(r"<[^<>]*>")
_ACTIVE = re.compile(
    r"<\s*/?\s*(script|iframe|object|embed|form|base|meta|link|style|applet|frame|animate|set)\b"
    r"|<[^>]*\s(on[a-z]+|srcdoc)\s*=|(javascript|vbscript)\s*:|data\s*:(?!\s*image/)|expression\s*\(",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f/\\\u202a-\u202e\u2066-\u2069]")

Answer = Mapping[str, Any]
Wanted = Mapping[str, Any]


def judge(wanted: Wanted, answer: Answer) -> dict[str, bool]:
    """Right or wrong for each field that is asked of this mail. An answer with an error is wrong in all of them."""
    asked = [name for name, (key, _) in FIELDS.items() if key in wanted]
    if "human" in wanted:
        asked.append("no_false_auto")
    if "error" in answer:
        return {"read": False, **dict.fromkeys(asked, False)}
    found = {name: FIELDS[name][1](wanted[FIELDS[name][0]], answer) for name in asked if name in FIELDS}
    if wanted.get("body_html") and "body" in wanted:  # HTML was expected: its words count, in the text or in the page
        words, page = _TAG.sub(" ", wanted["body"]), _TAG.sub(" ", answer["html"])
        found["body"] = found["body"] or squeezed(words) in (squeezed(answer["text"]), squeezed(page))
        found["body90"] = found["body90"] or is_near(words, answer["text"]) or is_near(words, page)
    if "human" in wanted:
        found["no_false_auto"] = not (answer["auto"]["reply"] or answer["auto"]["bounce"])
    if foreign := _foreign_letters(wanted):
        found["charset"] = _has_letters(foreign, answer)
    if answer["html"]:
        found["html_safe"] = not _ACTIVE.search(answer["html"])
    if answer["attachments"]:
        found["safe_names"] = not any(_CONTROL.search(one["filename"]) for one in answer["attachments"])
    return {"read": True, **found}


def squeezed(text: str) -> str:
    """Without any white space and invisible character."""
    return "".join(_plain(text).split())


def is_near(wanted: str, found: str) -> bool:
    """Whether nine tenths of the words are the same, in order where that can be afforded."""
    one, other = _plain(wanted).split(), _plain(found).split()
    if len(one) * len(other) > MAX_WORD_PAIRS:
        shared = sum((Counter(one) & Counter(other)).values())
        return 2 * shared >= NEAR * (len(one) + len(other))
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= NEAR


def lacks_signature_only(wanted: str, found: str) -> bool:
    """Whether all that is missing is a few short last lines: people disagree on what a signature is."""
    own = squeezed(found)
    lines = _plain(wanted).rstrip().split("\n")
    for count in range(1, min(MAX_SIGNATURE_LINES, len(lines) - 1) + 1):
        if len(lines[-count]) > MAX_SIGNATURE_CHARS:
            return False
        if squeezed("\n".join(lines[:-count])) == own:
            return bool(own)
    return False


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text or "").translate(_INVISIBLE)


def _line(text: str) -> str:
    return " ".join(_plain(text).split()).strip("\"' ")


def _addresses(found: Iterable[Mapping[str, str]]) -> set[str]:
    return {one["address"].casefold() for one in found}


def _id(text: str | None) -> str:
    return (text or "").strip(" <>")


def _is_date(wanted: float, answer: Answer) -> bool:
    stated = answer["sent_at"]
    return bool(stated) and abs(datetime.fromisoformat(stated).timestamp() - wanted) <= DATE_SLACK_S


def _holds(words: Iterable[str], text: str) -> bool:
    whole = squeezed(text)
    return all(squeezed(word) in whole for word in words)


def _sizes(wanted: Iterable[int], answer: Answer) -> bool:
    return not Counter(wanted) - Counter(one["size"] for one in answer["attachments"])


def _is_any_automatic(_: bool, answer: Answer) -> bool:
    return any(answer["auto"][kind] for kind in ("reply", "bounce", "bulk"))


def _foreign_letters(wanted: Wanted) -> Counter[str]:
    texts = [wanted.get(key) or "" for key in ("subject", "from_name", "body", "reply")] + list(
        wanted.get("body_has", ())
    )
    return Counter(ch for text in texts for ch in _plain(text) if ch > "\x7f" and ch.isalpha())


def _has_letters(foreign: Counter[str], answer: Answer) -> bool:
    text = "\n".join((answer["subject"], answer["sender"]["name"], answer["text"], answer["reply_text"]))
    missing = sum((foreign - Counter(_plain(text))).values())
    return missing <= 0.02 * foreign.total() and "\ufffd" not in text


#: Name of the field, the key that asks for it, and what decides.
FIELDS: dict[str, tuple[str, Callable[[Any, Answer], bool]]] = {
    "subject": ("subject", lambda wanted, answer: _line(wanted) == _line(answer["subject"])),
    "sender": ("from_addr", lambda wanted, answer: wanted.casefold() == answer["sender"]["address"].casefold()),
    "sender_name": ("from_name", lambda wanted, answer: _line(wanted) == _line(answer["sender"]["name"])),
    "to": ("to", lambda wanted, answer: {one.casefold() for one in wanted} == _addresses(answer["to"])),
    "to_has": ("to_has", lambda wanted, answer: wanted.casefold() in _addresses(answer["to"])),
    "cc": ("cc", lambda wanted, answer: {one.casefold() for one in wanted} == _addresses(answer["cc"])),
    "message_id": ("message_id", lambda wanted, answer: _id(wanted) == _id(answer["message_id"])),
    "in_reply_to": ("in_reply_to", lambda wanted, answer: _id(wanted) == _id(answer["in_reply_to"])),
    "references": ("references", lambda wanted, answer: [*map(_id, wanted)] == [*map(_id, answer["references"])]),
    "date": ("date", _is_date),
    "body": ("body", lambda wanted, answer: squeezed(wanted) == squeezed(answer["text"])),
    "body90": ("body", lambda wanted, answer: is_near(wanted, answer["text"])),
    "body_has": ("body_has", lambda wanted, answer: _holds(wanted, answer["text"])),
    "reply": (
        "reply",
        lambda wanted, answer: (
            squeezed(wanted) == squeezed(answer["reply_text"]) or lacks_signature_only(wanted, answer["reply_text"])
        ),
    ),
    "reply90": (
        "reply",
        lambda wanted, answer: (
            is_near(wanted, answer["reply_text"]) or lacks_signature_only(wanted, answer["reply_text"])
        ),
    ),
    "reply_has": ("reply_has", lambda wanted, answer: _holds(wanted, answer["reply_text"])),
    "reply_not": (
        "reply_not",
        lambda wanted, answer: not any(squeezed(one) in squeezed(answer["reply_text"]) for one in wanted),
    ),
    "att_count": ("att_count", lambda wanted, answer: len(answer["attachments"]) in wanted),
    "att_names": (
        "att_names",
        lambda wanted, answer: {*map(_line, wanted)} <= {_line(one["filename"]) for one in answer["attachments"]},
    ),
    "att_size": ("att_size", _sizes),
    "bounce": ("auto_bounce", lambda wanted, answer: answer["auto"]["bounce"] is wanted),
    "auto": ("auto_reply", lambda wanted, answer: answer["auto"]["reply"] is wanted),
    "auto_any": ("auto_any", _is_any_automatic),
    "html_kept": ("html_has", lambda wanted, answer: _holds(wanted, answer["html"])),
}
