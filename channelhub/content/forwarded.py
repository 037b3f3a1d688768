"""Who wrote a forwarded mail, as the forward's own text says. Anybody can write such a text: it is a claim.

Read is what mail clients put above the mail they forward: a ruled line or a heading, a block of headers, a blank line.
Linear in the text; nothing here raises.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from channelhub.content import dates, headers, originals
from channelhub.content.encodedwords import clean
from channelhub.content.headers import Address

#: Below the ruled line, before the headers.
_MAX_GAP: Final = 3
_MAX_VALUE_CHARS: Final = 1000
_MAX_SEARCHED_LINES: Final = 2000
_QUOTED = re.compile(r"[ \t>|]{0,12}")
_MAILTO = re.compile(r"\[mailto:([^\[\]\s]{3,320})\]")
_ZONE = re.compile(r"(?i)\b(?:gmt|utc|[a-z]{3,4}t|msk)\b|[+-]\d\d:?\d\d\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarded:
    """The innermost claim: `sender.address` is never empty. `begins` is where its own text begins."""

    sender: Address
    subject: str
    sent: str  # the date in the words of the client
    begins: int  # characters from the start of the text


def read(text: str, *, is_handed_on: bool) -> Forwarded | None:
    """The first forwarded mail in `text`; None where there is none that names its sender's address.

    `is_handed_on`: the subject says `Fwd:`, so that a block of headers without a ruled line above is one too.
    """
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    bare = [_QUOTED.sub("", line[:_MAX_VALUE_CHARS], count=1).replace("\xa0", " ") for line in lines]
    for at in range(min(len(lines), _MAX_SEARCHED_LINES)):
        if originals.is_forward_mark(bare[at]) or (is_handed_on and originals.is_original_mark(bare[at])):
            block = _block_below(bare, at + 1)
        elif is_handed_on and originals.is_header_block(bare, at):
            block = at
        else:
            continue
        if block is not None:
            return _headers(bare, block, starts)
    return None


def sent_at(found: Forwarded, zone: tzinfo | None) -> datetime | None:
    """When it was sent; a date without a zone is taken to be in `zone`, the forwarder's."""
    at = dates.read(found.sent.encode())
    return at if at is None or zone is None or _ZONE.search(found.sent) else at.replace(tzinfo=zone)


def _block_below(lines: Sequence[str], at: int) -> int | None:
    while at < len(lines) and not lines[at].strip() and at < len(lines) - 1:
        at += 1
    for start in range(at, min(at + _MAX_GAP, len(lines))):
        if originals.is_header_block(lines, start):
            return start
    return None


def _headers(lines: Sequence[str], at: int, starts: Sequence[int]) -> Forwarded | None:
    values: dict[str, str] = {}
    name = ""
    end = min(at + originals.MAX_BLOCK_LINES, len(lines))
    while at < end and lines[at].strip():
        found = originals.field_of(lines[at])
        if found:
            name = found
            values.setdefault(name, _value(lines[at]))
        elif name:
            values[name] = f"{values[name]} {lines[at].strip()}"[:_MAX_VALUE_CHARS]
        at += 1
    while at < len(lines) - 1 and not lines[at].strip():
        at += 1
    sender = headers.addresses([_MAILTO.sub(r"<\1>", values.get("from", "")).encode()])
    if not sender or not sender[0].address or at >= len(lines):
        return None
    return Forwarded(
        sender=sender[0],
        subject=clean(values.get("subject", "")),
        sent=clean(values.get("sent") or values.get("date", "")),
        begins=starts[at],
    )


def _value(line: str) -> str:
    return re.split("[:：]", line, maxsplit=1)[1].strip(" \t*")
