"""What a relay says decides when, and whether, a mail is tried again."""

import pytest

from channelhub.domain.outbound import Outbound, OutgoingFile
from channelhub.sdk.errors import Rejected, Unavailable
from tests.connectors.email.relay import Keeper, relay
from tests.connectors.email.test_send import ANSWER, read, sender


@pytest.mark.parametrize(
    ("command", "answer", "wait_s"),
    [
        ("RCPT", "450 4.2.0 Greylisted, come back", 300.0),
        ("RCPT", "451 4.7.1 Try again later", 300.0),
        ("RCPT", "452 4.2.2 Mailbox full", 3600.0),
        ("MAIL", "421 4.3.2 Shutting down", 60.0),
        ("DATA", "451 4.3.0 later", None),
    ],
)
async def test_later_is_as_late_as_the_reason_asks(command: str, answer: str, wait_s: float | None) -> None:
    async with relay(Keeper(answers={command: answer})) as keeper:
        with pytest.raises(Unavailable) as caught:
            await sender(keeper.port).send(ANSWER)

    assert caught.value.retry_after_s == wait_s
    assert answer in str(caught.value)


async def test_the_relays_reason_is_kept_with_its_enhanced_code_on_one_line() -> None:
    async with relay(Keeper(answers={"RCPT": "550 5.1.1 No such user \x1b[31m here"})) as keeper:
        with pytest.raises(Rejected) as caught:
            await sender(keeper.port).send(ANSWER)

    assert str(caught.value) == "the relay refuses the mail: 550 5.1.1 No such user [31m here"


async def test_a_refusal_of_our_settings_rejects_no_mail() -> None:
    async with relay(Keeper(answers={"MAIL": "530 5.7.0 Authentication required"})) as keeper:
        with pytest.raises(Unavailable, match="other relay_ settings: 530"):
            await sender(keeper.port).send(ANSWER)


async def test_a_domain_outside_ascii_needs_no_smtputf8() -> None:
    async with relay(Keeper()) as keeper:
        await sender(keeper.port).send(Outbound(id=1, to="ann@пошта.укр", text="x"))

    ((_, recipients, content),) = keeper.mails
    assert recipients == ["ann@xn--80a1acn3a.xn--j1amh"]
    assert read(content)["To"] == "ann@xn--80a1acn3a.xn--j1amh"


async def test_a_local_part_outside_ascii_is_sent_where_the_relay_takes_it_and_else_refused_clearly() -> None:
    message = Outbound(id=1, to="ганна@example.com", text="x")
    async with relay(Keeper(), enable_SMTPUTF8=True) as keeper:
        await sender(keeper.port).send(message)
    async with relay(Keeper()) as deaf:
        with pytest.raises(Rejected, match="SMTPUTF8"):
            await sender(deaf.port).send(message)

    assert keeper.mails[0][1] == ["ганна@example.com"]
    assert deaf.mails == []


@pytest.mark.slow
async def test_a_large_mail_arrives_whole_with_its_dots() -> None:
    content = b"\n.\n..\nFrom here\n" * 400_000
    file = OutgoingFile(filename="log.txt", content_type="text/plain", size=len(content), sha256="", content=content)
    message = Outbound(id=1, to="ann@example.com", text="first\n.\n.dots\n..", attachments=(file,))
    async with relay(Keeper(), data_size_limit=40_000_000) as keeper:
        await sender(keeper.port, relay_timeout_s=30.0).send(message)

    ((_, _, written),) = keeper.mails
    mail = read(written)
    [got] = mail.iter_attachments()
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert got.get_payload(decode=True) == content
    assert plain.get_content().split() == ["first", ".", ".dots", ".."]


async def test_a_mail_larger_than_the_relay_takes_is_refused_before_it_is_sent() -> None:
    file = OutgoingFile(filename="a", content_type="a/b", size=9, sha256="", content=bytes(900_000))
    async with relay(Keeper(), data_size_limit=500_000) as keeper:
        with pytest.raises(Rejected, match=r"552 .*exceeds"):  # what aiosmtpd says to MAIL
            await sender(keeper.port).send(Outbound(id=1, to="ann@example.com", text="x", attachments=(file,)))

    assert keeper.mails == []


@pytest.mark.parametrize(("answer", "error"), [("452 4.3.1 full", Unavailable), ("554 5.7.1 spam", Rejected)])
async def test_a_refusal_after_a_large_mail_is_told_like_any_other(answer: str, error: type[Exception]) -> None:
    file = OutgoingFile(filename="a", content_type="a/b", size=9, sha256="", content=bytes(900_000))
    async with relay(Keeper(answers={"DATA": answer})) as keeper:
        with pytest.raises(error, match=answer[:3]):
            await sender(keeper.port).send(Outbound(id=1, to="ann@example.com", text="x", attachments=(file,)))
