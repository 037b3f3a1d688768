"""A customer's mail that an agent forwards is the customer's message, as claimed; any other forward is its sender's."""

import asyncio
import smtplib
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from channelhub.domain.inbound import NewMessage
from channelhub.domain.people import Evidence
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.testing.hub import MemoryHub
from connectors.email.config import SmtpConfig
from connectors.email.forwarders import noted
from connectors.email.parse import parse
from tests.connectors.email.dialog import listening

AGENTS = ("agent@shop.example", "@desk.example")

GMAIL = """Please handle.

---------- Forwarded message ---------
From: Ann Lee <ann@example.com>
Date: Wed, Nov 18, 2026 at 10:00 AM
Subject: No refund
To: <agent@shop.example>


Where is my money?

Regards,
Ann"""
OUTLOOK_UK = """Від: Олена Шевченко [mailto:olena@example.com]
Надіслано: 18 листопада 2026 р. 10:00
Кому: Підтримка
Тема: Повернення

Де мої гроші?"""
THUNDERBIRD_DE = """-------- Weitergeleitete Nachricht --------
Betreff: Rückgabe
Datum: Wed, 18 Nov 2026 10:00:00 +0200
Von: Eva Klein <eva@example.com>
An: agent@shop.example

Wo ist mein Geld?"""
MAILRU = """-------- Пересылаемое сообщение --------
От: Анна Коваль <anna@example.com>
Кому: agent@shop.example
Дата: Среда, 18 ноября 2026, 10:00 +02:00
Тема: Возврат

Где мои деньги?"""
APPLE_FR = """Début du message transféré :

> De: Zoé Petit <zoe@example.com>
> Objet: Remboursement
> Date: 18 novembre 2026 à 10:00:00 UTC+2
> À: agent@shop.example
>
> Où est mon argent ?"""
OUTLOOK_PL = """Od: Ewa Nowak <ewa@example.com>
Wysłano: środa, 18 listopada 2026 10:00
Do: Wsparcie
Temat: Zwrot

Gdzie są moje pieniądze?"""


def forward(text: str, *, sender: str = "Agent <agent@shop.example>", subject: str = "Fwd: x") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = "support@shop.example"
    mail["Subject"] = subject
    mail["Date"] = "Thu, 19 Nov 2026 12:00:00 +0200"
    mail["Message-ID"] = "<forward@shop.example>"
    mail.set_content(text, cte="base64")
    return mail


def read(mail: EmailMessage, forwarders: tuple[str, ...] = AGENTS) -> NewMessage:
    envelope = Envelope(extra={"aligned": "shop.example", **noted(forwarders)})
    message = parse(RawMessage(account="mail", delivery_id="1", body=mail.as_bytes(), envelope=envelope))[0]
    assert isinstance(message, NewMessage)
    return message


@pytest.mark.parametrize(
    ("text", "name", "address", "subject", "words"),
    [
        (GMAIL, "Ann Lee", "ann@example.com", "No refund", "Where is my money?"),
        (OUTLOOK_UK, "Олена Шевченко", "olena@example.com", "Повернення", "Де мої гроші?"),
        (THUNDERBIRD_DE, "Eva Klein", "eva@example.com", "Rückgabe", "Wo ist mein Geld?"),
        (MAILRU, "Анна Коваль", "anna@example.com", "Возврат", "Где мои деньги?"),
        (APPLE_FR, "Zoé Petit", "zoe@example.com", "Remboursement", "> Où est mon argent ?"),
        (OUTLOOK_PL, "Ewa Nowak", "ewa@example.com", "Zwrot", "Gdzie są moje pieniądze?"),
    ],
    ids=["gmail en", "outlook uk", "thunderbird de", "mail.ru ru", "apple fr", "outlook pl"],
)
def test_what_an_agent_forwards_is_the_customers_as_claimed(
    text: str, name: str, address: str, subject: str, words: str
) -> None:
    message = read(forward(text))
    (handle,) = message.sender.handles

    assert (message.sender.name, handle.value, handle.evidence) == (name, address, Evidence.CLAIMED)
    assert message.content.subject == subject
    assert message.content.reply_text == words
    assert message.content.text.strip() == text
    assert message.sent_at == datetime(2026, 11, 18, 8, 0, tzinfo=UTC)
    assert message.extra["forwarded_by"] == "Agent <agent@shop.example>"


@pytest.mark.parametrize("sender", ["Agent <AGENT@shop.example>", "somebody@desk.example"])
def test_agents_are_named_by_address_or_domain(sender: str) -> None:
    assert read(forward(GMAIL, sender=sender)).sender.handles[0].value == "ann@example.com"


@pytest.mark.parametrize(
    ("sender", "forwarders"),
    [
        ("Agent <agent@shop.example>", ()),
        ("Bob <bob@shop.example>", AGENTS),
        ("Bob <bob@evil-desk.example>", AGENTS),
        ("Bob <agent@shop.example.evil.example>", AGENTS),
    ],
)
def test_anybody_elses_forward_is_their_own_message_and_stays_whole(sender: str, forwarders: tuple[str, ...]) -> None:
    message = read(forward(GMAIL, sender=sender), forwarders)

    assert message.sender.handles[0].value in sender
    assert message.content.subject == "Fwd: x"
    assert message.content.reply_text is None
    assert "forwarded_by" not in message.extra


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Nothing is forwarded here.", "Fwd: x"),
        ("---------- Forwarded message ---------\nFrom: Ann\nSubject: No refund\nDate: today\n\nWhere?", "Fwd: x"),
        (OUTLOOK_UK, "Re: x"),
        (GMAIL.replace("ann@example.com", "agent@shop.example"), "Fwd: x"),
        ("-------- Forwarded Message --------", "Fwd: x"),
        ("---------- Forwarded message ---------\nFrom: Ann <ann@example.com>\nSubject: a\nDate: b", "Fwd: x"),
    ],
    ids=["no forward", "no address", "an answer", "agent's own mail", "only the mark", "no text below"],
)
def test_an_agents_mail_that_forwards_nobody_stays_the_agents(text: str, subject: str) -> None:
    assert read(forward(text, subject=subject)).sender.handles[0].value == "agent@shop.example"


def test_an_entry_that_is_neither_address_nor_domain_is_refused() -> None:
    with pytest.raises(ValueError, match="forwarders: 'Anna Lee' is neither an address nor a domain"):
        SmtpConfig(forwarders=("Anna Lee",))


async def test_who_may_forward_is_noted_when_the_mail_comes() -> None:
    async with MemoryHub() as hub:
        async with listening(hub, forwarders=AGENTS) as receiver:
            await asyncio.to_thread(_send, receiver.bound_port, forward(GMAIL))
        (raw,) = hub.raws

    message = parse(raw)[0]

    assert isinstance(message, NewMessage)
    assert message.sender.handles[0].value == "ann@example.com"


def _send(port: int, mail: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.send_message(mail, "agent@shop.example", ["support@shop.example"])
