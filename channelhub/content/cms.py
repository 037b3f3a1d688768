"""What an S/MIME body holds (RFC 5652, RFC 8551): opened where no key is needed. Nothing here raises.

Only the path to the content is read, in DER and in BER with indefinite lengths and strings in pieces, which is what
mail clients write. Signatures are not checked here.
"""

import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MAX_CONTENT_BYTES: Final = 16 * 1024 * 1024
_MAX_DEPTH: Final = 24
_MAX_PIECES: Final = 50_000

_OCTET_STRING: Final = 0x04
_OBJECT_ID: Final = 0x06
_CONSTRUCTED: Final = 0x20
_CONTEXT_0: Final = 0xA0


class Kind(StrEnum):
    SIGNED = "signed"
    ENCRYPTED = "encrypted"
    COMPRESSED = "compressed"


_KINDS: Final = {
    bytes.fromhex("2a864886f70d010702"): Kind.SIGNED,  # 1.2.840.113549.1.7.2
    bytes.fromhex("2a864886f70d010703"): Kind.ENCRYPTED,  # enveloped-data
    bytes.fromhex("2a864886f70d0109100117"): Kind.ENCRYPTED,  # auth-enveloped-data, RFC 5083
    bytes.fromhex("2a864886f70d0109100109"): Kind.COMPRESSED,  # RFC 3274
}


@dataclass(frozen=True, slots=True)
class Envelope:
    """`content` is the enclosed MIME entity; None where it needs a key or is not there (certificates only)."""

    kind: Kind
    content: bytes | None


class _Broken(Exception):
    """The bytes are no CMS, or end early."""


@dataclass(frozen=True, slots=True)
class _Element:
    tag: int
    start: int  # of its content
    end: int  # of its content; of what encloses it, where the length is indefinite
    is_open: bool  # the length is indefinite: two zero bytes end it


def read(data: bytes) -> Envelope | None:
    """The envelope, or None where `data` is none."""
    try:
        info = _element(data, 0, len(data))
        type_of = _element(data, info.start, info.end)
        if type_of.tag != _OBJECT_ID:
            return None
        kind = _KINDS.get(data[type_of.start : type_of.end])
        if kind is None or kind is Kind.ENCRYPTED:
            return Envelope(kind, None) if kind else None
    except _Broken:
        return None
    try:
        wrapper = _element(data, type_of.end, info.end)  # [0] EXPLICIT
        content = _encapsulated(data, _element(data, wrapper.start, wrapper.end))
    except _Broken:
        content = None
    if kind is Kind.COMPRESSED and content is not None:
        content = _inflated(content)
    return Envelope(kind, content)


def _encapsulated(data: bytes, envelope: _Element) -> bytes | None:
    """The octets of the EncapsulatedContentInfo, which is the first SEQUENCE in the envelope that opens with an
    object id: before it stand a version and, in signed data, the SET of digests; in compressed data an algorithm.
    """
    at = envelope.start
    found: _Element | None = None
    for _ in range(3):
        element = _element(data, at, envelope.end)
        inner = _element(data, element.start, element.end) if element.tag == 0x30 else None
        if inner is not None and inner.tag == _OBJECT_ID:
            found = element
            content = _explicit_content(data, element, inner)
            if content is not None:
                return content
        at = _after(data, element, 0)
    if found is None:
        raise _Broken
    return None


def _explicit_content(data: bytes, info: _Element, type_of: _Element) -> bytes | None:
    if type_of.end >= info.end:
        return None
    explicit = _element(data, type_of.end, info.end)
    if explicit.tag != _CONTEXT_0:
        return None
    pieces: list[bytes] = []
    _collect(data, _element(data, explicit.start, explicit.end), pieces, 0)
    return b"".join(pieces)


def _collect(data: bytes, element: _Element, pieces: list[bytes], depth: int) -> int:
    """Gather an octet string, whole or in pieces; where the next element begins. A cut one gives what is there."""
    if depth > _MAX_DEPTH or len(pieces) >= _MAX_PIECES:
        raise _Broken
    if element.tag == _OCTET_STRING:
        pieces.append(data[element.start : element.end])
        return element.end
    if element.tag != _OCTET_STRING | _CONSTRUCTED:
        raise _Broken
    at = element.start
    while at < element.end:
        if element.is_open and data[at : at + 2] == b"\0\0":
            return at + 2
        at = _collect(data, _element(data, at, element.end), pieces, depth + 1)
    return at


def _after(data: bytes, element: _Element, depth: int) -> int:
    """The offset behind an element."""
    if not element.is_open:
        return element.end
    if depth > _MAX_DEPTH:
        raise _Broken
    at = element.start
    while data[at : at + 2] != b"\0\0":
        at = _after(data, _element(data, at, element.end), depth + 1)
    return at + 2


def _element(data: bytes, at: int, end: int) -> _Element:
    """The tag and extent of the element at `at`; one that runs past the end is cut there (X.690 §8.1)."""
    if at < 0 or at + 2 > end or data[at] & 0x1F == 0x1F:
        raise _Broken
    first = data[at + 1]
    start = at + 2
    if first == 0x80:
        return _Element(data[at], start, end, is_open=True)
    length = first
    if first & 0x80:
        size = first & 0x7F
        if size > 8 or start + size > end:
            raise _Broken
        length = int.from_bytes(data[start : start + size])
        start += size
    return _Element(data[at], start, min(start + length, end), is_open=False)


def _inflated(content: bytes) -> bytes | None:
    try:
        return zlib.decompressobj().decompress(content, MAX_CONTENT_BYTES)
    except zlib.error:
        return None
