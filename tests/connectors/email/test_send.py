"""Sending through a relay: a real aiosmtpd server that keeps what it is given."""

import email
import email.policy
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.outbound import Outbound
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from channelhub.sdk.errors import Rejected, Unavailable
from connectors.email.compose import compose
from connectors.email.config import SmtpConfig
from connectors.email.send import Relay
from tests.connectors.email.certificates import make_certificate
from tests.connectors.email.relay import NULL_PATH, Keeper, relay

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
ANSWER = Outbound(
    id=7,
    to="ann@example.com",
    subject="Re: Не працює оплата",
    text="Вітаємо!\n.\nУсе вже працює.",
    message_id="chub.7.abc@example.org",
    in_reply_to="<two@example.com>",
    references=("one@example.com", "two@example.com"),
)


def sender(port: int, **settings: Any) -> Relay:
    options: dict[str, Any] = {
        "relay_host": "127.0.0.1", "relay_port": port, "from_address": "help@example.org", "from_name": "Підтримка",
        "relay_timeout_s": 3.0,
    }  # fmt: skip
    config = SmtpConfig(**{**options, **settings})
    return Relay(config, account="mail", hostname="hub.example", now=lambda: NOW)


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def read(mail: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(mail, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


async def test_sends_an_answer_into_its_thread() -> None:
    async with relay(Keeper()) as keeper:
        receipt = await sender(keeper.port).send(ANSWER)

    ((return_path, recipients, content),) = keeper.mails
    mail = read(content)
    assert receipt.external_id == "chub.7.abc@example.org"
    assert (return_path, recipients) == ("help@example.org", ["ann@example.com"])
    assert mail["Message-ID"] == "<chub.7.abc@example.org>"
    assert mail["In-Reply-To"] == "<two@example.com>"
    assert mail["References"] == "<one@example.com> <two@example.com>"
    assert mail["Subject"] == "Re: Не працює оплата"
    assert mail["From"].addresses[0].display_name == "Підтримка"
    assert mail["Date"].datetime == NOW
    assert mail["Auto-Submitted"] is None
    assert text_of(mail) == "Вітаємо!\n.\nУсе вже працює.\n"


async def test_every_attempt_is_the_same_mail() -> None:
    bare = Outbound(id=8, to="ann@example.com", text="Hello")
    async with relay(Keeper()) as keeper:
        receipts = [await sender(keeper.port).send(bare) for _ in range(2)]

    assert receipts[0] == receipts[1]
    assert receipts[0].external_id.endswith("@example.org")
    assert keeper.mails[0] == keeper.mails[1]


async def test_an_automatic_answer_cannot_start_a_loop() -> None:
    automatic = Outbound(
        id=9,
        to="ann@example.com",
        subject="Ваше звернення",
        text="Отримали.",
        in_reply_to="a@x.example",
        is_automatic=True,
    )
    async with relay(Keeper()) as keeper:
        await sender(keeper.port).send(automatic)

    ((return_path, _, content),) = keeper.mails
    mail = read(content)
    assert return_path == NULL_PATH
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["From"].addresses[0].addr_spec == "help@example.org"


@pytest.mark.parametrize(
    ("command", "answer", "error"),
    [
        ("MAIL", "451 4.3.0 later", Unavailable),
        ("MAIL", "550 5.7.1 no", Rejected),
        ("RCPT", "450 4.2.0 greylisted", Unavailable),
        ("RCPT", "550 5.1.1 no such user", Rejected),
        ("DATA", "452 4.3.1 full", Unavailable),
        ("DATA", "554 5.7.1 spam", Rejected),
    ],
)
async def test_tells_later_from_never(command: str, answer: str, error: type[Exception]) -> None:
    async with relay(Keeper(answers={command: answer})) as keeper:
        with pytest.raises(error, match=answer[:3]):
            await sender(keeper.port).send(ANSWER)


async def test_an_unreachable_relay_surely_took_nothing() -> None:
    async with relay(Keeper()) as keeper:
        port = keeper.port

    with pytest.raises(Unavailable, match=f"127.0.0.1:{port}"):
        await sender(port).send(ANSWER)


async def test_a_connection_lost_after_the_data_is_neither_later_nor_never() -> None:
    async with relay(Keeper(is_mute=True)) as keeper:
        with pytest.raises(Exception) as caught:  # noqa: PT011 - the point is which errors it is not
            await sender(keeper.port).send(ANSWER)

    assert not isinstance(caught.value, Unavailable | Rejected)
    assert len(keeper.mails) == 1


@pytest.mark.parametrize("settings", [{"relay_host": ""}, {"from_address": "", "relay_host": ""}])
async def test_says_which_key_is_missing(settings: dict[str, str]) -> None:
    with pytest.raises(Rejected, match="set relay_host"):
        await sender(25, **settings).send(ANSWER)


@pytest.mark.parametrize(
    "to", ["", "ann", "ann@example.com\r\nRCPT TO:<b@example.com>", "a@b.c> x", "<a@b.c>", "a b@c.d"]
)
async def test_never_sends_to_what_is_no_address(to: str) -> None:
    async with relay(Keeper()) as keeper:
        with pytest.raises(Rejected, match="not an address"):
            await sender(keeper.port).send(Outbound(id=1, to=to, text="x"))

    assert keeper.mails == []


async def test_signs_in_over_starttls_and_verifies_the_certificate(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"hub", b"right"), handled=False)

    options = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": authenticate}
    signed_in = {"relay_tls": "starttls", "relay_ca_file": str(certificate), "relay_username": "hub"}
    async with relay(Keeper(), **options) as keeper:
        good = sender(keeper.port, relay_password=Secret("right"), **signed_in)
        await good.send(ANSWER)
        assert (await good.check()).health is Health.OK
        with pytest.raises(Unavailable, match="refuses relay_username and relay_password"):
            await sender(keeper.port, relay_password=Secret("wrong"), **signed_in).send(ANSWER)
        with pytest.raises(Unavailable, match="can't be used"):
            await sender(keeper.port, relay_tls="starttls").send(ANSWER)

    assert len(keeper.mails) == 1


async def test_sends_over_implicit_tls(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    async with relay(Keeper(), implicit=context) as keeper:
        await sender(keeper.port, relay_tls="implicit", relay_ca_file=str(certificate)).send(ANSWER)

    assert len(keeper.mails) == 1


ANY_TEXT = st.text(max_size=300)


@given(subject=ANY_TEXT, name=ANY_TEXT, text=ANY_TEXT, reply_to=ANY_TEXT, references=st.lists(ANY_TEXT, max_size=4))
def test_nothing_in_a_message_can_add_a_header(
    subject: str, name: str, text: str, reply_to: str, references: list[str]
) -> None:
    message = Outbound(
        id=1, to="ann@example.com", subject=subject, text=text, in_reply_to=reply_to, references=tuple(references)
    )
    mail = compose(message, from_address="help@example.org", from_name=name, message_id="1@example.org", now=NOW)
    head = mail.partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t")]

    assert set(names) <= {
        b"Date", b"From", b"To", b"Subject", b"Message-ID", b"In-Reply-To", b"References", b"MIME-Version",
        b"Content-Type",
    }  # fmt: skip
    assert len(names) == len(set(names))
    assert mail.isascii()
    assert b"\0" not in mail
    assert mail.count(b"\n") == mail.count(b"\r\n") == mail.count(b"\r")
    assert max(map(len, mail.split(b"\r\n"))) <= 998


def test_line_breaks_in_a_subject_become_spaces_even_inside_its_encoding() -> None:
    message = Outbound(id=1, to="ann@example.com", subject="Оплата\r\nBcc: all@example.com\0", text="x")
    mail = read(compose(message, from_address="help@example.org", from_name="", message_id="1@example.org", now=NOW))

    assert mail["Subject"] == "Оплата Bcc: all@example.com"
    assert mail["Bcc"] is None


WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=2000)


@given(subject=WORDS.map(lambda text: " ".join(text.split())[:200].strip()), lines=st.lists(WORDS, max_size=4))
def test_what_is_written_is_what_is_read(subject: str, lines: list[str]) -> None:
    message = Outbound(id=1, to="ann@example.com", subject=subject, text="\n".join(lines))
    mail = read(compose(message, from_address="help@example.org", from_name="", message_id="1@example.org", now=NOW))

    assert (mail["Subject"] or "") == subject
    assert text_of(mail).rstrip("\n") == "\n".join(lines).rstrip("\n")
