"""A stored mail becomes one message, whatever its shape."""

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from channelhub.domain.inbound import NewMessage
from channelhub.domain.people import Evidence
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.email.parse import parse
from connectors.email.report import describe


def message(body: bytes, **envelope: object) -> NewMessage:
    raw = RawMessage(account="mail", delivery_id="x", body=body, envelope=Envelope(**envelope))  # type: ignore[arg-type]
    (only,) = parse(raw)
    assert isinstance(only, NewMessage)
    return only


def lines(*rows: str, charset: str = "utf-8") -> bytes:
    return "\r\n".join(rows).encode(charset)


PLAIN = lines(
    "From: =?utf-8?B?0JDQvdC90LAg0JrQvtCy0LDQu9GM?= <anna@example.com>",
    "To: support@shop.example, Second <two@shop.example>",
    "Cc: boss@example.com",
    "Subject: =?koi8-r?Q?=EE=C5_=D2=C1=C2=CF=D4=C1=C5=D4?=",
    "Message-ID: <m1@example.com>",
    "In-Reply-To: <m0@shop.example>",
    "References: <a@shop.example> <m0@shop.example>",
    "Date: Fri, 20 Nov 2026 12:00:00 +0200",
    "",
    "Не проходит оплата.",
)


def test_reads_headers_recipients_and_thread() -> None:
    mail = message(PLAIN)

    assert mail.sender.name == "Анна Коваль"
    assert [(handle.kind, handle.value, handle.evidence) for handle in mail.sender.handles] == [
        ("email", "anna@example.com", Evidence.CLAIMED)
    ]
    assert mail.content.subject == "Не работает"
    assert mail.content.text == "Не проходит оплата."
    assert mail.content.reply_text is None
    assert mail.recipients == ("support@shop.example", "two@shop.example", "boss@example.com")
    assert mail.thread.message_id == "m1@example.com"
    assert mail.thread.in_reply_to == "m0@shop.example"
    assert mail.thread.references == ("a@shop.example", "m0@shop.example")
    assert mail.sent_at is not None
    assert mail.sent_at.isoformat() == "2026-11-20T12:00:00+02:00"
    assert mail.is_same_everywhere
    assert mail.external_id.startswith("m1@example.com#")


def test_what_a_script_sends_each_day_without_a_message_id_is_a_new_message_each_day() -> None:
    def name(delivery_id: str, body: bytes = b"From: cron@shop.example\r\n\r\nBackup failed.\r\n", **given: Any) -> str:
        (only,) = parse(RawMessage(account="mail", delivery_id=delivery_id, body=body, envelope=Envelope(), **given))
        assert isinstance(only, NewMessage)
        return only.external_id

    digest = name("7:1")
    relayed = (
        b"Received: from a by b; Fri, 20 Nov 2026 23:30:00 -0200\r\nFrom: cron@shop.example\r\n\r\nBackup failed.\r\n"
    )
    assert name(f"{digest}:2026-11-20") == f"{digest}:2026-11-20"
    assert name(f"{digest}:2026-11-21") == f"{digest}:2026-11-21"
    assert name("7:1", relayed) == f"{digest}:2026-11-21"  # the same mail, by SMTP and in a mailbox
    assert name("7:2", channel_time=datetime(2026, 11, 21, tzinfo=UTC)) == f"{digest}:2026-11-21"
    assert name("x", PLAIN) == name(f"{'0' * 16}:2026-11-21", PLAIN)


def test_believes_what_was_checked_on_arrival_and_not_the_mails_own_claim() -> None:
    forged = b"Authentication-Results: mx.example; dmarc=pass\r\n" + PLAIN

    assert message(forged).sender.handles[0].evidence is Evidence.CLAIMED
    assert message(PLAIN, extra={"aligned": "example.com"}).sender.handles[0].evidence is Evidence.DMARC
    assert message(PLAIN, extra={"aligned": "x.example"}).sender.handles[0].evidence is Evidence.CLAIMED
    assert message(PLAIN, extra={"dmarc": "pass"}).sender.handles[0].evidence is Evidence.CLAIMED


@pytest.mark.parametrize(
    "headers",
    [
        "Reply-To: victim@x.example",
        "From: a@evil.example, victim@x.example",
        "From: a@evil.example\r\nFrom: victim@x.example",
        "From: a@evil.example\r\nX-Original-From: victim@x.example\r\nReply-To: victim@x.example",
    ],
)
def test_a_passed_check_vouches_for_the_only_from_address_alone(headers: str) -> None:
    mail = message(headers.encode() + b"\r\n\r\nhello", extra={"aligned": "evil.example"})

    assert mail.sender.handles[0].evidence is Evidence.CLAIMED


@pytest.mark.parametrize(
    ("peer", "received", "origin"),
    [
        ("93.184.216.34", "", "93.184.216.0/24"),
        ("2a02:2f0:1:2:3::5", "", "2a02:2f0:1:2::/64"),
        ("::ffff:93.184.216.34", "", "93.184.216.0/24"),
        ("127.0.0.1", "", "127.0.0.0/24"),
        (
            "127.0.0.1",
            "Received: from mx (mx [93.184.216.34]) by us; Fri, 20 Nov 2026 12:00:00 +0000",
            "93.184.216.0/24",
        ),
        ("", "", ""),
        ("nonsense", "", ""),
    ],
)
def test_origin_is_the_network_of_the_first_relay_outside_ours(peer: str, received: str, origin: str) -> None:
    body = (received.encode() + b"\r\n" if received else b"") + PLAIN

    assert message(body, peer=peer).sender.origin == origin


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ("From: a@x.example", "a@x.example"),
        ("From: Doe, John <j@x.example>", "j@x.example"),
        ("From: <j@x.example> (mobile) junk", "j@x.example"),
        ("From: mailto:j@x.example", "j@x.example"),
        ("From:\r\nReply-To: r@x.example", "r@x.example"),
        ("Return-Path: <p@x.example>", "p@x.example"),
        ("Sender: s@x.example", "s@x.example"),
        ("X-Nothing: 1", "envelope@x.example"),
        ("From: list@x.example\r\nX-Original-From: A <a@y.example>\r\nReply-To: a@y.example", "a@y.example"),
    ],
)
def test_sender_falls_back_when_from_is_missing_or_broken(headers: str, address: str) -> None:
    mail = message(headers.encode() + b"\r\n\r\nhello", mail_from="envelope@x.example")

    assert mail.sender.handles[0].value == address


def test_attachments_carry_safe_names_bytes_and_digest() -> None:
    payload = b"%PDF-1.4 test"
    body = lines(
        "From: a@x.example",
        'Content-Type: multipart/mixed; boundary="B"',
        "",
        "--B",
        "Content-Type: text/plain; charset=windows-1251",
        "Content-Transfer-Encoding: 8bit",
        "",
        "Счёт во вложении",
        "--B",
        "Content-Type: application/pdf",
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment;",
        " filename*0*=koi8-r''%F3%DE; filename*1*=%C5%D4; filename*2=.pdf",
        "",
        base64.b64encode(payload).decode(),
        "--B",
        'Content-Type: text/plain; name="../../etc/pass\\"wd"',
        "Content-Disposition: attachment",
        "",
        "x",
        "--B--",
        charset="cp1251",
    )
    mail = message(body)

    assert mail.content.text == "Счёт во вложении"
    first, second = mail.content.attachments
    assert (first.filename, first.content, first.size) == ("Счет.pdf", payload, len(payload))
    assert first.sha256 == hashlib.sha256(payload).hexdigest()
    assert "/" not in second.filename
    assert '"' not in second.filename


def test_an_empty_mail_is_unparseable() -> None:
    for body in (b"", b"\r\n\r\n", b"\0\0 \n"):
        with pytest.raises(Unparseable, match="empty"):
            message(body)


def test_text_without_headers_is_kept_with_a_warning() -> None:
    mail = message("просто текст\nвторая строка".encode())

    assert mail.content.text == "просто текст\nвторая строка"
    assert mail.warnings


def test_parsing_is_repeatable() -> None:
    assert message(PLAIN) == message(PLAIN)


@pytest.mark.parametrize(
    ("head", "sent_at"),
    [
        ("Date: Fri, 20 Nov 2026 12:00:00 +0200\r\n", "2026-11-20T12:00:00+02:00"),
        ("Date: soon\r\nReceived: by mx; Fri, 20 Nov 2026 12:00:01.5 +0200\r\n", "2026-11-20T12:00:01+02:00"),
        ("Received: by b; then\r\nReceived: by mx; 20 Nov 2026 12:00:01 +0200\r\n", "2026-11-20T12:00:01+02:00"),
        (
            "From ann@x.example Fri Nov 20 12:00:00 2026\r\nReceived: x; 1 Jan 2020 0:00\r\n",
            "2026-11-20T12:00:00+00:00",
        ),
        ("Subject: never\r\n", None),
    ],
)
def test_the_time_is_date_then_separator_then_the_oldest_stamp(head: str, sent_at: str | None) -> None:
    shown = describe(head.encode() + b"\r\nbody", "x")

    assert shown["sent_at"] == sent_at


def test_facts_of_a_mail_go_along_with_it() -> None:
    body = b"From: a@x.example\r\nContent-Type: multipart/encrypted; protocol=application/pgp-encrypted; boundary=b\r\n"
    body += b"\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\n"
    body += b"Content-Type: application/octet-stream; name=encrypted.asc\r\n\r\nhQEMA\r\n--b--"
    (message,) = parse(RawMessage(account="mail", delivery_id="x", body=body))

    assert isinstance(message, NewMessage)
    assert message.extra["mail_encrypted"] == "PGP"
    assert any("encrypted" in warning for warning in message.warnings)
    assert [file.filename for file in message.content.attachments] == ["encrypted.asc"]
    assert describe(body, "x")["facts"] == {"encrypted": "PGP"}
