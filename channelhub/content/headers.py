"""Addresses and message ids out of raw header values. Nothing here raises.

What comes out holds no CR, LF, NUL or other control character, so that it can be logged, stored and used in an answer.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from channelhub.content.encodedwords import WORD, clean, decode_header

MAX_ADDRESSES: Final = 1000
MAX_REFERENCES: Final = 200
MAX_ID_CHARS: Final = 998  # a header line's limit, RFC 5322 §2.1.1

_SPACE = re.compile(r"\s+")
_QUOTED_ADDRESS = re.compile(r"\"[^\"\\]{1,64}\"@[A-Za-z0-9.-]{1,255}")
#: What else may stand where a name is expected: a second address, a scheme, empty quotes.
_ADDRESS_WITHIN = re.compile(r"<[^<>\s]{0,320}@[^<>\s]{0,255}>?|^mailto:|(?<!\\)\"\"(?!\")", re.IGNORECASE)
#: A value without anything that separates or hides: one mailbox at most.
_SINGLE = re.compile(rb"[^\"(),:;\\=]*")
#: RFC 5321 §4.1.2: a local part may be a quoted string.
_QUOTED_LOCAL = re.compile(rb"\"[^\"\\\r\n]{1,64}\"@[A-Za-z0-9.-]{1,255}")
_BARE = re.compile(rb"[^\s<>\"(),;:\\]{1,320}@[^\s<>\"(),;:\\]{1,255}")
_ID = re.compile(rb"<([^<>]{1,998})>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    address: str = ""
    name: str = ""


def addresses(values: Iterable[bytes], fallback: str = "") -> tuple[Address, ...]:
    """Every address of these header values in order, at most `MAX_ADDRESSES`; groups are opened (RFC 5322 §3.4).
    `fallback` is the charset of raw 8-bit bytes in them.
    """
    found: list[Address] = []
    for value in values:
        here = _listed(value, fallback)
        if not here and b"=?" in value:  # a mailer encoded the address together with the name
            here = _listed(decode_header(value, fallback).encode("utf-8", "replace"), "")
        found += here
    return tuple(found[:MAX_ADDRESSES])


def _listed(value: bytes, fallback: str) -> list[Address]:
    found: list[Address] = []
    pending = b""
    for segment in _segments(value):
        whole = pending + b", " + segment if pending else segment
        if b"@" not in segment and b"<" not in segment:
            pending = whole  # an unquoted comma inside a name: `Doe, John <john@…>`
            continue
        pending = b""
        one = _mailbox(whole, fallback)
        if one.address:
            found.append(one)
        if len(found) >= MAX_ADDRESSES:
            break
    return found


def display_name(value: bytes, fallback: str = "") -> str:
    """The words of an address header that holds no address."""
    return _name(value, fallback)


class _Splitter:
    """Where in an address list a byte stands: inside quotes, a comment, angle brackets, or between mailboxes."""

    __slots__ = ("comment_depth", "is_angle", "is_quoted")

    def __init__(self) -> None:
        self.is_quoted = self.is_angle = False
        self.comment_depth = 0

    def is_inside(self, ch: int) -> bool:
        """Take the next byte; True when it can't be a separator."""
        if ch == 0x22 and not self.comment_depth and not self.is_angle:
            self.is_quoted = not self.is_quoted
        elif self.is_quoted:
            return True
        elif ch == 0x28:
            self.comment_depth += 1
        elif ch == 0x29:
            self.comment_depth = max(0, self.comment_depth - 1)
        elif self.comment_depth:
            return True
        elif ch in b"<>":
            self.is_angle = ch == 0x3C
        return ch in b'"()<>'


def _segments(value: bytes) -> list[bytes]:
    """The value cut at commas and group marks that stand outside quotes, comments and angle brackets."""
    if _SINGLE.fullmatch(value) is not None:
        return [value] if value.strip() else []
    out: list[bytes] = []
    start = at = 0
    state = _Splitter()
    while at < len(value):
        ch = value[at]
        if ch == 0x5C:
            at += 2  # a backslash hides the next byte
            continue
        word = WORD.match(value, at) if ch == 0x3D else None
        if word is not None:  # what it encodes is no separator
            at = word.end()
            continue
        is_inside = state.is_inside(ch)
        at += 1
        if is_inside:
            continue
        if ch == 0x3B or (ch == 0x2C and not state.is_angle):
            out.append(value[start : at - 1])
            start = at
        elif ch == 0x3A and not state.is_angle and at - start < 200:
            name = value[start : at - 1].strip().lower()
            if b"@" not in name and name != b"mailto":
                start = at  # a group's name, RFC 5322 §3.4
    out.append(value[start:])
    if state.is_quoted or state.comment_depth:  # a quote or comment that never closes swallowed what follows
        return [part for part in value.replace(b'"', b"").split(b",") if part.strip()]
    return [part for part in out if part.strip()]


def _mailbox(segment: bytes, fallback: str) -> Address:
    opening = segment.rfind(b"<")
    while opening > 0 and b"@" not in segment[opening:]:
        previous = segment.rfind(b"<", 0, opening)
        if previous < 0:
            break
        opening = previous
    if opening >= 0:
        closing = segment.find(b">", opening)
        inside = segment[opening + 1 : closing if closing >= 0 else len(segment)]
        address = _address(inside)
        if "@" in address or not _BARE.search(segment[:opening]):
            return Address(address=address, name=_name(segment[:opening], fallback))
    bare = _QUOTED_LOCAL.search(segment) or _BARE.search(segment)
    if bare is None:
        return Address(address=_address(segment) if b"@" in segment else "")
    rest = segment[: bare.start()] + b" " + segment[bare.end() :]
    return Address(address=_address(bare.group()), name=_name(rest, fallback))


def _address(raw: bytes) -> str:
    text = decode_header(raw).strip(" <>'\t").removesuffix(".")
    if _QUOTED_ADDRESS.fullmatch(text) is None:
        text = text.strip(" <>'\"\t").removesuffix(".")
    if text.lower().startswith("mailto:"):
        text = text[7:]
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    if text.startswith("@") and ":" in text:  # a source route, RFC 5322 §4.4
        text = text.rsplit(":", 1)[1]
    if _QUOTED_ADDRESS.fullmatch(text) is None:
        text = _SPACE.sub("", text)
    local, at, domain = text[:320].rpartition("@")
    return text[:320] if not at or (local.strip('"') and domain) else ""


def _name(raw: bytes, fallback: str) -> str:
    text = _ADDRESS_WITHIN.sub(" ", decode_header(raw, fallback)).strip()
    if text[:1] + text[-1:] in ('""', "()"):
        text = text[1:-1]
    text = text.replace('\\"', '"').replace("\\\\", "\\")
    if text.count('"') == 2 and text[0] != '"':  # `Ann "Nick" Doe` keeps its quotes, `"Ann" Doe` too
        return _SPACE.sub(" ", text).strip(" ,<>")
    return _SPACE.sub(" ", text).strip(" ,\"'<>")


def message_ids(raw: bytes) -> tuple[str, ...]:
    """The ids of a Message-ID, In-Reply-To or References value without angle brackets, first to last, each once."""
    found = [clean(value.decode("utf-8", "replace")) for value in _ID.findall(raw.replace(b"\n", b""))]
    if not found and b"<" not in raw:
        found = [
            clean(word.decode("utf-8", "replace")) for word in raw.split() if b"@" in word or len(raw.split()) == 1
        ]
    ids = list(dict.fromkeys(_SPACE.sub("", one)[:MAX_ID_CHARS] for one in found))
    ids = [one for one in ids if one]
    return tuple(ids if len(ids) <= MAX_REFERENCES else [*ids[:20], *ids[20 - MAX_REFERENCES :]])
