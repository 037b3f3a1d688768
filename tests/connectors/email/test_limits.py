"""Hostile clients cost bounded memory and time (RFC 5321 §4.5.3, §2.3.8)."""

import asyncio
import sys
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channelhub.sdk.testing.hub import MemoryHub
from connectors.email.peers import peer_group
from connectors.email.wire import HIGH_WATER_BYTES
from tests.connectors.email.dialog import MAIL, Dialog, listening, until

pytestmark = pytest.mark.slow

MIB = 1024 * 1024
SERVER = textwrap.dedent("""
    import asyncio
    from channelhub.sdk.testing.hub import MemoryHub
    from connectors.email.config import SmtpConfig
    from connectors.email.smtp_receiver import SmtpReceiver

    async def main():
        async with MemoryHub() as hub:
            config = SmtpConfig(listen="127.0.0.1:0", max_message_bytes=100 << 20, max_line_bytes=1 << 20)
            receiver = SmtpReceiver(config, hub.context("mail"))
            task = asyncio.create_task(receiver.run(hub.deliver))
            while not receiver.bound_port:
                await asyncio.sleep(0.01)
            print(receiver.bound_port, flush=True)
            await task

    asyncio.run(main())
""")


@pytest.fixture
async def hub() -> AsyncIterator[MemoryHub]:
    async with MemoryHub() as memory:
        yield memory


def _peak_rss_bytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


@pytest.mark.parametrize("goes_on_inside", ["data", "command"])
async def test_an_endless_line_costs_bounded_memory(goes_on_inside: str) -> None:
    server = await asyncio.create_subprocess_exec(sys.executable, "-c", SERVER, stdout=asyncio.subprocess.PIPE)
    try:
        assert server.stdout is not None
        port = int(await server.stdout.readline())
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        if goes_on_inside == "data":
            writer.write(b"EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<help@example.org>\r\nDATA\r\n")
            while not (await reader.readline()).startswith(b"354"):
                pass
        before_bytes = _peak_rss_bytes(server.pid)
        try:
            for _ in range(60):
                writer.write(b"a" * MIB)
                await writer.drain()
        except ConnectionError:
            assert goes_on_inside == "command"  # no command is 64 KiB long
        grown_bytes = _peak_rss_bytes(server.pid) - before_bytes
        if goes_on_inside == "data":
            writer.write(b"\r\n.\r\nNOOP\r\n")
            answers = [await reader.readline(), await reader.readline()]
            assert answers[0].startswith(b"500 5.5.2")
            assert answers[1].startswith(b"250")
        writer.close()
    finally:
        server.terminate()
        await server.wait()

    assert grown_bytes < 8 * MIB


async def test_a_mail_over_the_limit_gets_552_and_the_connection_goes_on(hub: MemoryHub) -> None:
    async with listening(hub, max_message_bytes=10_000) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.open_data()
        refused = await dialog.ask(b"Subject: big\r\n\r\n" + b"line\r\n" * 2500 + b".")
        await dialog.open_data()
        taken = await dialog.ask(MAIL + b".")

    assert refused.startswith("552")
    assert taken.startswith("250")
    assert [raw.body for raw in hub.raws] == [MAIL]


@pytest.mark.parametrize(("surplus", "code"), [(0, "250"), (1, "552")])
async def test_the_size_limit_is_exact(hub: MemoryHub, surplus: int, code: str) -> None:
    async with listening(hub, max_message_bytes=10_000) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.open_data()
        await dialog.send(b"x" * (4998 + surplus) + b"\r\n")
        await dialog.send(b"y" * 4998 + b"\r")
        answer = await dialog.ask(b"\n.")

    assert answer.startswith(code)


async def test_data_past_twice_the_limit_is_cut_off_with_421(hub: MemoryHub) -> None:
    async with listening(hub, max_message_bytes=100_000) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.open_data()
        await dialog.send(b"line\r\n" * 34_000)

        assert (await dialog.reply()).startswith("421")
        assert await dialog.is_closed()
        await until(lambda: not receiver.connections)
    assert hub.calls == []


async def test_all_mails_together_hold_no_more_than_allowed(hub: MemoryHub) -> None:
    async with listening(hub, max_buffered_bytes=2 * MIB) as receiver:
        first, second = await Dialog.to(receiver), await Dialog.to(receiver)
        await first.open_data()
        await second.open_data()
        await first.send(b"line\r\n" * 250_000)
        await until(lambda: receiver.held_bytes > 1_400_000)
        await second.send(b"line\r\n" * 250_000)
        refused = await second.ask(b".")
        taken = await first.ask(b".")
        await second.open_data()
        later = await second.ask(MAIL + b".")

        assert (refused[:9], taken[:3], later[:3]) == ("452 4.3.1", "250", "250")
        assert receiver.held_bytes == 0


async def test_a_long_line_up_to_the_limit_is_kept(hub: MemoryHub) -> None:
    mail = b"Message-ID: <l@example.com>\r\n\r\n" + b"a" * (1024 * 1024 - 2) + b"\r\n"
    async with listening(hub) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.open_data()
        taken = await dialog.ask(mail + b".")
        await dialog.open_data()
        refused = await dialog.ask(b"a" + mail[mail.index(b"\r\n\r\n") + 4 :] + b".")

    assert taken.startswith("250")
    assert refused.startswith("500 5.5.2")
    assert [raw.body for raw in hub.raws] == [mail]


SMUGGLED = b"MAIL FROM:<boss@example.org>\r\nRCPT TO:<help@example.org>\r\nDATA\r\nSubject: forged\r\n\r\npay\r\n"


@pytest.mark.parametrize(
    "ending",
    [
        b"\n.\n",
        b"\n.\r\n",
        b"\r\n.\n",
        b"\r.\r",
        b"\r.\r\n",
        b"\r\n.\r",
        b"\n.\r",
        b"\r\r\n.\r\r\n",
        b"\r\n.\r\r\n",
        b"\n\n.\r\n",
        b"\n.\r\r\n",
        b"\r\n.\x0b\r\n",
        b"\r\n .\r\n",
        b"\r\n\0.\r\n",
        b"\r\n.\0\r\n",
    ],
    ids=repr,
)
async def test_no_other_ending_smuggles_a_second_mail(hub: MemoryHub, ending: bytes) -> None:
    async with listening(hub) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.open_data()
        answer = await dialog.ask(MAIL[:-2] + ending + SMUGGLED + b".")
        after = await dialog.ask("NOOP")

    (raw,) = hub.raws
    assert answer.startswith("250")
    assert after.startswith("250")
    assert raw.envelope.mail_from == "ann@example.com"
    assert b"Subject: forged" in raw.body


async def test_a_bare_line_end_never_makes_other_headers_than_the_relay_saw(hub: MemoryHub) -> None:
    async with listening(hub) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.open_data()
        await dialog.ask(b"Subject: a\rFrom: forged@example.org\r\nX: 1\r\r\n\r\nbody\nnext\r\n.")

    assert hub.raws[0].body == b"Subject: a From: forged@example.org\r\nX: 1\r\n\r\nbody\r\nnext\r\n"


async def test_ten_thousand_recipients_are_refused_past_the_limit_and_then_cut_off(hub: MemoryHub) -> None:
    async with listening(hub, max_recipients=100) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.ask("EHLO c")
        await dialog.ask("MAIL FROM:<>")
        await dialog.send(b"".join(b"RCPT TO:<u%d@example.org>\r\n" % number for number in range(10_000)))
        codes = []
        while (reply := await dialog.reply()) and not reply.startswith("421"):
            codes.append(reply[:3])

    assert codes.count("250") == 100
    assert 500 < codes.count("452") <= 1000
    assert set(codes) == {"250", "452"}


async def test_surplus_recipients_do_not_cost_the_mail(hub: MemoryHub) -> None:
    async with listening(hub, max_recipients=2) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.ask("EHLO c")
        await dialog.ask("MAIL FROM:<>")
        codes = [(await dialog.ask(f"RCPT TO:<u{number}@example.org>"))[:3] for number in range(4)]
        await dialog.ask("DATA")
        taken = await dialog.ask(MAIL + b".")

    assert codes == ["250", "250", "452", "452"]
    assert taken.startswith("250")
    assert len(hub.raws[0].envelope.rcpt_to) == 2


async def test_connections_beyond_the_cap_get_421_until_one_leaves(hub: MemoryHub) -> None:
    async with listening(hub, max_connections=3) as receiver:
        open_ones = [await Dialog.to(receiver) for _ in range(3)]
        refused = await Dialog.to(receiver)
        open_ones[0].close()
        await until(lambda: receiver.connections == 2)
        welcome = await Dialog.to(receiver)

    assert [dialog.banner[:3] for dialog in open_ones] == ["220"] * 3
    assert refused.banner.startswith("421")
    assert welcome.banner.startswith("220")


async def test_one_peer_has_its_own_cap_and_loopback_has_none(hub: MemoryHub) -> None:
    async with listening(hub, max_connections_per_peer=2) as receiver:
        local = [await Dialog.to(receiver) for _ in range(5)]
    async with listening(hub, max_connections_per_peer=2, proxies=("127.0.0.1",)) as receiver:
        strangers = [await Dialog.behind_proxy(receiver, "192.0.2.7") for _ in range(3)]
        other = await Dialog.behind_proxy(receiver, "192.0.2.8")
        strangers[0].close()
        await until(lambda: receiver.connections == 2)
        later = await Dialog.behind_proxy(receiver, "192.0.2.7")

    assert {dialog.banner[:3] for dialog in local} == {"220"}
    assert [dialog.banner[:9] for dialog in strangers] == ["220 hub.e", "220 hub.e", "421 4.7.0"]
    assert other.banner.startswith("220")
    assert later.banner.startswith("220")


def test_an_ipv6_peer_is_its_network() -> None:
    assert peer_group("2001:db8::1") == peer_group("2001:db8::ffff:1") != peer_group("2001:db8:0:1::1")
    assert peer_group("192.0.2.1") != peer_group("192.0.2.2")


async def test_an_idle_connection_is_closed(hub: MemoryHub) -> None:
    async with listening(hub, command_timeout_s=0.1) as receiver:
        dialog = await Dialog.to(receiver)

        assert (await dialog.reply()).startswith("421 4.4.2")
        assert await dialog.is_closed()


async def test_a_drip_of_noops_does_not_outlive_the_session_deadline(hub: MemoryHub) -> None:
    async with listening(hub, command_timeout_s=0.2, session_timeout_s=0.5) as receiver:
        dialog = await Dialog.to(receiver)
        started_s = asyncio.get_running_loop().time()
        answer = "250"
        while answer.startswith("250"):
            answer = await dialog.ask("NOOP")
            await asyncio.sleep(0.05)

        assert answer.startswith("421")
        assert asyncio.get_running_loop().time() - started_s < 30


async def test_a_flood_of_noops_is_cut_off(hub: MemoryHub) -> None:
    async with listening(hub) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.send(b"NOOP\r\n" * 5000)

        assert await dialog.is_closed()
        await until(lambda: not receiver.connections)


async def test_data_that_drips_is_cut_off_at_its_deadline(hub: MemoryHub) -> None:
    async with listening(hub, data_timeout_s=0.3) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.open_data()

        async def drip() -> None:
            while receiver.connections:
                await dialog.send(b"a line\r\n")
                await asyncio.sleep(0.02)

        dripping = asyncio.create_task(drip())
        assert (await dialog.reply()).startswith("421 4.4.2")
        await asyncio.wait({dripping})
        if not dripping.cancelled():
            dripping.exception()
    assert hub.calls == []


async def test_a_slow_line_may_take_its_time(hub: MemoryHub) -> None:
    piece = b"line\r\n" * 4096
    async with listening(hub, data_timeout_s=0.2) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.open_data()
        began_s = asyncio.get_running_loop().time()
        while asyncio.get_running_loop().time() < began_s + 1.0:
            await dialog.send(piece)
            await asyncio.sleep(0.05)

        assert (await dialog.ask(b".")).startswith("250")
    assert len(hub.raws) == 1


async def test_a_client_that_floods_and_does_not_read_is_cut_off(hub: MemoryHub) -> None:
    async with listening(hub, command_timeout_s=0.3) as receiver:
        _reader, writer = await asyncio.open_connection("127.0.0.1", receiver.bound_port)
        _reader._transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(b"EHLO c\r\n" * 200_000)

        await until(lambda: not receiver.connections)
        writer.close()


async def test_input_ahead_of_the_commands_is_held_back_and_then_read(hub: MemoryHub) -> None:
    hub.hold()
    second = MAIL.replace(b"one@", b"two@") + b"line\r\n" * 2_000_000
    async with listening(hub) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.open_data()
        await dialog.send(MAIL + b".\r\n")
        await until(lambda: hub.is_holding)
        again = b"MAIL FROM:<>\r\nRCPT TO:<help@example.org>\r\nDATA\r\n"
        sending = asyncio.create_task(dialog.send(again + second + b".\r\n"))
        (session,) = receiver._peers.all()
        await until(lambda: session._is_reading_paused)

        assert len(session._inbox) <= 2 * HIGH_WATER_BYTES
        hub.accept()
        assert [(await dialog.reply())[:3] for _ in range(5)] == ["250", "250", "250", "354", "250"]
        await sending
    assert hub.raws[1].body == second


async def test_an_endless_command_is_cut_off(hub: MemoryHub) -> None:
    async with listening(hub) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.send(b"A" * 70_000)

        assert (await dialog.reply()).startswith("421")
        assert await dialog.is_closed()


async def test_a_long_command_is_refused_and_the_next_one_obeyed(hub: MemoryHub) -> None:
    async with listening(hub) as receiver:
        dialog = await Dialog.to(receiver)

        assert (await dialog.ask(b"NOOP " + b"a" * 3000)).startswith("500")
        assert (await dialog.ask("NOOP")).startswith("250")


async def test_a_long_connection_that_brings_mail_is_not_cut_off(hub: MemoryHub) -> None:
    async with listening(hub) as receiver:
        dialog = await Dialog.to(receiver)
        for _ in range(3):
            await dialog.open_data()
            assert (await dialog.ask(MAIL + b".")).startswith("250")
            await dialog.send(b"NOOP\r\n" * 500)
            assert {(await dialog.reply())[:3] for _ in range(500)} == {"250"}


@pytest.mark.parametrize("verb", ["POST", "GET", "CONNECT"])
async def test_a_browser_is_sent_away_before_its_body_is_heard(hub: MemoryHub, verb: str) -> None:
    """A web page can make a browser send a body of mail commands to a port of its own machine."""
    body = b"EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<help@example.org>\r\nDATA\r\nSubject: forged\r\n\r\nx\r\n.\r\n"
    async with listening(hub) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.send(verb.encode() + b" / HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n" + body)

        assert (await dialog.reply()).startswith("421 4.7.0")
        assert await dialog.is_closed()
    assert hub.calls == []


async def test_a_scanner_of_unknown_commands_is_sent_away(hub: MemoryHub) -> None:
    async with listening(hub) as receiver:
        dialog = await Dialog.to(receiver)
        await dialog.send(b"X-PROBE value\r\n" * 40)

        assert await dialog.is_closed()
