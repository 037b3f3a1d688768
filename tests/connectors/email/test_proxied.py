"""Clients behind a proxy are counted, refused and noted by their own address; only our proxies are believed."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator

import pytest

from channelhub.sdk.contract import Health
from channelhub.sdk.testing.hub import MemoryHub
from connectors.email.config import SmtpConfig
from connectors.email.smtp_receiver import SmtpReceiver
from tests.connectors.email.dialog import MAIL, Dialog, listening, until
from tests.connectors.email.test_proxy import v2

BEHIND = {"proxies": ("127.0.0.0/8",)}


@pytest.fixture
async def hub() -> AsyncIterator[MemoryHub]:
    async with MemoryHub() as memory:
        yield memory


async def test_a_mail_carries_the_address_of_the_client(hub: MemoryHub) -> None:
    async with listening(hub, **BEHIND) as receiver:
        text = await Dialog.behind_proxy(receiver, "192.0.2.7")
        await text.open_data()
        await text.ask(MAIL + b".")
        six = bytes.fromhex("20010db8000000000000000000000007")
        binary = await Dialog.saying(receiver, v2(0x21, 0x21, six * 2 + b"\x9c\x40\0\x19"))
        await binary.open_data()
        await binary.ask(MAIL + b".")

    assert [raw.envelope.peer for raw in hub.raws] == ["192.0.2.7", "2001:db8::7"]


async def test_a_health_check_of_the_proxy_is_answered(hub: MemoryHub) -> None:
    async with listening(hub, **BEHIND) as receiver:
        checks = [await Dialog.saying(receiver, first) for first in (b"PROXY UNKNOWN\r\n", v2(0x20, 0, b""))]
        answers = [await dialog.ask("QUIT") for dialog in checks]

    assert [dialog.banner[:3] for dialog in checks] == ["220", "220"]
    assert [answer[:3] for answer in answers] == ["221", "221"]


@pytest.mark.parametrize(
    "first",
    [b"EHLO c\r\n", b"PROXY TCP4 1.2.3.4\r\n", b"PROXY " + b"a" * 200, b"\0" * 300, v2(0x29, 0x11, b"")],
    ids=repr,
)
async def test_a_connection_without_a_proper_header_is_cut_without_a_word(hub: MemoryHub, first: bytes) -> None:
    async with listening(hub, **BEHIND) as receiver:
        dialog = await Dialog.saying(receiver, first)

        assert dialog.banner == ""
        await until(lambda: not receiver.connections)


async def test_a_proxy_that_says_nothing_is_cut_off(hub: MemoryHub) -> None:
    async with listening(hub, command_timeout_s=0.2, **BEHIND) as receiver:
        dialog = await Dialog.saying(receiver, b"PROXY TCP4 192.")

        assert dialog.banner.startswith("421")
        await until(lambda: not receiver.connections)


async def test_nobody_else_is_believed(hub: MemoryHub) -> None:
    async with listening(hub, proxies=("192.0.2.1",)) as receiver:
        dialog = await Dialog.to(receiver)
        answer = await dialog.ask("PROXY TCP4 192.0.2.7 192.0.2.1 40000 25")
        await dialog.open_data()
        await dialog.ask(MAIL + b".")

    assert answer.startswith("500")
    assert hub.raws[0].envelope.peer == "127.0.0.1"


async def test_the_client_must_be_allowed_not_the_proxy(hub: MemoryHub) -> None:
    async with listening(hub, allowed_peers=("192.0.2.0/28",), **BEHIND) as receiver:
        known = await Dialog.behind_proxy(receiver, "192.0.2.7")
        stranger = await Dialog.behind_proxy(receiver, "192.0.2.77")

        assert known.banner.startswith("220")
        assert stranger.banner.startswith("554 5.7.1")
        await until(lambda: receiver.connections == 1)


async def test_a_proxy_that_names_no_client_is_not_allowed_for_that(hub: MemoryHub) -> None:
    async with listening(hub, allowed_peers=("192.0.2.0/28",), **BEHIND) as receiver:
        unnamed = await Dialog.saying(receiver, b"PROXY UNKNOWN\r\n")
        await unnamed.ask("EHLO haproxy.example")
        refused = await unnamed.ask("MAIL FROM:<ann@example.com>")
        named = await Dialog.behind_proxy(receiver, "192.0.2.7")
        await named.open_data()
        taken = await named.ask(MAIL + b".")

    assert unnamed.banner.startswith("220")
    assert refused.startswith("550 5.7.1")
    assert taken.startswith("250")


async def test_commands_that_came_with_the_header_are_obeyed_after_the_greeting(hub: MemoryHub) -> None:
    async with listening(hub, **BEHIND) as receiver:
        dialog = await Dialog.saying(receiver, b"PROXY TCP4 192.0.2.7 192.0.2.1 40000 25\r\nNOOP\r\n")

        assert dialog.banner.startswith("220")
        assert (await dialog.reply()).startswith("250")


async def test_check_introduces_itself_where_it_is_taken_for_a_proxy(hub: MemoryHub) -> None:
    async with listening(hub, **BEHIND) as receiver:
        listen = f"127.0.0.1:{receiver.bound_port}"
        report = await SmtpReceiver(SmtpConfig(listen=listen, **BEHIND), hub.context("mail")).check()

    assert report.health is Health.OK


@pytest.mark.skipif(
    shutil.which("swaks") is None and os.environ.get("CI") != "true", reason="swaks (Debian: swaks) is not installed"
)
@pytest.mark.parametrize("version", ["1", "2"])
async def test_understands_the_headers_of_swaks(hub: MemoryHub, version: str) -> None:
    async with listening(hub, **BEHIND) as receiver:
        said = await asyncio.to_thread(
            subprocess.run,
            ["swaks", "--server", f"127.0.0.1:{receiver.bound_port}", "--from", "ann@example.com", "--to",
             "help@example.org", "--proxy-version", version, "--proxy-family", "TCP4" if version == "1" else "AF_INET",
             "--proxy-source", "192.0.2.7", "--proxy-source-port", "40000", "--proxy-dest", "192.0.2.1",
             "--proxy-dest-port", "25", *(() if version == "1" else ("--proxy-protocol", "STREAM"))],
            capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip

    assert said.returncode == 0, said.stdout + said.stderr
    assert hub.raws[0].envelope.peer == "192.0.2.7"
