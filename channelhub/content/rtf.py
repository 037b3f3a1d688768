"""Outlook's compressed rich text (MS-OXRTFCP) and the words or the HTML in it (MS-OXRTFEX). Never raises.

One pass over bounded input: what is larger is cut.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from channelhub.content.charset_labels import codec_of

MAX_BYTES: Final = 1_000_000
_MAX_DEPTH: Final = 100
_MAX_FONTS: Final = 1000
_WINDOW: Final = 4096
#: What both sides take as already written, MS-OXRTFCP §2.1.2.1.
_PRESET: Final = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\", re.DOTALL
)
#: Groups whose content is no text of the message.
_SILENT: Final = frozenset(
    {
        b"fonttbl",
        b"colortbl",
        b"stylesheet",
        b"info",
        b"pict",
        b"object",
        b"header",
        b"footer",
        b"footnote",
        b"bkmkstart",
    }
)
_SIGNS: Final = {
    b"par": "\n", b"line": "\n", b"row": "\n", b"sect": "\n", b"page": "\n", b"tab": "\t", b"cell": "\t",
    b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•", b"endash": "–",
    b"emdash": "—", b"emspace": " ", b"enspace": " ",
}  # fmt: skip
_CHARSETS: Final = {
    0: "", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """`is_html`: the text is the markup that the sender wrote, which Outlook wrapped."""

    text: str
    is_html: bool


def decompress(data: bytes) -> bytes:
    """The first `MAX_BYTES` of the RTF; what can be had of a damaged stream."""
    kind = data[8:12]
    if kind == b"MELA":
        return data[16 : 16 + MAX_BYTES]
    if kind != b"LZFu":
        return b""
    out = bytearray(_PRESET)
    limit = len(_PRESET) + MAX_BYTES
    at, end = 16, len(data)
    while at < end and len(out) < limit:
        flags = data[at]
        at += 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += data[at : at + 1]
                at += 1
                continue
            if at + 2 > end:
                return bytes(out[len(_PRESET) :])
            reference = data[at] << 8 | data[at + 1]
            at += 2
            back = (len(out) - (reference >> 4)) % _WINDOW
            if not back or back > len(out):  # the end mark; or a place nothing was written to
                return bytes(out[len(_PRESET) :])
            length, start = (reference & 15) + 2, len(out) - back
            piece = out[start : start + length]
            out += (piece * length)[:length]  # a place nearer than it is long repeats itself
    return bytes(out[len(_PRESET) : limit])


@dataclass(slots=True)
class _Group:
    is_silent: bool = False
    is_hidden: bool = False  # \htmlrtf: a second rendering beside the HTML
    is_fonts: bool = False
    codec: str = ""
    fallback_chars: int = 1  # \uc: characters after \u that stand for it


@dataclass(slots=True)
class _Reader:
    is_html: bool
    codec: str = "cp1252"
    group: _Group = field(default_factory=_Group)
    stack: list[_Group] = field(default_factory=list)
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = 0
    out: list[str] = field(default_factory=list)
    pending: bytearray = field(default_factory=bytearray)
    pending_codec: str = ""
    skip: int = 0  # characters that stand for a \u before them
    is_starred: bool = False
    too_deep: int = 0

    def byte(self, value: int) -> None:
        if self.skip:
            self.skip -= 1
        elif not (self.group.is_silent or self.group.is_hidden):
            codec = self.group.codec or self.codec
            if codec != self.pending_codec:
                self.flush()
                self.pending_codec = codec
            self.pending.append(value)

    def write(self, text: str) -> None:
        if not (self.group.is_silent or self.group.is_hidden):
            self.flush()
            self.out.append(text)

    def flush(self) -> None:
        if self.pending:
            self.out.append(self.pending.decode(self.pending_codec, "replace"))
            self.pending.clear()


def read(rtf: bytes) -> Document:
    """The words of a rich text, or the HTML that it encapsulates."""
    rtf = rtf[:MAX_BYTES]
    reader = _Reader(is_html=b"\\fromhtml" in rtf[:4096])
    for token in _TOKEN.finditer(rtf):
        word, number, code, sign, brace, plain = token.groups()
        if brace is not None:
            _brace(reader, brace)
        elif reader.too_deep:
            continue
        elif plain is not None:
            for value in plain[reader.skip :] if reader.skip < len(plain) else b"":
                _plain(reader, value)
            reader.skip = max(0, reader.skip - len(plain))
        elif code is not None:
            reader.byte(int(code, 16))
        elif word is not None:
            _word(reader, word, int(number) if number else None)
        elif sign is not None:
            _sign(reader, sign)
    reader.flush()
    text = "".join(reader.out).replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return Document(text, reader.is_html)


def _plain(reader: _Reader, value: int) -> None:
    skip, reader.skip = reader.skip, 0
    reader.byte(value)
    reader.skip = skip


def _brace(reader: _Reader, brace: bytes) -> None:
    reader.skip = 0
    reader.is_starred = False
    if brace == b"{":
        if len(reader.stack) >= _MAX_DEPTH:
            reader.too_deep += 1
            return
        reader.stack.append(reader.group)
        old = reader.group
        reader.group = _Group(old.is_silent, old.is_hidden, old.is_fonts, old.codec, old.fallback_chars)
    elif reader.too_deep:
        reader.too_deep -= 1
    elif reader.stack:
        reader.group = reader.stack.pop()


def _sign(reader: _Reader, sign: bytes) -> None:
    if sign == b"*":
        reader.is_starred = True
    elif sign == b"~":
        reader.write("\xa0")
    elif sign == b"_":
        reader.write("-")
    elif sign in (b"\r", b"\n"):
        reader.write("\n")
    elif sign in (b"\\", b"{", b"}"):
        reader.byte(sign[0])


def _word(reader: _Reader, word: bytes, number: int | None) -> None:
    group = reader.group
    if reader.is_starred:
        reader.is_starred = False
        # Only the markup of an encapsulated page is for us among the marked destinations.
        if not (word == b"htmltag" and reader.is_html):
            group.is_silent = True
        return
    if word in _SILENT:
        group.is_silent = True
        group.is_fonts = word == b"fonttbl"
    elif word == b"plain":
        group.codec = ""
    elif word == b"htmlrtf":
        group.is_hidden = reader.is_html and number != 0
    elif word in _SIGNS:
        reader.write(_SIGNS[word])
    elif number is not None:
        _numbered(reader, word, number)


def _numbered(reader: _Reader, word: bytes, number: int) -> None:
    group = reader.group
    if word == b"ansicpg":
        reader.codec = codec_of(str(number)) or reader.codec
    elif word == b"f":
        reader.font = number
        if not group.is_fonts:
            group.codec = reader.fonts.get(number, "")
    elif word == b"fcharset" and group.is_fonts and len(reader.fonts) < _MAX_FONTS:
        reader.fonts[reader.font] = _CHARSETS.get(number, "")
    elif word == b"uc":
        group.fallback_chars = min(max(number, 0), 10)
    elif word == b"u":
        if -0x8000 <= number <= 0xFFFF:
            reader.write(chr(number % 0x10000))
        reader.skip = group.fallback_chars
