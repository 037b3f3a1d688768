"""A mailbox on its bad days: links that break or fall silent, servers that restart, refuse or answer nonsense."""

import asyncio
import re
from collections import Counter

import pytest

from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import AuthFailed, Unavailable
from channelhub.sdk.testing import MemoryHub
from connectors.email import imap_line, imap_receive
from connectors.email.imap_account import ImapAccount
from tests.connectors.email.mailbox import ACCOUNT, config_of, reading
from tests.servers.cuttable import cuttable
from tests.servers.dovecot import PASSWORD, dovecot, mail_of, numbered
from tests.servers.scripted_imap import listening, scripted

pytestmark = pytest.mark.slow


def once_each(hub: MemoryHub) -> bool:
    return max(Counter(raw.delivery_id for raw in hub.raws).values(), default=1) == 1


async def test_a_refused_password_waits_for_a_person() -> None:
    async with dovecot() as server, MemoryHub() as hub:
        async with reading(hub, config_of(server.port, password=Secret("wrong one"))) as reader:
            await reader.until(lambda: reader.is_stopped, "it stops")
        report = await ImapAccount(config_of(server.port, password=Secret("wrong one")), hub.context(ACCOUNT)).check()

        assert [type(one) for one in reader.failures] == [AuthFailed]
        assert "wrong one" not in str(reader.failures[0]) + "".join(hub.log.lines)
        assert str(report.health) == "auth-failed"


async def test_no_password_at_all_is_told_before_anything_is_asked() -> None:
    async with MemoryHub() as hub, reading(hub, config_of(1, password=Secret())) as reader:
        await reader.until(lambda: reader.is_stopped, "it stops")

        assert "password_file" in str(reader.failures[0])


@pytest.mark.parametrize(
    "password", ["p\u00e4ssw\u00f6rt \u043f\u0430\u0440\u043e\u043b\u044c", 'with "quotes" and \\ and {3}']
)
async def test_any_password_signs_in(password: str) -> None:
    async with dovecot(passwords={"support@example.com": password}) as server, MemoryHub() as hub:
        server.deliver(mail_of("Hello"))
        async with reading(hub, config_of(server.port, password=Secret(password))) as reader:
            await reader.holds(1)


async def test_goes_on_after_a_restart_of_the_server() -> None:
    async with dovecot() as server, MemoryHub() as hub:
        server.deliver(mail_of("Before", number=1))
        async with reading(hub, config_of(server.port)) as reader:
            await reader.holds(1)
            server.stop()
            server.deliver(mail_of("While it was down", number=2))
            await reader.until(lambda: bool(reader.failures), "the account is down")
            server.start()
            await reader.holds(2)

        assert {type(one) for one in reader.failures} <= {Unavailable, *Unavailable.__subclasses__()}
        assert not reader.is_stopped
        assert once_each(hub)


async def test_a_link_cut_at_any_moment_loses_and_doubles_nothing() -> None:
    async with dovecot() as server, cuttable(server.port) as link, MemoryHub() as hub:
        filler = "x" * 200_000
        server.deliver_many([mail_of(f"[m{number}] {filler}", number=number) for number in range(200)])
        async with reading(hub, config_of(link.port)) as reader:
            for cut in range(8):
                await reader.holds(20 * (cut + 1))
                link.cut()
            await reader.holds(200)

        assert len(hub.stored) == 200
        assert once_each(hub)
        assert link.connections > 5


@pytest.mark.parametrize("moment", ["waiting", "fetching"])
async def test_a_half_open_link_is_noticed_and_replaced(moment: str) -> None:
    async with dovecot() as server, cuttable(server.port) as link, MemoryHub() as hub:
        server.deliver_many([mail_of(f"{number} " + "x" * 3_000_000, number=number) for number in range(4)])
        config = config_of(link.port, probe_interval_s=1.0, timeout_s=1.0)
        async with reading(hub, config) as reader:
            if moment == "waiting":
                await reader.holds(4)
                await reader.until(lambda: bool(hub.comparisons), "it waits for news")
            else:
                await reader.holds(1)
            link.freeze()
            server.deliver(mail_of("Into the silence", number=9))
            await reader.until(lambda: bool(reader.failures), "the silence is noticed")
            link.thaw()
            await reader.holds(5)

        assert "Into the silence" in reader.texts()
        assert once_each(hub)


async def test_a_server_that_trickles_for_ever_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes before `timeout_s`; the answer never ends."""
    monkeypatch.setattr(imap_line, "CALL_LIMIT_S", 1.0)

    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not reader.at_eof():
            writer.write(b"* ")
            await writer.drain()
            await asyncio.sleep(0.1)

    async with (
        listening(trickle) as port,
        MemoryHub() as hub,
        reading(hub, config_of(port, timeout_s=5.0)) as reader,
    ):
        await reader.until(lambda: bool(reader.failures), "it gives up")


async def test_a_connection_that_worked_is_replaced_without_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_receive, "STEADY_S", 0.2)
    async with dovecot() as server, cuttable(server.port) as link, MemoryHub() as hub:
        async with reading(hub, config_of(link.port)) as reader:
            await reader.until(lambda: bool(hub.comparisons), "it waits for news")
            await asyncio.sleep(0.3)  # the time that makes it a connection that worked
            link.cut()
            server.deliver(mail_of("After the cut"))
            await reader.holds(1)

        assert reader.failures == []
        assert any("imap.reconnecting" in line for line in hub.log.lines)


async def test_a_connection_lost_while_signing_in_is_no_refusal() -> None:
    async with dovecot() as server, cuttable(server.port) as link, MemoryHub() as hub:
        server.deliver(mail_of("Hello"))
        link.hang_up_on = re.compile(rb"LOGIN|AUTHENTICATE")
        async with reading(hub, config_of(link.port)) as reader:
            await reader.until(lambda: link.hang_ups >= 5, "several attempts end there")
            link.hang_up_on = None
            await reader.holds(1)

        assert not reader.is_stopped


async def test_one_mail_that_breaks_the_connection_does_not_stop_the_others() -> None:
    async with dovecot() as server, cuttable(server.port) as link, MemoryHub() as hub:
        server.deliver_many([mail_of(f"{number} " + "x" * 2_000_000, number=number) for number in range(1, 6)])
        link.hang_up_on = re.compile(rb"UID FETCH (\d+,)*3(,\d+)* \(BODY")
        settings = {"completeness_interval_s": 1.0, "poll_interval_s": 1.0}
        async with reading(hub, config_of(link.port, **settings)) as reader:
            await reader.holds(4)
            await reader.until(lambda: any(one.missing == 1 for one in hub.comparisons), "the gap is shown")
            link.hang_up_on = None
            await reader.holds(5)
            await reader.until(lambda: hub.comparisons[-1].missing == 0, "the gap is closed")

        assert any("imap.message_left_out" in line for line in hub.log.lines)
        assert once_each(hub)


async def test_a_damaged_mail_over_which_the_server_hangs_up_does_not_stop_the_others() -> None:
    async with dovecot() as server, MemoryHub() as hub:
        server.deliver_many(list(numbered(3)))
        bad = server.deliver(mail_of("Damaged", number=4))
        [path] = [one for one in server.mails() if one.name.startswith(bad)]
        path.chmod(0)
        server.deliver(mail_of("After it", number=5))
        config = config_of(server.port, completeness_interval_s=1.0, poll_interval_s=1.0)
        async with reading(hub, config) as reader:
            await reader.until(lambda: "After it" in reader.texts(), "the next one is read")
            [path] = [one for one in server.mails() if one.name.startswith(bad)]
            path.chmod(0o600)
            await reader.until(lambda: "Damaged" in reader.texts(), "it comes when it can")

        assert once_each(hub)


@pytest.mark.parametrize(
    ("said", "attempts"),
    [
        (b"NO [AUTHENTICATIONFAILED] Invalid credentials", 1),
        (b"NO [AUTHORIZATIONFAILED] No such user here", 1),
        (b"NO LOGIN failed.", 3),
    ],
)
async def test_a_refusal_is_believed_at_once_with_a_reason_and_the_third_time_without(
    said: bytes, attempts: int
) -> None:
    async with scripted(lambda name, _: said if name == "LOGIN" else b"OK done") as server, MemoryHub() as hub:
        async with reading(hub, config_of(server.port)) as reader:
            await reader.until(lambda: reader.is_stopped, "it stops")

        assert server.heard.count("LOGIN") == attempts
        assert isinstance(reader.failures[-1], AuthFailed)
        assert {type(one) for one in reader.failures[:-1]} <= {Unavailable}


@pytest.mark.parametrize(
    "said",
    [b"NO [UNAVAILABLE] Temporary authentication failure.", b"NO Too many simultaneous connections", b"NO try again"],
)
async def test_a_passing_refusal_is_never_taken_for_a_wrong_password(said: bytes) -> None:
    async with scripted(lambda name, _: said if name == "LOGIN" else b"OK done") as server, MemoryHub() as hub:
        async with reading(hub, config_of(server.port)) as reader:
            await reader.until(lambda: len(reader.failures) >= 6, "it tries again and again")

        assert not reader.is_stopped
        assert all(isinstance(one, Unavailable) and one.retry_after_s for one in reader.failures)


async def test_a_server_that_wants_tls_first_is_named_as_such() -> None:
    """Dovecot asks it of strangers only, and this machine is none to it."""
    capability = b"IMAP4rev1 STARTTLS LOGINDISABLED"
    async with scripted(lambda *_: b"OK done", capability=capability) as server, MemoryHub() as hub:
        async with reading(hub, config_of(server.port)) as reader:
            await reader.until(lambda: reader.is_stopped, "it stops")

        assert "starttls" in str(reader.failures[0])
        assert "LOGIN" not in server.heard


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_reads_over_tls_with_a_verified_certificate(tls: str) -> None:
    async with dovecot(has_tls=True) as server, MemoryHub() as hub:
        server.deliver(mail_of("Over TLS"))
        port = server.tls_port if tls == "implicit" else server.port
        config = config_of(port, tls=tls, ca_file=str(server.certificate))
        async with reading(hub, config) as reader:
            await reader.holds(1)
            await reader.until(lambda: bool(hub.comparisons), "the first look is over")
            server.deliver(mail_of("And by IDLE", number=2))
            await reader.holds(2)
        stranger = await ImapAccount(config_of(port, tls=tls), hub.context(ACCOUNT)).check()

        assert reader.failures == []
        assert str(stranger.health) == "down"
        assert "ca_file" in stranger.detail


async def test_starttls_is_not_given_up_when_the_server_has_none() -> None:
    async with dovecot() as server, MemoryHub() as hub:
        async with reading(hub, config_of(server.port, tls="starttls")) as reader:
            await reader.until(lambda: bool(reader.failures), "it fails")

        assert not hub.stored
        assert "Login" not in (server.folder / "dovecot.log").read_text()


async def test_a_half_open_link_over_tls_is_noticed_too() -> None:
    async with dovecot(has_tls=True) as server, cuttable(server.tls_port) as link, MemoryHub() as hub:
        config = config_of(
            link.port, tls="implicit", ca_file=str(server.certificate), probe_interval_s=1.0, timeout_s=1.0
        )
        async with reading(hub, config) as reader:
            await reader.until(lambda: bool(hub.comparisons), "it waits for news")
            link.freeze()
            await reader.until(lambda: bool(reader.failures), "the silence is noticed")
            link.thaw()
            server.deliver(mail_of("After the silence"))
            await reader.holds(1)


SELECTED = b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 2] ok\r\nOK done"


@pytest.mark.parametrize(
    "fetched",
    [
        b"* 1 FETCH (UID 1 BODY[] {4000000000}\r\n",
        b"* 1 FETCH (UID 1 RFC822.SIZE " + b"9" * 1_100_000 + b")\r\nOK done",
        b"* 1 FETCH (UID 1 RFC822.SIZE\r\nOK done",
        b"* 1 FETCH ((((\r\nOK done",
        b"* x FETCH (UID one RFC822.SIZE two)\r\nOK done",
        b"\xff\xfe\x00 nonsense\r\nOK done",
        b"* BYE shutting down\r\nOK done",
        b'* 1 FETCH (UID 1 RFC822.SIZE 4 INTERNALDATE "never" BODY[] {4000000000}\r\n',
    ],
)
async def test_nonsense_costs_the_connection_and_nothing_else(fetched: bytes) -> None:
    def answer(name: str, _arguments: bytes) -> bytes | None:
        match name:
            case "EXAMINE":
                return SELECTED
            case "SEARCH":
                return b"* SEARCH 1\r\nOK done"
            case "FETCH":
                return fetched
            case _:
                return b"OK done"

    async with scripted(answer) as server, MemoryHub() as hub:
        async with reading(hub, config_of(server.port, timeout_s=1.0)) as reader:
            await reader.until(lambda: len(reader.failures) >= 3, "it tries again")

        assert {type(one).__name__ for one in reader.failures} <= {"LinkLost", "Refused"}
        assert all(len(str(one)) < 300 for one in reader.failures)
        assert not hub.raws


@pytest.mark.parametrize(
    "endless",
    [
        b"* 1 FETCH (BODY[] {4000000000}\r\n" + b"x" * 1_000_000,
        b"* OK " + b"x" * 900_000 + b"\r\n",
        b"* 1 FETCH (UID 1 BODY[] {1000000}\r\n" + b"x" * 1_000_000 + b")\r\n",
    ],
    ids=["literal", "lines", "mails"],
)
async def test_an_endless_answer_is_not_read_to_its_end(endless: bytes) -> None:
    sent = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"* OK ready\r\n* CAPABILITY IMAP4rev1\r\n")
        tag = (await reader.readline()).split()[0]
        writer.write(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK done\r\n")
        await reader.readline()
        while not reader.at_eof() and sent < 1 << 28:
            writer.write(endless)
            await writer.drain()
            sent += len(endless)

    async with listening(flood) as port, MemoryHub() as hub:
        async with reading(hub, config_of(port, max_message_bytes=1 << 20)) as reader:
            await reader.until(lambda: bool(reader.failures), "it hangs up")

        assert sent < 1 << 26
        assert type(reader.failures[0]).__name__ == "LinkLost"


async def test_cancelled_while_connecting_it_ends_at_once() -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with listening(say_nothing) as port, MemoryHub() as hub:
        account = ImapAccount(config_of(port, timeout_s=60.0), hub.context(ACCOUNT))
        task = asyncio.create_task(account.run(hub.deliver))
        await asyncio.sleep(0.2)
        began = asyncio.get_running_loop().time()
        task.cancel()
        await asyncio.wait({task}, timeout=50)
        took_s = asyncio.get_running_loop().time() - began

        assert task.cancelled()
        assert took_s < 30
        assert PASSWORD not in "".join(hub.log.lines)
