"""What is packed inside a mail, made to crash, stall or fill a parser: each costs bounded time and memory.

Processor time is measured here; the last test sends all of them through children with the limits of the running hub.
"""

import base64
import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from channelhub.domain.inbound import NewMessage
from channelhub.domain.raw import RawMessage
from connectors.email.parse import parse
from tests.connectors.email.children import errors
from tests.content import packed

pytestmark = pytest.mark.slow

LIMIT_S = 2.0
FROM = b"From: a@b.example\r\nSubject: s\r\n"
MIB = 1024 * 1024


def box(content_type: str, content: bytes) -> bytes:
    head = f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return FROM + head.encode() + base64.encodebytes(content)


def plain(text: bytes, parameters: str = "charset=utf-8") -> bytes:
    return FROM + f"Content-Type: text/plain; {parameters}\r\n\r\n".encode() + text


def winmail(*attributes: bytes) -> bytes:
    return box("application/ms-tnef", packed.stream(*attributes))


def rich(rtf: bytes) -> bytes:
    return winmail(packed.message_properties(packed.sized(0x0102, 0x1009, packed.stored_rtf(rtf))))


def calendar(*lines: bytes) -> bytes:
    return FROM + b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\nBEGIN:VEVENT\n" + b"\n".join(lines)


def outlook_items(depth: int) -> bytes:
    data = packed.stream(packed.message_properties(packed.unicode_text(0x1000, "words")))
    for _ in range(depth):
        data = packed.stream(*packed.enclosed(b"m", b"", packed.sized(0x000D, 0x3701, bytes(16) + data)))
    return box("application/ms-tnef", data)


def signatures(depth: int) -> bytes:
    entity = b"Content-Type: text/plain\r\n\r\nx"
    for _ in range(depth):
        entity = b"Content-Type: application/pkcs7-mime\r\n\r\n" + packed.signed(entity)
    return FROM + entity


def inflating(times: int) -> bytes:
    """Every part grows to 128 MiB of zeros."""
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(bytes(MIB)) for _ in range(128)) + packer.flush()
    info = packed.der(0x30, packed.DATA, packed.der(0xA0, packed.der(0x04, bomb)))
    data = packed.der(0x30, packed.COMPRESSED, packed.der(0xA0, packed.der(0x30, b"\x02\x01\x00", info)))
    part = b"--B\r\nContent-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    part += base64.encodebytes(data)
    return FROM + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n" + part * times + b"--B--\r\n"


MAILS: dict[str, Callable[[], bytes]] = {
    "200 000 attributes": lambda: winmail(packed.attribute(0x00090001, b"") * 200_000),
    "20 000 files": lambda: winmail(b"".join(packed.enclosed(b"f", b"x")) * 20_000),
    "properties without end": lambda: winmail(
        packed.attribute(0x00069003, b"\xff\xff\xff\xff" + packed.number(1, 1) * 500_000)
    ),
    "a property of four thousand million values": lambda: winmail(
        packed.attribute(0x00069003, struct.pack("<IHHI", 1, 0x101F, 0x1000, 0xFFFFFFFF) + bytes(MIB))
    ),
    "an attribute that says it is 4 GiB": lambda: winmail(struct.pack("<BII", 1, 0x0002800C, 0xFFFFFFFF) + bytes(MIB)),
    "outlook items in outlook items": lambda: outlook_items(500),
    "compressed rich text, literals": lambda: winmail(
        packed.message_properties(packed.sized(0x0102, 0x1009, packed.lzfu(b"") + (b"\0" + b"a" * 8) * 1_000_000))
    ),
    "compressed rich text, repeats": lambda: winmail(
        packed.message_properties(
            packed.sized(0x0102, 0x1009, packed.lzfu(b"ab") + (b"\xff" + b"\x0c\xff" * 8) * 200_000)
        )
    ),
    "rich text of {": lambda: rich(b"{\\rtf1" + b"{" * MIB),
    "rich text of \\u": lambda: rich(b"{\\rtf1" + b"\\uc9\\u9 " * (MIB // 8)),
    "rich text of \\'": lambda: rich(b"{\\rtf1\\fromhtml1 " + b"\\'3c" * (MIB // 4)),
    "rich text of fonts": lambda: rich(b"{\\rtf1{\\fonttbl" + b"{\\f9\\fcharset204 }" * (MIB // 20) + b"}"),
    "octet strings in octet strings": lambda: box(
        "application/pkcs7-mime",
        packed.signed_in_pieces(b"", 1)[:40] + b"\x24\x80" * 500_000,
    ),
    "an octet string in a million pieces": lambda: box(
        "application/pkcs7-mime", packed.signed_in_pieces(b"x" * 1_000_000, 1)
    ),
    "signatures in signatures": lambda: signatures(200),
    "mebibytes of zeros": lambda: inflating(12),
    "a calendar of a million lines": lambda: calendar(b"X:y\n" * 1_000_000),
    "a calendar of parameters": lambda: calendar(b"DTSTART" + b";A=b" * 60_000, b'ORGANIZER;CN="' + b"a;" * 60_000),
    "a calendar of folds": lambda: calendar(b"SUMMARY:" + b"\r\n x" * 60_000),
    "a calendar of events": lambda: calendar(*[b"BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT"] * 60_000),
    "a calendar of rules": lambda: calendar(b"RRULE:" + b"FREQ=A;" * 60_000, b"DURATION:P" + b"9" * 60_000),
    "uuencoded beginnings": lambda: plain(b"begin 644 x\r\n" * 300_000),
    "uuencoded files": lambda: plain(b"begin 644 x\r\n#86)C\r\n`\r\nend\r\n" * 100_000),
    "PGP beginnings": lambda: plain(b"-----BEGIN PGP SIGNED MESSAGE-----\n" * 100_000),
    "PGP words": lambda: plain(b"-----BEGIN PGP " * 300_000),
    "flowed for ever": lambda: plain(b"word \r\n" * 700_000, "format=flowed"),
    "flowed quotes": lambda: plain(b">" * 2_000_000 + b" \r\n" + b"> \r\n" * 300_000, "format=flowed; delsp=yes"),
    "lines in many charsets": lambda: plain("п\n".encode() * 400_000 + "п\n".encode("cp1251") * 400_000),
    "escapes of ISO-2022-JP": lambda: plain(b"\x1b$B\x1b(B\x1b(I" * 400_000, "charset=iso-2022-jp"),
    "vendors' pairs of ISO-2022-JP": lambda: plain(b"\x1b$B" + b"-!" * 2_000_000, "charset=iso-2022-jp"),
    "UTF-16 of zeros": lambda: plain(bytes(8_000_000), "charset=utf-16"),
    "UTF-7 of everything": lambda: plain(b"+////-" * 1_000_000, "charset=utf-7"),
    "Chinese pairs, undeclared": lambda: plain(b"\xb0\xa1" * 2_000_000, ""),
    "Hebrew bytes, undeclared": lambda: plain(bytes(range(0xE0, 0xFB)) * 150_000, ""),
    "enriched tags": lambda: FROM + b"Content-Type: text/enriched\r\n\r\n" + b"<bold>" * 500_000,
    "enclosed mail alone, deep": lambda: FROM + b"Content-Type: message/rfc822\r\n\r\n" * 50_000 + b"x",
    "25 MB of NUL first": lambda: bytes(25 * MIB) + FROM + b"\r\nx",
    "cut words": lambda: b"Subject: " + b"=?utf-8?B?" * 20_000 + b"\r\nFrom: a@b.example\r\n\r\nx",
    "folded words": lambda: b"Subject: " + b"=?utf-8?B?\r\n " * 20_000 + b"\r\nFrom: a@b.example\r\n\r\nx",
}


@pytest.mark.parametrize("make", MAILS.values(), ids=MAILS.keys())
def test_costs_bounded_time_and_gives_a_message(make: Callable[[], bytes]) -> None:
    body = make()
    began = time.process_time()
    (message,) = parse(RawMessage(account="mail", delivery_id="x", body=body))
    taken_s = time.process_time() - began

    assert taken_s < LIMIT_S
    assert isinstance(message, NewMessage)


@pytest.mark.slow
def test_none_of_them_ends_a_child_of_limited_memory(tmp_path: Path) -> None:
    assert errors(MAILS, tmp_path) == {}
