"""Mails made to crash, stall or fill a parser: each costs bounded time, and what can be read is read.

The limit is processor time, so that a busy machine does not fail the test; most of these take milliseconds.
"""

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelhub.domain.inbound import NewMessage
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.email.identity import delivery_id
from connectors.email.parse import parse
from connectors.email.report import describe
from tests.connectors.email.children import errors
from tests.examples import examples

pytestmark = pytest.mark.slow

LIMIT_S = 2.0
FROM = b"From: a@b.example\r\n"
HTML = FROM + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
MIXED = FROM + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n"
QUARTER_MIB = 256 * 1024


def nested(depth: int) -> bytes:
    levels = (b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth))
    return FROM + b"".join(levels) + b"Content-Type: text/plain\r\n\r\nhi\r\n"


def long_header(name: bytes, unit: bytes) -> bytes:
    return name + b": " + unit * (QUARTER_MIB // len(unit)) + b"\r\n\r\nbody stays"


def long_text(unit: str) -> bytes:
    return FROM + b"\r\n" + ("Hello\n" + unit * (300_000 // len(unit)) + "x").encode()


MAILS: dict[str, Callable[[], bytes]] = {
    "multiparts nested 1000 deep": lambda: nested(1000),
    "multiparts nested 5000 deep": lambda: nested(5000),
    "one boundary nested": lambda: FROM + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 20_000,
    "enclosed mails nested": lambda: FROM + b"Content-Type: message/rfc822\r\n\r\n" * 1000 + b"hi",
    "100 000 parts": lambda: MIXED + b"--B\r\n\r\nx\r\n" * 100_000 + b"--B--\r\n",
    "100 000 headers": lambda: b"".join(b"X-%d: y\r\n" % n for n in range(100_000)) + b"\r\nbody stays",
    "20 000 continued parameters": lambda: (
        FROM + b"Content-Disposition: inline" + b"".join(b'; filename*%d="x"' % n for n in range(20_000)) + b"\r\n\r\nx"
    ),
    "multipart without boundary": lambda: FROM + b"Content-Type: multipart/mixed\r\n\r\n" + b"abc\r\n" * 1_000_000,
    "boundary of dashes": lambda: FROM + b'Content-Type: multipart/mixed; boundary="-"\r\n\r\n' + b"-" * 2_000_000,
    "25 MB attachment": lambda: (
        MIXED + b"--B\r\nContent-Transfer-Encoding: base64\r\n\r\n" + (b"QUJD" * 19 + b"\r\n") * 330_000 + b"--B--\r\n"
    ),
    "blank lines first": lambda: b"\r\n" * 1_000_000 + FROM + b"\r\nbody stays",
    "a million lines": lambda: FROM + b"\r\n" + b"abc\r\n" * 1_000_000,
    "one line of 5 MB": lambda: FROM + b"\r\n" + b"abc " * 1_250_000,
    "every high byte": lambda: FROM + b"\r\n" + bytes(range(128, 256)) * 20_000,
    "two million <": lambda: HTML + b"<" * 2_000_000,
    "two million &": lambda: HTML + b"&" * 2_000_000,
    "100 000 nested divs": lambda: HTML + b"<div>" * 100_000,
    "12 000 formatting elements": lambda: HTML + b"<b><i><u><font>" * 3000,
    "9 600 formatting elements in paragraphs": lambda: HTML + b"<p><b><i><font>" * 2400,
    "20 000 nested tables": lambda: HTML + b"<table><tr><td>" * 20_000,
    "5 MB of noise": lambda: FROM + b"\r\n" + random.Random(1).randbytes(5_000_000),
    "9 900 nested divs": lambda: HTML + b"<div>" * 9_900 + b"x",
    "9 900 nested quotes": lambda: HTML + b"<blockquote>" * 9_900 + b"x",
    "50 000 attributes": lambda: HTML + b"<a " + b"".join(b"a%d=1 " % n for n in range(50_000)) + b">x</a>",
    "attributes behind a quote": lambda: HTML + b'<a x=y" ' + b"".join(b"a%d " % n for n in range(50_000)) + b'">x</a>',
    "attributes between slashes": lambda: HTML + b"<a/" + b"".join(b"a%d/" % n for n in range(50_000)) + b">x</a>",
    "100 000 comments": lambda: HTML + b"<!--" * 100_000,
    "100 000 open scripts": lambda: HTML + b"<script>" * 100_000,
    "a page of 3 MB": lambda: HTML + b"<p>hello world &amp; more</p>\n" * 100_000,
    "utf-7": lambda: FROM + b"Content-Type: text/plain; charset=utf-7\r\n\r\n" + b"+AGE-" * 200_000,
    "a codec that is no charset": lambda: FROM + b"Content-Type: text/plain; charset=zlib\r\n\r\n\xd0" + b"x" * 9999,
    **{
        f"{name.decode()} full of {unit!r}": lambda name=name, unit=unit: long_header(name, unit)  # type: ignore[misc]
        for name in (b"From", b"To", b"Subject", b"References", b"Date", b"Content-Type", b"Received")
        for unit in (b"(", b'"', b'\\"', b"<", b"=?", b"=?utf-8?q?a?= ", b"a@b, ", b";a*0=", b'a=";', b"\r\n a")
    },
    **{
        f"text full of {unit!r}": lambda unit=unit: long_text(unit)  # type: ignore[misc]
        for unit in (
            "On ", "On Mon ", "wrote:\n", "On 2020 wrote:\n", "> ", ">\n", "\n", ">a\nb\n", "From: ", "From: a@b\n",
            "-", "-----Original ", "Sent from my ", "Thanks\n", "A\n", " ", "@", "a@a.", ":\n", "12:00 ", "пн, 1 ",
            "Sent: 1\n", "-- \n", "с уважением, ", "\u202e", "+1 ", "1-1",
        )
    },
}  # fmt: skip


@pytest.mark.parametrize("make", MAILS.values(), ids=MAILS.keys())
def test_costs_bounded_time_and_gives_a_message(make: Callable[[], bytes]) -> None:
    body = make()
    began = time.process_time()
    (message,) = parse(RawMessage(account="mail", delivery_id="x", body=body))
    taken_s = time.process_time() - began

    assert taken_s < LIMIT_S
    assert isinstance(message, NewMessage)
    assert "body stays" in message.content.text or b"body stays" not in body


@pytest.mark.slow
def test_none_of_them_ends_a_child_of_limited_memory(tmp_path: Path) -> None:
    assert errors(MAILS, tmp_path) == {}


@pytest.mark.parametrize("name", ["100 000 parts", "100 000 headers", "multiparts nested 1000 deep", "two million <"])
def test_says_what_was_left_out(name: str) -> None:
    assert describe(MAILS[name](), "x")["warnings"]


def test_naming_a_25_mb_mail_is_cheap() -> None:
    body = MAILS["25 MB attachment"]()
    began = time.process_time()
    delivery_id(body)

    assert time.process_time() - began < 1.0


SEED = (
    "From: =?utf-8?B?0JDQvdC90LA=?= <a@x.example>\r\nTo: b@y.example\r\nSubject: =?koi8-r?Q?=F4=C5=CD=C1?=\r\n"
    "Date: Fri, 20 Nov 2026 12:00:00 +0200\r\nMessage-ID: <1@x.example>\r\n"
    'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n'
    "--c\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=D0=9F\r\n"
    "--c\r\nContent-Type: text/html\r\n\r\n<div>П</div><blockquote type=cite>x</blockquote>\r\n--c--\r\n"
    "--b\r\nContent-Disposition: attachment; filename*0*=utf-8''%D1; filename*1*=%84\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\nQUJD\r\n--b--\r\n"
).encode()
SPLICES = st.sampled_from(
    [
        b"",
        b"\0",
        b"\r",
        b"\n",
        b'"',
        b"=?",
        b"--b",
        b"--b--",
        b"\xff",
        b"<",
        b";",
        b"*=",
        b"=",
        b"%",
        b"\r\n\r\n",
        b"(",
        b":",
    ]
)


def checked(body: bytes) -> None:
    raw = RawMessage(account="mail", delivery_id="x", body=body)
    try:
        first = parse(raw)
    except Unparseable:
        return
    assert first == parse(raw)
    (message,) = first
    assert isinstance(message, NewMessage)
    assert message.external_id == delivery_id(body)[0]
    one_line = (message.content.subject, message.sender.name, *message.recipients, message.thread.message_id)
    assert not any(ch in value for value in one_line for ch in "\r\n\0")
    assert "\0" not in message.content.text
    assert not any(ch in file.filename for file in message.content.attachments for ch in "/\\\r\n\0")


@given(st.binary(max_size=2000))
@settings(max_examples=examples(300), deadline=None)
def test_any_bytes_are_read_or_refused_and_twice_alike(body: bytes) -> None:
    checked(body)


@given(st.lists(st.tuples(st.integers(0, len(SEED)), st.integers(0, 40), SPLICES), min_size=1, max_size=8))
@settings(max_examples=examples(400), deadline=None)
def test_any_damaged_mail_is_read_or_refused_and_twice_alike(cuts: list[tuple[int, int, bytes]]) -> None:
    body = SEED
    for at, length, splice in cuts:
        body = body[:at] + splice + body[at + length :]
    checked(body)


@given(
    st.text(max_size=300),
    st.sampled_from(["From", "To", "Subject", "Content-Type", "Message-ID", "References", "Date"]),
)
@settings(max_examples=examples(300), deadline=None)
def test_any_header_text_is_read(value: str, name: str) -> None:
    checked(f"{name}: {value}".encode("utf-8", "surrogatepass") + b"\r\n\r\nbody")
