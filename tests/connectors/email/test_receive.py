"""Receiving mail: what is answered when, with Python's own client and with raw dialogs."""

import asyncio
import smtplib
from collections.abc import AsyncIterator
from datetime import timedelta
from email.message import EmailMessage

import pytest

from channelhub.sdk.contract import Health
from channelhub.sdk.errors import DiskFull, HubBusy, NotCommitted, Unavailable
from channelhub.sdk.testing.hub import MemoryHub
from connectors.email.config import SmtpConfig
from connectors.email.smtp_receiver import SmtpReceiver
from tests.connectors.email.dialog import MAIL, Dialog, listening, until


@pytest.fixture
async def hub() -> AsyncIterator[MemoryHub]:
    async with MemoryHub() as memory:
        yield memory


def _send(port: int, mail: bytes | EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        if isinstance(mail, bytes):
            client.sendmail("ann@example.com", ["help@example.org"], mail)
        else:
            client.send_message(mail, "ann@example.com", ["help@example.org"])


async def test_stores_a_mail_with_its_envelope(hub: MemoryHub) -> None:
    async with listening(hub) as receiver:
        await asyncio.to_thread(_send, receiver.bound_port, MAIL)

    (raw,) = hub.raws
    assert raw.body == MAIL
    assert raw.account == "mail"
    assert raw.content_type == "message/rfc822"
    assert raw.envelope.peer == "127.0.0.1"
    assert raw.envelope.mail_from == "ann@example.com"
    assert raw.envelope.rcpt_to == ("help@example.org",)
    assert raw.envelope.message_id == "one@example.com"
    assert raw.envelope.helo
    assert not raw.envelope.is_tls


async def test_keeps_every_byte_of_a_cyrillic_mail_with_an_attachment(hub: MemoryHub) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ann@example.com", "help@example.org", "Не працює оплата"
    mail["Message-ID"] = "<two@example.com>"
    mail.set_content("Сторінка порожня.\n.\n..крапки\n", cte="8bit")
    mail.add_attachment(bytes(range(256)) * 40, maintype="application", subtype="octet-stream", filename="чек.bin")

    async with listening(hub) as receiver:
        await asyncio.to_thread(_send, receiver.bound_port, mail)

    (raw,) = hub.raws
    assert "Сторінка порожня.\r\n.\r\n..крапки\r\n".encode() in raw.body


async def test_says_250_only_after_the_commit(hub: MemoryHub) -> None:
    hub.hold()
    async with listening(hub) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.open_data()
        await dialog.send(MAIL + b".\r\n")
        await until(lambda: hub.is_holding)
        answer = asyncio.create_task(dialog.reply())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(answer), 0.1)
        assert hub.raws == []
        hub.accept()

        assert (await answer).startswith("250")
        assert len(hub.raws) == 1


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (HubBusy("the queue is full"), "451 4.3.2"),
        (DiskFull("128 MiB left"), "452 4.3.1"),
        (NotCommitted("rolled back"), "451 4.3.0"),
    ],
)
async def test_leaves_the_mail_with_the_sender_while_it_cannot_be_stored(
    hub: MemoryHub, refusal: NotCommitted, code: str
) -> None:
    async with listening(hub) as receiver:
        dialog = await Dialog.to(receiver)
        hub.refuse(refusal)
        await dialog.open_data()
        refused = await dialog.ask(MAIL + b".")
        hub.accept()
        await dialog.open_data()
        taken = await dialog.ask(MAIL + b".")

    assert refused.startswith(code)
    assert taken.startswith("250")
    assert len(hub.raws) == 1


async def test_a_fault_of_ours_is_never_permanent(hub: MemoryHub) -> None:
    async def broken(*_: object) -> list[object]:
        raise KeyError("a bug")

    receiver = SmtpReceiver(SmtpConfig(listen="127.0.0.1:0"), hub.context("mail"))
    task = asyncio.create_task(receiver.run(broken))  # type: ignore[arg-type]
    await until(lambda: receiver.bound_port > 0)
    dialog = await Dialog.to(receiver)
    await dialog.open_data()

    assert (await dialog.ask(MAIL + b".")).startswith("451")
    assert (await dialog.ask("NOOP")).startswith("250")
    task.cancel()
    await asyncio.wait({task})
    await Dialog.close_all()


async def test_a_repeated_mail_keeps_its_id_whatever_relay_brought_it(hub: MemoryHub) -> None:
    async with listening(hub) as receiver:
        await asyncio.to_thread(
            _send, receiver.bound_port, b"Received: from a by b; Thu, 1 Jan 2026 00:00:00 +0000\r\n" + MAIL
        )
        hub.now += timedelta(days=3)
        await asyncio.to_thread(
            _send, receiver.bound_port, b"Received: from c by b; Fri, 2 Jan 2026 00:00:00 +0000\r\n" + MAIL
        )

    first, second = hub.raws
    assert first.delivery_id == second.delivery_id


async def test_equal_mails_without_message_id_are_told_apart_by_day(hub: MemoryHub) -> None:
    bare = b"From: cron@example.com\r\nSubject: Disk\r\n\r\nfull\r\n"
    async with listening(hub) as receiver:
        await asyncio.to_thread(_send, receiver.bound_port, bare)
        await asyncio.to_thread(_send, receiver.bound_port, bare)
        hub.now += timedelta(days=1)
        await asyncio.to_thread(_send, receiver.bound_port, bare)

    first, again, next_day = (raw.delivery_id for raw in hub.raws)
    assert first == again != next_day


async def test_a_repeat_after_midnight_keeps_the_day_its_relay_stamped(hub: MemoryHub) -> None:
    relayed = b"Received: from a by b\r\n\twith SMTP; Thu, 15 Jan 2026 23:59:58 +0000\r\nSubject: Disk\r\n\r\nfull\r\n"
    async with listening(hub) as receiver:
        await asyncio.to_thread(_send, receiver.bound_port, relayed)
        hub.now += timedelta(days=1)
        await asyncio.to_thread(_send, receiver.bound_port, relayed)

    assert len(hub.stored) == 1


async def test_replies_to_a_pipelined_group_come_in_order(hub: MemoryHub) -> None:
    async with listening(hub) as receiver:
        dialog = await Dialog.to(receiver)
        offers = await dialog.ask("EHLO client.example")
        one = b"MAIL FROM:<> BODY=8BITMIME SIZE=100\r\nRCPT TO:<help@example.org>\r\nDATA\r\n"
        await dialog.send(one + MAIL + b".\r\n" + one + MAIL.replace(b"one@", b"two@") + b".\r\nQUIT\r\n")
        codes = [(await dialog.reply())[:3] for _ in range(9)]

    assert {line[4:] for line in offers.split("\n")} == {
        "hub.example", "PIPELINING", "SIZE 26214400", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "HELP",
    }  # fmt: skip
    assert codes == ["250", "250", "354", "250", "250", "250", "354", "250", "221"]
    assert [raw.envelope.message_id for raw in hub.raws] == ["one@example.com", "two@example.com"]


async def test_what_was_sent_before_the_client_half_closed_is_answered(hub: MemoryHub) -> None:
    hub.hold()
    async with listening(hub) as receiver:
        reader, writer = await asyncio.open_connection("127.0.0.1", receiver.bound_port)
        writer.write(b"EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<help@example.org>\r\nDATA\r\n" + MAIL + b".\r\n")
        writer.write_eof()
        (session,) = receiver._peers.all()
        await until(lambda: hub.is_holding and session._has_ended)
        hub.accept()
        said = await asyncio.wait_for(reader.read(), 60)
        writer.close()

    assert b"250 2.0.0 Stored" in said
    assert len(hub.raws) == 1


async def test_a_mail_is_stored_to_its_end_when_the_client_has_left(hub: MemoryHub) -> None:
    hub.hold()
    async with listening(hub) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.open_data()
        await dialog.send(MAIL + b".\r\n")
        await until(lambda: hub.is_holding)
        dialog.reset()
        await until(lambda: not receiver.connections)
        hub.accept()
        await until(lambda: len(hub.raws) == 1)

    assert hub.raws[0].body == MAIL


async def test_a_slow_commit_is_waited_for(hub: MemoryHub) -> None:
    hub.hold()
    async with listening(hub, command_timeout_s=1.0, data_timeout_s=1.0) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.open_data()
        await dialog.send(MAIL + b".\r\n")
        answer = asyncio.create_task(dialog.reply())
        await asyncio.wait({answer}, timeout=1.5)
        hub.accept()

        assert (await answer).startswith("250")


async def test_a_client_that_leaves_in_the_middle_leaves_nothing(hub: MemoryHub) -> None:
    async with listening(hub) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.open_data()
        await dialog.send(MAIL)
        dialog.close()
        await until(lambda: not receiver.connections)

    assert hub.calls == []


async def test_what_follows_a_refused_data_is_not_obeyed(hub: MemoryHub) -> None:
    """Whoever sends on before 354 means a mail: its lines must not become commands (RFC 2920 §3.1)."""
    forged = b"Subject: x\r\n\r\nMAIL FROM:<boss@example.org>\r\nRCPT TO:<help@example.org>\r\nDATA\r\npay\r\n.\r\n"
    async with listening(hub, recipients=("help@example.org",)) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.ask("EHLO client.example")
        await dialog.send(b"MAIL FROM:<>\r\nRCPT TO:<no@example.org>\r\nDATA\r\n" + forged)
        codes = [(await dialog.reply())[:3] for _ in range(3)]

        assert codes == ["250", "550", "503"]
        assert await dialog.is_closed()
    assert hub.raws == []


async def test_a_refused_data_alone_costs_nothing(hub: MemoryHub) -> None:
    async with listening(hub, recipients=("help@example.org",)) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.ask("EHLO client.example")
        await dialog.send(b"MAIL FROM:<>\r\nRCPT TO:<no@example.org>\r\nDATA\r\n")
        codes = [(await dialog.reply())[:3] for _ in range(3)]
        again = await dialog.ask("RCPT TO:<help@example.org>")

    assert codes == ["250", "550", "503"]
    assert again.startswith("250")


async def test_takes_mail_only_for_its_recipients(hub: MemoryHub) -> None:
    async with listening(hub, recipients=("help@example.org", "shop.example")) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.ask("EHLO client.example")
        await dialog.ask("MAIL FROM:<ann@example.com>")
        answers = {
            to: (await dialog.ask(f"RCPT TO:<{to}>"))[:3]
            for to in (
                "Help@Example.org", "any@shop.example", "postmaster", "x@example.org", "x@evilshop.example",
                "help+r.7x2@example.org", "postmaster@shop.example", "postmaster@example.org",
                "postmaster@evil.example",
            )
        }  # fmt: skip
        unknown = await dialog.ask("RCPT TO:<nobody@example.org>")

    assert unknown.startswith("550 5.1.1 ")
    assert answers == {
        "Help@Example.org": "250",
        "any@shop.example": "250",
        "postmaster": "250",
        "x@example.org": "550",
        "x@evilshop.example": "550",
        "help+r.7x2@example.org": "250",
        "postmaster@shop.example": "250",
        "postmaster@example.org": "250",
        "postmaster@evil.example": "550",
    }


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("MAIL", "501"),
        ("MAIL FROM:<ann@>", "501"),
        ("MAIL FROM:<a@b.example> SIZE=x", "501"),
        ("MAIL FROM:<a@b.example> SIZE=26214401", "552"),
        ("MAIL FROM:<a@b.example> BODY=BINARYMIME", "501"),
        ("MAIL FROM:<a@b.example> AUTH=<>", "555"),
        ("MAIL FROM:<a@b.example> RET=HDRS", "555"),
        ("MAIL FROM:<a@b.example> SMTPUTF8", "250"),
        ("RCPT TO:<a@b.example>", "503"),
        ("DATA", "503"),
        ("AUTH PLAIN AGEAYg==", "502"),
        ("BDAT 10 LAST", "500"),
        ("STARTTLS", "454"),
        ("EXPN staff", "502"),
        ("VRFY ann", "252"),
        ("HELP", "214"),
        ("RSET", "250"),
        ("RSET now", "501"),
        ("LHLO client.example", "500"),
        ("RCPT", "503"),
        ("", "500"),
        ("NOOP\x00", "500"),
        ("NOOP \x07", "500"),
        ("NOOP\rMAIL FROM:<>", "500"),
    ],
)
async def test_answers_each_command_with_the_code_of_rfc_5321(hub: MemoryHub, line: str, code: str) -> None:
    async with listening(hub) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.ask("EHLO client.example")

        assert (await dialog.ask(line)).startswith(code)
        assert (await dialog.ask("NOOP")).startswith("250")


async def test_hangs_up_with_421_when_stopped_and_keeps_the_mail_being_stored(hub: MemoryHub) -> None:
    hub.hold()
    receiver = SmtpReceiver(SmtpConfig(listen="127.0.0.1:0"), hub.context("mail"))
    task = asyncio.create_task(receiver.run(hub.deliver))
    await until(lambda: receiver.bound_port > 0)
    storing, sending, idle = [await Dialog.to(receiver) for _ in range(3)]
    await storing.open_data()
    await storing.send(MAIL + b".\r\n")
    await sending.open_data()
    await sending.send(b"Subject: half a ma")
    await until(lambda: hub.is_holding)
    task.cancel()
    interrupted = [(await dialog.reply())[:3] for dialog in (sending, idle)]
    hub.accept()

    assert interrupted == ["421", "421"]
    assert (await storing.reply()).startswith("250")
    await asyncio.wait({task})
    assert len(hub.raws) == 1
    assert not receiver.connections
    await Dialog.close_all()


async def test_says_so_when_the_address_is_taken(hub: MemoryHub) -> None:
    async with listening(hub) as receiver:
        taken = f"127.0.0.1:{receiver.bound_port}"
        second = SmtpReceiver(SmtpConfig(listen=taken), hub.context("mail"))

        with pytest.raises(Unavailable, match=f"can't listen for SMTP on {taken}"):
            await second.run(hub.deliver)


async def test_nothing_a_client_says_is_logged(hub: MemoryHub, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with listening(hub) as receiver:
        await asyncio.to_thread(_send, receiver.bound_port, MAIL)

    written = " ".join(hub.log.lines) + caplog.text
    assert not [record for record in caplog.records if record.name.startswith("mail")]
    assert "ann@example.com" not in written
    assert "The page is empty" not in written


async def test_check_tells_listening_from_free_from_taken(hub: MemoryHub) -> None:
    async def other(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-x\r\n")
        writer.close()

    async with listening(hub) as receiver:
        address = f"127.0.0.1:{receiver.bound_port}"
        listening_itself = await receiver.check()
        answering = await SmtpReceiver(SmtpConfig(listen=address), hub.context("mail")).check()
    free = await SmtpReceiver(SmtpConfig(listen=address), hub.context("mail")).check()
    async with await asyncio.start_server(other, "127.0.0.1", 0) as server:
        address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        taken = await SmtpReceiver(SmtpConfig(listen=address), hub.context("mail")).check()

    assert [report.health for report in (listening_itself, answering, free)] == [Health.OK] * 3
    assert "free" in free.detail
    assert taken.health is Health.DOWN
    assert hub.calls == []
