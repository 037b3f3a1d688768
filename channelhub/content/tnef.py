"""The inside of a winmail.dat: text, files and appointment of a mail that Outlook packed (MS-OXTNEF). Never raises.

Only attributes and properties that carry something a reader needs are looked at; the others are stepped over. Counts,
sizes and nesting are limited before anything is built, and a stream that is cut gives what came before the cut.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from channelhub.content import charset
from channelhub.content.charset_labels import codec_of
from channelhub.content.encodedwords import clean

SIGNATURE: Final = b"\x78\x9f\x3e\x22"
MAX_FILES: Final = 500
_MAX_ATTRIBUTES: Final = 20_000
_MAX_PROPERTIES: Final = 5_000
_MAX_VALUES: Final = 5_000

_ATTRIBUTE = struct.Struct("<BII")
_U32 = struct.Struct("<I")

# Attribute ids, MS-OXTNEF §2.1.3.
_CODE_PAGE: Final = 0x00069007
_MESSAGE_CLASS: Final = 0x00078008
_SUBJECT: Final = 0x00018004
_BODY: Final = 0x0002800C
_PROPERTIES: Final = 0x00069003
_NEW_FILE: Final = 0x00069002
_FILE_TITLE: Final = 0x00018010
_FILE_DATA: Final = 0x0006800F
_FILE_PROPERTIES: Final = 0x00069005

# Property ids, MS-OXPROPS.
_P_SUBJECT: Final = 0x0037
_P_START: Final = 0x0060
_P_END: Final = 0x0061
_P_BODY: Final = 0x1000
_P_RTF: Final = 0x1009
_P_HTML: Final = 0x1013
_P_CODE_PAGE: Final = 0x3FDE
_P_FILE_DATA: Final = 0x3701
_P_FILE_NAMES: Final = (0x3707, 0x3704, 0x3001)  # long, short, shown
_P_FILE_TYPE: Final = 0x370E
_P_CONTENT_ID: Final = 0x3712
_L_LOCATION: Final = 0x8208  # named properties of the appointment set

_SHORT: Final = {0x0002: 4, 0x0003: 4, 0x0004: 4, 0x000A: 4, 0x000B: 4}
_LONG: Final = {0x0005: 8, 0x0006: 8, 0x0007: 8, 0x0014: 8, 0x0040: 8, 0x0048: 16}
_FIXED: Final = _SHORT | _LONG
_STRING8: Final = 0x001E
_UNICODE: Final = 0x001F
_BINARY: Final = 0x0102
_OBJECT: Final = 0x000D
_TIME: Final = 0x0040
_SIZED: Final = frozenset({_STRING8, _UNICODE, _BINARY, _OBJECT})
_FILETIME_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class File:
    """An attachment; `content_type` is empty where the stream states none."""

    name: str = ""
    content_type: str = ""
    content_id: str = ""
    content: bytes = b""
    is_message: bool = False  # the content is a TNEF stream: an enclosed Outlook item


@dataclass(slots=True, kw_only=True)
class Message:
    """What was found. `html` is in `codec` unless it says otherwise; `rtf` is compressed (MS-OXRTFCP)."""

    message_class: str = ""
    subject: str = ""
    text: str = ""
    html: bytes = b""
    rtf: bytes = b""
    codec: str = "cp1252"
    starts: datetime | None = None
    ends: datetime | None = None
    place: str = ""
    files: list[File] = field(default_factory=list)
    is_cut: bool = False

    @property
    def is_meeting(self) -> bool:
        return ".schedule.meeting" in self.message_class.lower() or "mtg" in self.message_class.lower()


def is_tnef(data: bytes) -> bool:
    return data.startswith(SIGNATURE)


def read(data: bytes) -> Message | None:
    """The message in the stream, or None where `data` is no TNEF."""
    if not is_tnef(data):
        return None
    message = Message()
    for identifier, value in _attributes(data, message):
        if identifier == _CODE_PAGE and len(value) >= 4:
            message.codec = codec_of(str(_U32.unpack_from(value)[0])) or message.codec
        elif identifier == _MESSAGE_CLASS:
            message.message_class = clean(value.decode("latin-1"))[:100]
        elif identifier == _SUBJECT:
            message.subject = message.subject or clean(_text(value, message.codec))
        elif identifier == _BODY:
            message.text = message.text or _text(value, message.codec)
        elif identifier == _PROPERTIES:
            _take_message(message, value)
        elif identifier == _NEW_FILE and len(message.files) < MAX_FILES:
            message.files.append(File())
        elif message.files:
            _take_file(message.files[-1], identifier, value, message.codec)
    message.files = [one for one in message.files if one.content or one.name]
    return message


def _attributes(data: bytes, message: Message) -> Iterator[tuple[int, bytes]]:
    at = 6  # the signature and a key
    for _ in range(_MAX_ATTRIBUTES):
        if at + _ATTRIBUTE.size > len(data):
            return
        _, identifier, length = _ATTRIBUTE.unpack_from(data, at)
        at += _ATTRIBUTE.size
        if at + length > len(data):
            message.is_cut = True
        yield identifier, data[at : at + length]
        at += length + 2  # a checksum
    message.is_cut = True


def _take_message(message: Message, value: bytes) -> None:
    found: dict[int, bytes] = {}
    for kind, identifier, content in _properties(value):
        if identifier == _P_CODE_PAGE and kind == 0x0003:
            message.codec = codec_of(str(_U32.unpack(content)[0])) or message.codec
        elif identifier in (_P_SUBJECT, _L_LOCATION) and kind in (_STRING8, _UNICODE):
            found.setdefault(identifier, _text(content, _codec(kind, message.codec)).encode())
        elif identifier == _P_BODY and kind in (_STRING8, _UNICODE):
            message.text = _text(content, _codec(kind, message.codec)) or message.text
        elif identifier == _P_HTML and kind in _SIZED:
            message.html = content if kind != _UNICODE else _text(content, "utf_16_le").encode()
        elif identifier == _P_RTF and kind == _BINARY:
            message.rtf = content
        elif identifier == _P_START and kind == _TIME:
            message.starts = _time(content)
        elif identifier == _P_END and kind == _TIME:
            message.ends = _time(content)
    message.subject = clean(found.get(_P_SUBJECT, b"").decode()) or message.subject
    message.place = clean(found.get(_L_LOCATION, b"").decode())


def _take_file(file: File, identifier: int, value: bytes, codec: str) -> None:
    if identifier == _FILE_TITLE:
        file.name = file.name or clean(_text(value, codec))
    elif identifier == _FILE_DATA:
        file.content = file.content or value
    elif identifier == _FILE_PROPERTIES:
        names: dict[int, str] = {}
        for kind, name, content in _properties(value):
            if kind in (_STRING8, _UNICODE):
                names.setdefault(name, clean(_text(content, _codec(kind, codec))))
            elif name == _P_FILE_DATA and kind == _OBJECT and len(content) > 16:
                file.content = content[16:]  # behind the interface's id
                file.is_message = is_tnef(file.content)
            elif name == _P_FILE_DATA and kind == _BINARY:
                file.content = content
        file.name = next((names[one] for one in _P_FILE_NAMES if names.get(one)), file.name)
        file.content_type = names.get(_P_FILE_TYPE, "").lower()
        file.content_id = names.get(_P_CONTENT_ID, "").strip("<> ")[:200]


def _properties(value: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Type, id (a named property's number in its place) and first value of each property (MS-OXTNEF §2.1.3.4)."""
    try:
        count = min(_U32.unpack_from(value)[0], _MAX_PROPERTIES)
        at = 4
        for _ in range(count):
            tag = _U32.unpack_from(value, at)[0]
            kind, identifier = tag & 0xFFFF, tag >> 16
            at += 4
            if identifier >= 0x8000:
                identifier, at = _named(value, at)
            content, at = _value(value, at, kind)
            yield kind & 0x0FFF, identifier, content
    except (struct.error, _Unknown):
        return


class _Unknown(Exception):
    """A type whose size nobody can tell: what follows can't be found."""


def _named(value: bytes, at: int) -> tuple[int, int]:
    is_text, number = struct.unpack_from("<II", value, at + 16)
    at += 24
    return (0, at + number + -number % 4) if is_text else (number & 0xFFFF, at)


def _value(value: bytes, at: int, kind: int) -> tuple[bytes, int]:
    is_many, single = kind & 0x1000, kind & 0x0FFF
    count = 1
    if is_many or single in _SIZED:
        count = _U32.unpack_from(value, at)[0]
        at += 4
    if count > _MAX_VALUES:
        raise _Unknown
    first = b""
    for number in range(count):
        size = _FIXED.get(single)
        if size is None:
            if single not in _SIZED:
                raise _Unknown
            size = _U32.unpack_from(value, at)[0]
            at += 4
        if at > len(value):
            raise _Unknown
        if number == 0:
            first = value[at : at + size]
        at += size + -size % 4
    if single in _FIXED and len(first) < _FIXED[single]:
        raise _Unknown
    return first, at


def _codec(kind: int, codec: str) -> str:
    return "utf_16_le" if kind == _UNICODE else codec


def _text(value: bytes, codec: str) -> str:
    """Decoded up to the closing NUL, line ends as LF."""
    if codec == "utf_16_le":
        text = value.decode("utf_16_le", "replace")
    else:
        text = charset.decode(value.partition(b"\0")[0], codec)
    return text.partition("\0")[0].replace("\r\n", "\n").replace("\r", "\n")


def _time(value: bytes) -> datetime | None:
    ticks = int.from_bytes(value[:8], "little")
    try:
        return _FILETIME_EPOCH + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return None
