"""Bytes to text, whatever the declaration says. Nothing here raises.

The ladder: a declared charset by its WHATWG label (gb2312 means gb18030, latin-1 means windows-1252, …), unless the
bytes are plainly UTF-8; a byte order mark; strict UTF-8; letter statistics for Cyrillic; charset-normalizer; and at
the end windows-1252, which reads every byte. Labels: https://encoding.spec.whatwg.org/#names-and-labels
"""

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes

#: A detector costs time in proportion to its sample; this many bytes decide.
SAMPLE_BYTES: Final = 8192

_LABELS: Final = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "x-cp1252": "cp1252",
    "ansi": "cp1252",
    "iso-8859-9": "cp1254",
    "latin5": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "chinese": "gb18030",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "windows-949": "cp949",
    "koi8-r": "koi8_r",
    "koi8": "koi8_r",
    "koi": "koi8_r",
    "koi8-u": "koi8_u",
    "koi8-ru": "koi8_u",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-ukrainian": "mac_cyrillic",
    "macintosh": "mac_roman",
    "x-mac-roman": "mac_roman",
    "iso-8859-8-i": "iso8859_8",
    "iso-8859-8-e": "iso8859_8",
    "unicode-1-1-utf-7": "utf_7",
    "unicode-1-1-utf-8": "utf_8",
    "utf8mb4": "utf_8",
    "x-unknown": "",
    "unknown-8bit": "",
    "binary": "",
    "default": "",
}
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF32_LE, "utf_32_le"),
    (codecs.BOM_UTF32_BE, "utf_32_be"),
    (codecs.BOM_UTF16_LE, "utf_16_le"),
    (codecs.BOM_UTF16_BE, "utf_16_be"),
)
#: Codecs of the standard library that are no charsets (base64, rot13, …) or are far too slow on hostile input.
_REFUSED: Final = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
_NUMBER = re.compile(r"(?:cp|windows|win|x-cp|ibm|ms)?[-_]?(\d{3,5})")
_HIGH = re.compile(rb"[\x80-\xff]")
_LETTERS = re.compile(rb"[A-Za-z\x80-\xff]")
_CYRILLIC_CODECS: Final = ("cp1251", "koi8_u", "cp866", "iso8859_5", "mac_cyrillic")
#: Pairs of the commonest Chinese characters (GB 2312, first level).
_CHINESE = re.compile(rb"(?:[\xb0-\xd7][\xa1-\xfe]|\xa3[\xa1-\xfe]|\xa1[\xa1-\xbf])+")
_OTHER_CYRILLIC: Final = frozenset("бвгжзйфхцчшщъыэюяёіїєґ")
_CAPITAL_CYRILLIC: Final = frozenset("АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁІЇЄҐ")
#: The commonest small letters of Russian and Ukrainian: some two thirds of running text.
_COMMON_CYRILLIC: Final = frozenset("оеаинтсрвлкмдпуяіь")


def codec_of(label: str) -> str:
    """The Python codec for a charset label as mail writes it; an empty string when there is none."""
    name = label.strip().strip("\"'").lower()[:64]
    if name in _LABELS:
        return _LABELS[name]
    found = _NUMBER.fullmatch(name)
    for candidate in (name, f"cp{found.group(1)}" if found else ""):
        if not candidate:
            continue
        try:
            info = codecs.lookup(candidate)
        except (LookupError, ValueError, UnicodeError):
            continue
        if info._is_text_encoding and info.name.replace("-", "_") not in _REFUSED:  # noqa: SLF001 - no public way
            return _LABELS.get(info.name, info.name)
    return ""


def decode(data: bytes, declared: str = "") -> str:
    """The text of `data`. A wrong, unknown or missing declaration is survived; U+FFFD marks what can't be read."""
    if data.isascii() and b"\x1b" not in data and b"+" not in data and b"~{" not in data and b"\0" not in data:
        return data.decode("ascii")
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(codec, "replace")
    codec = codec_of(declared) if declared else ""
    if codec:
        text = _declared(data, codec)
        if text is not None:
            return text
    try:
        return data.decode("utf_8")
    except UnicodeDecodeError:
        pass
    return _detected(data)


def _declared(data: bytes, codec: str) -> str | None:
    """`data` read as declared, or None where the bytes contradict the declaration."""
    if codec not in ("utf_8", "utf-8") and not codec.startswith(("utf", "iso2022", "hz")) and _HIGH.search(data):
        try:  # text in another charset almost never happens to be valid UTF-8
            return data.decode("utf_8")
        except UnicodeDecodeError:
            pass
    if codec == "cp1252":  # what mailers write when they do not know
        return _western(data) if _cyrillic(data) is None else None
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError, LookupError):
        pass
    try:
        text = data.decode(codec, "replace")
    except (UnicodeError, ValueError, LookupError):
        return None
    lost = text.count("\ufffd")
    good = sum(ch > "\x7f" for ch in text[: 4 * SAMPLE_BYTES]) - lost
    return text if good > 4 * lost or (codec == "utf-8" and lost <= 1 and good) else None


def detect(sample: bytes) -> str:
    """The codec that undeclared bytes are likeliest in; an empty string when ASCII or anybody's guess."""
    sample = sample[:SAMPLE_BYTES]
    high = len(_HIGH.findall(sample))
    if not high:
        return ""
    codec = _cyrillic(sample)
    if codec is not None:
        return codec
    if sum(map(len, _CHINESE.findall(sample))) >= 0.95 * high:
        return "gb18030"
    if high < 8:
        return ""
    guess = from_bytes(sample, steps=5, chunk_size=512, threshold=0.2).best()
    if guess is None or guess.encoding in ("ascii", "utf_8") or guess.encoding in _REFUSED:
        return ""
    return _LABELS.get(guess.encoding, guess.encoding)


def _detected(data: bytes) -> str:
    """`data` in the likeliest charset."""
    high = len(_HIGH.findall(data, 0, SAMPLE_BYTES))
    text = data.decode("utf_8", "replace")
    if high > 8 and text.count("\ufffd") * 8 < high:  # UTF-8 with a few damaged characters
        return text
    codec = detect(data)
    if codec:
        try:
            return data.decode(codec, "replace" if codec in _CYRILLIC_CODECS else "strict")
        except (UnicodeError, ValueError, LookupError):
            pass
    return _western(data)


def _cyrillic(sample: bytes) -> str | None:
    """The Cyrillic charset in which the sample reads like Russian or Ukrainian, if there is one."""
    sample = sample[:SAMPLE_BYTES]
    high = len(_HIGH.findall(sample))
    if high < 4 or high * 2 < len(_LETTERS.findall(sample)):
        return None
    best, best_score = None, 0.0
    for codec in _CYRILLIC_CODECS:
        score = _likeness(sample.decode(codec, "replace")) / high
        if score > best_score:
            best, best_score = codec, score
    return best if best_score >= 0.7 else None


def _likeness(text: str) -> float:
    """How much the letters look like words: common small ones most, a capital after a small one not at all."""
    score = 0.0
    previous = " "
    for ch in text:
        if ch in _COMMON_CYRILLIC:
            score += 1
        elif ch in _OTHER_CYRILLIC:
            score += 0.7
        elif ch in _CAPITAL_CYRILLIC:
            score += 0.7 if not previous.islower() else -1
        elif ch > "\x7f":
            score -= 0.3
        previous = ch
    return score


def _western(data: bytes) -> str:
    """windows-1252 as browsers read it: the five bytes it does not define become C1 controls."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin_1")
