"""Bytes to text, whatever the declaration says. Nothing here raises.

The ladder: a byte order mark; the declared charset by its WHATWG label, unless the bytes contradict it; UTF-8; what
detection finds; and at the end windows-1252, which reads every byte. Lines in another charset than the rest (a
gateway's footer, a pasted quote) are read in theirs.
"""

import codecs
import re
import unicodedata
from typing import Final

from charset_normalizer import from_bytes

from channelhub.content import detection, iso2022jp
from channelhub.content.charset_labels import codec_of

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF32_LE, "utf_32_le"),
    (codecs.BOM_UTF32_BE, "utf_32_be"),
    (codecs.BOM_UTF16_LE, "utf_16_le"),
    (codecs.BOM_UTF16_BE, "utf_16_be"),
)
#: Declarations that say nothing about bytes beyond ASCII.
_ASCII: Final = frozenset({"us-ascii", "ascii", "ansi_x3.4-1968"})
_UTF_16: Final = frozenset({"utf_16_le", "utf_16_be"})
#: Charsets whose bytes are all below 0x80 or that any bytes may be in: valid UTF-8 says nothing against them.
_UNTOLD: Final = ("utf", "iso2022", "hz")
_HIGH = re.compile(rb"[\x80-\xff]")
#: Fewer bytes than these tell charset-normalizer nothing.
_MIN_HIGH: Final = 8
#: Texts of more lines are read in one charset.
_MAX_MIXED_LINES: Final = 20_000
_GOOD_CHARS: Final = 32_768


def decode(data: bytes, declared: str = "") -> str:
    """The text of `data`. A wrong, unknown or missing declaration is survived; U+FFFD marks what can't be read."""
    if data.isascii() and b"\x1b" not in data and b"+" not in data and b"~{" not in data and b"\0" not in data:
        return data.decode("ascii")
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(codec, "replace")
    codec = codec_of(declared) if declared and declared.lower() not in _ASCII else ""
    if b"\x1b$" in data and data.isascii() and not codec.startswith("iso2022"):
        return iso2022jp.decode(data)
    text = _declared(data, codec) if codec else None
    return _undeclared(data) if text is None else text


def detect(sample: bytes) -> str:
    """The codec that undeclared bytes are likeliest in; an empty string when ASCII or anybody's guess."""
    codec = detection.detect(sample)
    sample = sample[: detection.SAMPLE_BYTES]
    if codec or len(_HIGH.findall(sample)) < _MIN_HIGH:
        return codec
    guess = from_bytes(sample, steps=5, chunk_size=512, threshold=0.2).best()
    return "" if guess is None or guess.encoding in ("ascii", "utf_8") else codec_of(guess.encoding)


def _declared(data: bytes, codec: str) -> str | None:
    """`data` read as declared, or None where the bytes contradict the declaration."""
    if not codec.startswith(_UNTOLD) and _HIGH.search(data):
        text = _utf_8(data)  # text in another charset almost never happens to be valid UTF-8
        if text is not None:
            return text
    if codec in _UTF_16:
        return _utf_16(data, codec)
    if codec == "iso2022_jp_ext":
        return iso2022jp.decode(data)
    if codec == "cp1252":  # what mailers write when they do not know
        return None if detection.is_cyrillic(data) else _western(data)
    try:
        text = data.decode(codec)
    except (UnicodeError, ValueError, LookupError):
        return None if codec == "utf_8" else _mostly(data, codec)
    # Vietnamese is written as letters and marks apart; what people type and search for is one sign.
    return unicodedata.normalize("NFC", text) if codec == "cp1258" else text


def _mostly(data: bytes, codec: str) -> str | None:
    """`data` read with U+FFFD for what is damaged, or None where that is more than a fifth of the foreign letters."""
    try:
        text = data.decode(codec, "replace")
    except (UnicodeError, ValueError, LookupError):
        return None
    lost = text.count("\ufffd")
    good = sum(ch > "\x7f" for ch in text[:_GOOD_CHARS]) - lost
    return text if good > 4 * lost else None


def _utf_8(data: bytes) -> str | None:
    try:
        return data.decode("utf_8")
    except UnicodeDecodeError:
        return None


def _utf_16(data: bytes, codec: str) -> str | None:
    """Which byte of a pair comes first is told by the bytes that blanks and letters of one script have in common."""
    if b"\0" not in data:
        return _mostly(data, codec) if _utf_8(data) is None else None
    first, second = data[0:4096:2], data[1:4096:2]
    return data.decode("utf_16_be" if first.count(0) > second.count(0) else "utf_16_le", "replace")


def _undeclared(data: bytes) -> str:
    text = _utf_8(data)
    if text is not None:
        return text
    mixed = _mixed(data)
    if mixed is not None:
        return mixed
    text = _mostly(data, "utf_8")
    if text is not None:
        return text
    return _foreign(data, detect(data))


def _mixed(data: bytes) -> str | None:
    """The text of UTF-8 lines beside lines in another charset; None where it is not that."""
    lines = data.split(b"\n", _MAX_MIXED_LINES)
    if len(lines) > _MAX_MIXED_LINES:
        return None
    texts = [_utf_8(line) for line in lines]
    if all(text is None or text.isascii() for text in texts):
        return None
    codec = detect(b"\n".join(line for line, text in zip(lines, texts, strict=True) if text is None))
    return "\n".join(
        (_mostly(line, "utf_8") or _foreign(line, codec)) if text is None else text
        for line, text in zip(lines, texts, strict=True)
    )


def _foreign(data: bytes, codec: str) -> str:
    if not codec:
        return _western(data)
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError, LookupError):
        return data.decode(codec, "replace") if codec in detection.CYRILLIC else _western(data)


def _western(data: bytes) -> str:
    """windows-1252 as browsers read it: the five bytes it does not define become C1 controls."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin_1")
