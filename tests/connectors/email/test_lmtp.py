"""LMTP (RFC 2033): with Python's own client, over TCP and a Unix socket, and with raw dialogs."""

import asyncio
import smtplib
import socket
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from channelhub.sdk.contract import Health
from channelhub.sdk.errors import DiskFull, HubBusy, Unavailable
from channelhub.sdk.testing.hub import MemoryHub
from connectors.email.config import LmtpConfig
from connectors.email.lmtp_receiver import LmtpReceiver
from tests.connectors.email.dialog import MAIL, Dialog, listening_to, until


@pytest.fixture
async def hub() -> AsyncIterator[MemoryHub]:
    async with MemoryHub() as memory:
        yield memory


@asynccontextmanager
async def listening(hub: MemoryHub, *, listen: str = "127.0.0.1:0", **settings: Any) -> AsyncIterator[LmtpReceiver]:
    config = LmtpConfig(listen=listen, hostname="hub.example", **settings)
    async with listening_to(LmtpReceiver(config, hub.context("mail")), hub) as receiver:
        yield receiver


def _send(host: str, port: int) -> dict[str, tuple[int, bytes]]:
    """Hand over one mail for two recipients; those refused. (This client can't hear two answers to one mail.)"""
    with smtplib.LMTP(host, port, timeout=60) as client:
        return client.sendmail("ann@example.com", ["help@example.org", "no@example.org"], MAIL)


OURS = {"recipients": ("help@example.org",)}


async def test_takes_a_mail_over_tcp(hub: MemoryHub) -> None:
    async with listening(hub, **OURS) as receiver:
        refused = await asyncio.to_thread(_send, "127.0.0.1", receiver.bound_port)

    (raw,) = hub.raws
    assert raw.body == MAIL
    assert raw.envelope.rcpt_to == ("help@example.org",)
    assert raw.envelope.peer == "127.0.0.1"
    assert {to: code for to, (code, _) in refused.items()} == {"no@example.org": 550}


async def test_takes_a_mail_over_a_unix_socket_with_the_rights_it_was_given(hub: MemoryHub, tmp_path: Path) -> None:
    path = tmp_path / "lmtp.sock"
    async with listening(hub, listen="", socket=str(path), socket_mode="0620", **OURS) as receiver:
        await until(path.exists)
        rights = stat.S_IMODE(path.stat().st_mode)
        await asyncio.to_thread(_send, str(path), 0)
        report = await receiver.check()

    assert len(hub.raws) == 1
    assert hub.raws[0].envelope.peer == ""
    assert rights == 0o620
    assert report.health is Health.OK
    assert not path.exists()


async def test_listens_on_a_port_and_a_socket_together(hub: MemoryHub, tmp_path: Path) -> None:
    path = tmp_path / "lmtp.sock"
    async with listening(hub, socket=str(path), **OURS) as receiver:
        await asyncio.to_thread(_send, "127.0.0.1", receiver.bound_port)
        await asyncio.to_thread(_send, str(path), 0)

    assert len(hub.raws) == 2
    assert len(hub.stored) == 1


async def test_answers_each_accepted_recipient_in_order(hub: MemoryHub) -> None:
    async with listening(hub, recipients=("example.org",)) as receiver:
        dialog = await Dialog.to(receiver)
        offers = await dialog.ask("LHLO mta.example")
        recipients = b"".join(b"RCPT TO:<%s>\r\n" % to for to in (b"a@example.org", b"x@y.example", b"b@example.org"))
        again = b"MAIL FROM:<>\r\nRCPT TO:<c@example.org>\r\nDATA\r\n"
        await dialog.send(
            b"MAIL FROM:<ann@example.com>\r\n" + recipients + b"DATA\r\n" + MAIL + b".\r\n" + again + MAIL + b".\r\n"
            b"QUIT\r\n"
        )
        codes = [(await dialog.reply())[:9] for _ in range(12)]

    assert dialog.banner == "220 hub.example LMTP"
    assert {"PIPELINING", "ENHANCEDSTATUSCODES", "8BITMIME"} <= {line[4:] for line in offers.split("\n")}
    assert [code[:3] for code in codes] == [
        "250",
        "250",
        "550",
        "250",
        "354",
        *["250"] * 2,
        *["250"] * 2,
        "354",
        "250",
        "221",
    ]
    assert codes[5] == codes[6] == codes[10] == "250 2.0.0"
    assert [raw.envelope.rcpt_to for raw in hub.raws] == [("a@example.org", "b@example.org"), ("c@example.org",)]


async def test_a_recipient_named_twice_is_answered_twice_and_stored_once(hub: MemoryHub) -> None:
    async with listening(hub) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.ask("LHLO mta.example")
        await dialog.send(
            b"MAIL FROM:<>\r\n" + b"RCPT TO:<a@example.org>\r\n" * 2 + b"DATA\r\n" + MAIL + b".\r\nQUIT\r\n"
        )
        codes = [(await dialog.reply())[:3] for _ in range(7)]

    assert codes == ["250", "250", "250", "354", "250", "250", "221"]
    assert hub.raws[0].envelope.rcpt_to == ("a@example.org",)


@pytest.mark.parametrize(("refusal", "code"), [(HubBusy("full"), "451 4.3.2"), (DiskFull("full"), "452 4.3.1")])
async def test_every_recipient_hears_that_nothing_was_stored(hub: MemoryHub, refusal: Exception, code: str) -> None:
    async with listening(hub) as receiver:
        hub.refuse(refusal)  # type: ignore[arg-type]
        dialog = await Dialog.to(receiver)
        await dialog.ask("LHLO mta.example")
        await dialog.send(b"MAIL FROM:<>\r\nRCPT TO:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n")
        for _ in range(4):
            await dialog.reply()
        await dialog.send(MAIL + b".\r\n")
        answers = [await dialog.reply(), await dialog.reply()]
        after = await dialog.ask("NOOP")

    assert [answer[:9] for answer in answers] == [code, code]
    assert after.startswith("250")
    assert hub.raws == []


async def test_a_mail_that_is_too_large_is_refused_for_every_recipient(hub: MemoryHub) -> None:
    async with listening(hub, max_message_bytes=10_000) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.ask("LHLO mta.example")
        await dialog.send(b"MAIL FROM:<>\r\nRCPT TO:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n")
        for _ in range(4):
            await dialog.reply()
        await dialog.send(b"line\r\n" * 2500 + b".\r\n")
        answers = [(await dialog.reply())[:9] for _ in range(2)]

    assert answers == ["552 5.3.4"] * 2


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("EHLO c", "500"),
        ("HELO c", "500"),
        ("LHLO", "501"),
        ("STARTTLS", "500"),
        ("AUTH PLAIN AGEAYg==", "500"),
        ("MAIL FROM:<>", "503"),
        ("DATA", "503"),
    ],
)
async def test_refuses_what_is_not_lmtp(hub: MemoryHub, line: str, code: str) -> None:
    async with listening(hub) as receiver:
        dialog = await Dialog.to(receiver)

        assert (await dialog.ask(line)).startswith(code)


async def test_a_peer_that_is_not_allowed_is_turned_away(hub: MemoryHub) -> None:
    async with listening(hub, allowed_peers=("192.0.2.0/24",)) as receiver:
        stranger = await Dialog.to(receiver)

        assert stranger.banner.startswith("554 5.7.1")
        assert await stranger.is_closed()


async def test_a_socket_left_behind_is_replaced_and_one_in_use_is_not(hub: MemoryHub, tmp_path: Path) -> None:
    path = tmp_path / "lmtp.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    async with listening(hub, listen="", socket=str(path), **OURS):
        await asyncio.to_thread(_send, str(path), 0)
        second = LmtpReceiver(LmtpConfig(listen="", socket=str(path)), hub.context("mail"))
        with pytest.raises(Unavailable, match="another process"):
            await second.run(hub.deliver)
        await asyncio.to_thread(_send, str(path), 0)

    assert len(hub.raws) == 2


async def test_a_file_that_is_no_socket_is_left_alone(hub: MemoryHub, tmp_path: Path) -> None:
    path = tmp_path / "precious"
    path.write_text("words")
    receiver = LmtpReceiver(LmtpConfig(listen="", socket=str(path)), hub.context("mail"))

    with pytest.raises(Unavailable, match="another kind of file"):
        await receiver.run(hub.deliver)
    assert path.read_text() == "words"


async def test_check_looks_at_the_socket_and_the_port(hub: MemoryHub, tmp_path: Path) -> None:
    def probing(path: Path) -> LmtpReceiver:
        return LmtpReceiver(LmtpConfig(listen="", socket=str(path)), hub.context("mail"))

    path = tmp_path / "lmtp.sock"
    async with listening(hub, listen="", socket=str(path)):
        await until(path.exists)
        answered = await probing(path).check()
    free = await probing(path).check()
    nowhere = await probing(tmp_path / "missing" / "lmtp.sock").check()

    assert (answered.health, free.health, nowhere.health) == (Health.OK, Health.OK, Health.DOWN)
    assert "free" in free.detail
