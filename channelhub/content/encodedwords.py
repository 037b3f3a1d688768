"""RFC 2047: header bytes to text, with everything that real mail does to encoded words. Nothing here raises."""

import binascii
import re
from typing import Final

from channelhub.content import charset
from channelhub.content.charset_labels import codec_of

WORD = re.compile(
    rb"=\?([A-Za-z0-9_.:+-]{1,40})(?:\*[A-Za-z-]{0,20})?\?([bBqQ])\?"
    rb"([^?\r\n]*(?:\?(?!=)[^?\r\n]*){0,8}|[A-Za-z0-9+/=_\s]*)\?="  # some mailers fold inside a word
)
_CUT_WORD = re.compile(rb"=\?([A-Za-z0-9_.:+-]{1,40})\?([bBqQ])\?([!->@-~]{2,2000})\Z")
_FOLD = re.compile(rb"[\r\n]+[ \t]*")
_BLANK = re.compile(rb"[ \t\r\n]*")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
#: What must not reach a log line, a database row or an outgoing header: C0 and C1 controls, line separators.
_CONTROL: Final = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029], " "),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
    0: None,
}


def clean(text: str) -> str:
    """`text` on one line: no CR, LF, NUL or other control, no lone surrogate; outer white space dropped."""
    if text.isprintable():  # no control, separator or surrogate, and much cheaper to see
        return text.strip()
    return text.translate(_CONTROL).strip()


def decode_header(raw: bytes, fallback: str = "") -> str:
    """A header's value as one line of text. Neighbouring words of one charset are joined before they are decoded,
    so that a letter split between two words (RFC 2047 forbids it, many senders do it) survives. `fallback` is the
    charset that raw 8-bit bytes are in when they are not UTF-8.
    """
    if not raw:
        return ""
    if b"=?" not in raw:
        return clean(charset.decode(_FOLD.sub(b" ", raw), fallback))
    out: list[str] = []
    pending: list[bytes] = []  # decoded bytes of neighbouring words of one charset
    pending_charset = ""
    end = 0
    for word in WORD.finditer(raw):
        between = raw[end : word.start()]
        label = word.group(1).decode("ascii").lower()
        is_neighbour = end > 0 and _BLANK.fullmatch(between) is not None
        if pending and not (is_neighbour and label == pending_charset):
            out.append(charset.decode(b"".join(pending), pending_charset))
            pending = []
        if not is_neighbour:
            out.append(charset.decode(_FOLD.sub(b" ", between), fallback))
        pending.append(_word_bytes(word.group(2), word.group(3)))
        pending_charset = label
        end = word.end()
    if pending:
        out.append(charset.decode(b"".join(pending), pending_charset))
    out.append(_rest(raw[end:], fallback))
    return clean("".join(out))


def _rest(raw: bytes, fallback: str) -> str:
    """What stands behind the last word; a word that was cut off with the header is read as far as it goes."""
    plain = charset.decode(_FOLD.sub(b" ", raw), fallback)
    cut = _CUT_WORD.search(raw)
    if cut is None:
        return plain
    try:
        text = _word_bytes(cut.group(2), cut.group(3)).decode(codec_of(cut.group(1).decode("ascii")) or "ascii")
    except (UnicodeError, ValueError, LookupError):
        return plain
    return charset.decode(_FOLD.sub(b" ", raw[: cut.start()]), fallback) + text


def _word_bytes(encoding: bytes, payload: bytes) -> bytes:
    if encoding in b"qQ":
        return binascii.a2b_qp(payload, header=True)
    if not payload.isascii():  # raw bytes inside a word that claims to be base64
        return payload
    letters = _NOT_BASE64.sub(b"", payload)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    try:
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return payload
