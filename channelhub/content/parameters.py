"""Structured header values: `text/plain; charset=…; name*0*=…` (RFC 2045, RFC 2231). Nothing here raises.

Also read: parameters without a semicolon before them, unquoted values with spaces, RFC 2047 words and raw 8-bit bytes
in values, `name*=` with a wrong charset or none.
"""

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote_to_bytes

from channelhub.content import charset
from channelhub.content.encodedwords import clean, decode_header

MAX_PARAMETERS: Final = 200

_KEY = re.compile(r"([A-Za-z0-9_-]{1,60})(?:\*(\d{1,3}))?(\*)?")
_FOLD = re.compile(rb"[\r\n]+[ \t]*")
_START = re.compile(r"[;\s]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Structured:
    """The leading token in lower case, and the parameters decoded to text."""

    value: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Pieces:
    """The pieces of one parameter before they are joined (RFC 2231 §3)."""

    plain: str | None = None
    extended: bytes | None = None
    numbered: dict[int, tuple[str, bool]] = field(default_factory=dict)


def parse(raw: bytes, fallback: str = "") -> Structured:
    """Read a Content-Type or Content-Disposition value; `fallback` is the charset of raw 8-bit bytes in it."""
    if not raw:
        return Structured()
    if raw.lstrip().startswith(b"=?"):
        raw = decode_header(raw).encode("utf-8", "replace")
    text = _FOLD.sub(b" ", raw).decode("latin-1").strip()
    head, _, rest = text.partition(";")
    words = head.split(None, 1)
    if len(words) == 2 and "=" in words[1]:  # the semicolon is missing: `text/plain charset=x`
        rest = f"{words[1]};{rest}"
    value = clean(words[0]).lower() if words else ""
    found: dict[str, _Pieces] = {}
    for key, content in _pairs(rest):
        match = _KEY.fullmatch(key)
        if match is None:
            continue
        pieces = found.setdefault(match.group(1).lower(), _Pieces())
        if match.group(2) is not None:
            pieces.numbered.setdefault(int(match.group(2)), (content, match.group(3) is not None))
        elif match.group(3):
            pieces.extended = pieces.extended if pieces.extended is not None else content.encode("latin-1", "replace")
        elif pieces.plain is None:
            pieces.plain = content
    return Structured(value=value, parameters={name: _join(pieces, fallback) for name, pieces in found.items()})


def _pairs(text: str) -> list[tuple[str, str]]:
    """Keys and values as written, quotes removed."""
    pairs: list[tuple[str, str]] = []
    at, end = 0, len(text)
    while at < end and len(pairs) < MAX_PARAMETERS:
        start = _START.match(text, at)
        at = start.end() if start else at
        equals = text.find("=", at)
        if equals < 0:
            break
        semicolon = text.find(";", at, equals)
        if semicolon >= 0:  # a word without a value
            at = semicolon + 1
            continue
        key = text[at:equals].strip()
        at = equals + 1
        while at < end and text[at] in " \t":
            at += 1
        if at < end and text[at] == '"':
            value, at = _quoted(text, at + 1)
        else:
            stop = text.find(";", at)
            stop = end if stop < 0 else stop
            value, at = text[at:stop].strip(), stop
        pairs.append((key, value))
    return pairs


def _quoted(text: str, at: int) -> tuple[str, int]:
    """The string from `at` to its closing quote, and where reading goes on. A quote inside a name is kept."""
    out: list[str] = []
    end = len(text)
    while at < end:
        ch = text[at]
        if ch == "\\" and at + 1 < end and text[at + 1] in '"\\':
            out.append(text[at + 1])
            at += 2
            continue
        if ch == '"' and text[at + 1 : at + 40].lstrip()[:1] in ("", ";", "("):
            break
        if ch != '"' or text.find('"', at + 1) >= 0:
            out.append(ch)
        elif text.find(";", at) >= 0:  # the last quote, followed by junk: the value ends here
            break
        at += 1
    stop = text.find(";", at)
    return "".join(out), end if stop < 0 else stop


def _join(pieces: _Pieces, fallback: str) -> str:
    if pieces.extended is not None:
        return _extended(pieces.extended)
    if 0 in pieces.numbered or (pieces.numbered and pieces.plain is None):
        ordered = [pieces.numbered[index] for index in sorted(pieces.numbered)]
        if not any(is_encoded for _, is_encoded in ordered):
            return decode_header("".join(text for text, _ in ordered).encode("latin-1", "replace"), fallback)
        label, first = _charset_and_rest(ordered[0][0]) if ordered[0][1] else ("", ordered[0][0])
        chunks = [(first, ordered[0][1]), *ordered[1:]]
        data = b"".join(
            unquote_to_bytes(text.encode("latin-1", "replace")) if is_encoded else text.encode("latin-1", "replace")
            for text, is_encoded in chunks
        )
        return _unwrapped(charset.decode(data, label))
    return _plain((pieces.plain or "").encode("latin-1", "replace"), fallback)


def _extended(value: bytes) -> str:
    if b"=?" in value and value.count(b"'") < 2:
        return decode_header(value)
    label, rest = _charset_and_rest(value.decode("latin-1"))
    return _unwrapped(charset.decode(unquote_to_bytes(rest.encode("latin-1", "replace")), label))


def _unwrapped(text: str) -> str:
    """The text on one line; a mailer may have encoded a value twice, by RFC 2231 and by RFC 2047."""
    return decode_header(text.encode("utf-8", "replace")) if "=?" in text else clean(text)


def _plain(value: bytes, fallback: str) -> str:
    """A value without RFC 2231. Where all of it is percent-encoded UTF-8, the sender took it for a URL."""
    text = decode_header(value, fallback)
    if "%" not in text or not text.isascii():
        return text
    try:
        unquoted = unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError:
        return text
    return text if unquoted.isascii() else clean(unquoted)


def _charset_and_rest(value: str) -> tuple[str, str]:
    parts = value.split("'", 2)
    return (parts[0], parts[2]) if len(parts) == 3 else ("", value)
