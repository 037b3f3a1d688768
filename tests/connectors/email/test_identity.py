"""A mail's id is the same over every route, and different for different mails."""

from hypothesis import given
from hypothesis import strategies as st

from connectors.email.identity import MAX_ID_CHARS, delivery_id

MAIL = b"Message-ID: <m1@x.example>\r\nDKIM-Signature: v=1; b=abc\r\nSubject: s\r\n\r\nbody\r\n"
TRACE = (
    b"Received: from a by b;\r\n\tFri, 20 Nov 2026 12:00:00 +0000\r\nReturn-Path: <a@x.example>\r\n"
    b"Delivered-To: u@y.example\r\nX-Original-To: u@y.example\r\nAuthentication-Results: mx; spf=pass\r\n"
    b"ARC-Seal: i=1;\r\n b=xyz\r\n"
)


def test_trace_headers_do_not_change_the_id() -> None:
    assert delivery_id(TRACE + MAIL) == delivery_id(MAIL)


def test_two_mails_under_one_message_id_differ() -> None:
    assert delivery_id(MAIL) != delivery_id(MAIL.replace(b"body", b"bodY"))
    assert delivery_id(MAIL) != delivery_id(MAIL.replace(b"b=abc", b"b=abd"))


def test_gives_the_message_id_and_a_short_digest() -> None:
    key, message_id = delivery_id(MAIL)

    assert message_id == "m1@x.example"
    assert key.startswith("m1@x.example#")
    assert len(key) == len("m1@x.example#") + 16


def test_without_a_message_id_it_is_the_digest_alone() -> None:
    for body in (b"Subject: s\r\n\r\nbody", b"Message-ID:\r\n\r\nbody", b"Message-ID: <>\r\n\r\nbody", b""):
        key, message_id = delivery_id(body)

        assert message_id == ""
        assert len(key) == 16


def test_a_folded_message_id_is_read_and_a_long_one_is_bounded() -> None:
    assert delivery_id(b"Message-ID:\r\n <m1@x.example>\r\n\r\nb")[1] == "m1@x.example"
    assert len(delivery_id(b"Message-ID: <" + b"a" * 900 + b"@x>\r\n\r\nb")[0]) <= MAX_ID_CHARS + 17


@given(st.binary(max_size=500))
def test_never_raises(body: bytes) -> None:
    key, _ = delivery_id(body)

    assert key
    assert all(ch.isprintable() for ch in key)
