"""Bounces, receipts and our own mark in a mail, as its parser reads them; and what we send so that they find back."""

from datetime import UTC, datetime
from typing import Any

from channelhub.domain.inbound import DeliveryStatus, NewMessage
from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import Envelope, RawMessage
from connectors.email.compose import compose
from connectors.email.config import SmtpConfig
from connectors.email.parse import parse
from connectors.email.send import Relay
from connectors.email.tagging import plus_address
from tests.connectors.email.relay import NULL_PATH, Keeper, relay

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
TOKEN = "ch.1a2b.3c.0123456789abcdef"
ANSWER = Outbound(id=7, to="ann@example.com", text="Hello", message_id=f"{TOKEN}@shop.example", reply_token=TOKEN)
BOUNCE = f"""From: MAILER-DAEMON@mx.example.net
To: help+{TOKEN}@shop.example
Message-ID: <b@mx.example.net>
Subject: Undelivered
Return-Path: <>
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; ann@example.com
Action: failed
Status: 5.2.2
--b
Content-Type: text/rfc822-headers

Message-ID: <{TOKEN}@shop.example>
X-Channelhub-Token: {TOKEN}
--b--
"""


def parsed(raw: str, **envelope: Any) -> tuple[NewMessage, list[DeliveryStatus]]:
    mail = RawMessage(account="mail", delivery_id="d", body=raw.encode(), envelope=Envelope(**envelope))
    message, *reports = parse(mail)
    assert isinstance(message, NewMessage)
    return message, [one for one in reports if isinstance(one, DeliveryStatus)]


def test_a_bounce_is_a_message_and_a_report_that_names_our_mail_by_its_id_and_by_the_address_it_came_to() -> None:
    message, (report,) = parsed(BOUNCE)

    assert message.automatic.is_bounce
    assert message.thread.mark == "", "the mark in what was returned is not the bounce's own"
    assert report.about == (f"{TOKEN}@shop.example", f"help+{TOKEN}@shop.example")
    assert (report.status, report.recipient, report.is_permanent) == ("failed", "ann@example.com", True)
    assert report.external_id == f"{message.external_id}/0"


def test_the_address_is_also_read_from_the_envelope_and_from_delivered_to() -> None:
    plain = BOUNCE.replace(f"To: help+{TOKEN}@shop.example\n", "To: help@shop.example\n")
    by_envelope, _ = parsed(plain, rcpt_to=(f"help+{TOKEN}@shop.example",))
    by_header, _ = parsed(f"Delivered-To: help+{TOKEN}@shop.example\n{plain}")

    assert f"help+{TOKEN}@shop.example" in by_envelope.recipients
    assert f"help+{TOKEN}@shop.example" in by_header.recipients


def test_a_mail_of_ours_carries_its_mark_and_is_known_by_it_when_it_comes_back() -> None:
    raw = compose(ANSWER, from_address="help@shop.example", from_name="", message_id="changed@relay.example", now=NOW)
    message, reports = parsed(raw.decode())

    assert message.thread.mark == TOKEN
    assert reports == []


def test_an_answer_to_an_invitation_is_automatic_and_an_invitation_is_not() -> None:
    def answer(method: str) -> str:
        return (
            "From: ann@example.com\nTo: help@shop.example\nMessage-ID: <c@example.com>\nSubject: Accepted: visit\n"
            f"Content-Type: text/calendar; method={method}; charset=utf-8\n\nBEGIN:VCALENDAR\nMETHOD:{method}\n"
            "BEGIN:VEVENT\nUID:1\nSUMMARY:visit\nEND:VEVENT\nEND:VCALENDAR\n"
        )

    assert parsed(answer("REPLY"))[0].automatic.is_reply
    assert not parsed(answer("REQUEST"))[0].automatic.is_any


def relay_of(port: int, **settings: Any) -> Relay:
    config = SmtpConfig(relay_host="127.0.0.1", relay_port=port, from_address="help@shop.example", **settings)
    return Relay(config, account="mail", hostname="hub.example", now=lambda: NOW)


async def test_answers_and_bounces_go_to_a_tagged_address_where_the_account_says_so() -> None:
    async with relay(Keeper()) as keeper:
        await relay_of(keeper.port, plus_addressing=True).send(ANSWER)
        await relay_of(keeper.port).send(ANSWER)
    (tagged_path, _, tagged), (plain_path, _, plain) = keeper.mails

    assert tagged_path == f"help+{TOKEN}@shop.example"
    assert f"Reply-To: <help+{TOKEN}@shop.example>".encode() in tagged
    assert plain_path == "help@shop.example"
    assert b"Reply-To" not in plain


async def test_an_automatic_answer_keeps_its_empty_return_path_and_a_tagged_address_for_people() -> None:
    automatic = Outbound(id=8, to="ann@example.com", text="Registered", reply_token=TOKEN, is_automatic=True)
    async with relay(Keeper()) as keeper:
        await relay_of(keeper.port, plus_addressing=True).send(automatic)
    ((path, _, content),) = keeper.mails

    assert path == NULL_PATH
    assert f"Reply-To: <help+{TOKEN}@shop.example>".encode() in content


def test_a_mailbox_too_long_for_a_tag_keeps_its_plain_address() -> None:
    long = "a-mailbox-with-quite-a-long-name-of-its-own@shop.example"

    assert plus_address(long, TOKEN * 2) == long
    assert plus_address("help@shop.example", "") == "help@shop.example"
