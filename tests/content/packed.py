"""Writers of the formats that mails are packed in: BER for S/MIME, TNEF for Outlook, compressed rich text."""

import struct
import uuid
from collections.abc import Iterable

SIGNED = bytes.fromhex("06092a864886f70d010702")
ENVELOPED = bytes.fromhex("06092a864886f70d010703")
COMPRESSED = bytes.fromhex("060b2a864886f70d0109100109")
DATA = bytes.fromhex("06092a864886f70d010701")
APPOINTMENT = uuid.UUID("00062002-0000-0000-c000-000000000046")


def der(tag: int, *contents: bytes) -> bytes:
    """An element with a definite length."""
    content = b"".join(contents)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + content


def ber(tag: int, *contents: bytes) -> bytes:
    """An element with an indefinite length."""
    return bytes((tag, 0x80)) + b"".join(contents) + b"\0\0"


def signed(content: bytes) -> bytes:
    """SignedData without signers, as opaque signatures carry it."""
    info = der(0x30, DATA, der(0xA0, der(0x04, content)))
    return der(0x30, SIGNED, der(0xA0, der(0x30, b"\x02\x01\x01", der(0x31), info, der(0x31))))


def signed_in_pieces(content: bytes, size: int) -> bytes:
    """The same with indefinite lengths and the content in pieces, as streaming writers do it."""
    pieces = (der(0x04, content[at : at + size]) for at in range(0, len(content), size))
    info = ber(0x30, DATA, ber(0xA0, ber(0x24, *pieces)))
    return ber(0x30, SIGNED, ber(0xA0, ber(0x30, b"\x02\x01\x01", ber(0x31), info, der(0x31))))


def attribute(identifier: int, value: bytes, level: int = 1) -> bytes:
    return struct.pack("<BII", level, identifier, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def _padded(value: bytes) -> bytes:
    return value + bytes(-len(value) % 4)


def sized(kind: int, identifier: int, value: bytes, *, name: int | None = None) -> bytes:
    """A text, binary or object property; with `name` one of the appointment set."""
    head = struct.pack("<HH", kind, identifier)
    if name is not None:
        head += APPOINTMENT.bytes_le + struct.pack("<II", 0, name)
    return head + struct.pack("<II", 1, len(value)) + _padded(value)


def unicode_text(identifier: int, text: str, *, name: int | None = None) -> bytes:
    return sized(0x001F, identifier, (text + "\0").encode("utf-16-le"), name=name)


def number(identifier: int, value: int) -> bytes:
    return struct.pack("<HHi", 0x0003, identifier, value)


def time(identifier: int, unix_s: int) -> bytes:
    return struct.pack("<HHQ", 0x0040, identifier, (unix_s + 11_644_473_600) * 10_000_000)


def properties(*ones: bytes) -> bytes:
    return struct.pack("<I", len(ones)) + b"".join(ones)


def stream(*attributes: bytes) -> bytes:
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(attributes)


def message_properties(*ones: bytes) -> bytes:
    return attribute(0x00069003, properties(*ones))


def enclosed(title: bytes, content: bytes, *ones: bytes) -> Iterable[bytes]:
    """The attributes of one file; `ones` are properties that say more of it."""
    yield attribute(0x00069002, bytes(14), 2)
    yield attribute(0x00018010, title + b"\0", 2)
    if content:
        yield attribute(0x0006800F, content, 2)
    if ones:
        yield attribute(0x00069005, properties(*ones), 2)


def stored_rtf(rtf: bytes) -> bytes:
    """The container of rich text with its content not compressed."""
    return struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf


def lzfu(*runs: bytes | tuple[int, int]) -> bytes:
    """Compressed rich text: bytes are literals, a pair is a reference to an offset and a length."""
    tokens = [token for run in runs for token in ([bytes((one,)) for one in run] if isinstance(run, bytes) else [run])]
    body = bytearray()
    for start in range(0, len(tokens), 8):
        group = tokens[start : start + 8]
        body.append(sum(1 << bit for bit, token in enumerate(group) if isinstance(token, tuple)))
        for token in group:
            body += token if isinstance(token, bytes) else struct.pack(">H", token[0] << 4 | token[1] - 2)
    return struct.pack("<II4sI", len(body) + 12, 0, b"LZFu", 0) + body
