"""One attacker against the real daemon's mail port: its memory stays, and honest senders are answered all the while.

The attacker and the honest sender come through a proxy, as two hosts of the internet.
"""

import asyncio
import contextlib
import json
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator

import pytest

from tests.daemon import CONFIG, Daemon

pytestmark = pytest.mark.slow

MIB = 1024 * 1024
MOST_BYTES = 64 * MIB
LONGEST_ANSWER_S = 2.0  # on a machine that may do much else; some milliseconds on a quiet one
PATIENCE_S = 60.0
PROXIED = CONFIG.replace('kind = "smtp"\n', 'kind = "smtp"\nproxies = ["127.0.0.1"]\nmax_message_bytes = 1_000_000\n')
BEGIN = b"EHLO evil\r\nMAIL FROM:<eve@example.com>\r\nRCPT TO:<help@example.org>\r\nDATA\r\n"
HONEST = b"From: Ann <ann@example.com>\r\nMessage-ID: <%d@example.com>\r\n\r\nThe page is empty.\r\n.\r\n"


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    one = Daemon(tmp_path_factory.mktemp("attacked"), config=PROXIED)
    asyncio.run(one.start())
    try:
        yield one
        assert one.stop() == 0
        assert "Traceback" not in one.log.read_text()
    finally:
        one.end()


class Client:
    """One connection from `host`, which a proxy passes on."""

    def __init__(self, daemon: Daemon, host: str) -> None:
        self.stream = socket.create_connection(("127.0.0.1", daemon.smtp_port), timeout=PATIENCE_S)
        self.stream.sendall(f"PROXY TCP4 {host} 192.0.2.1 40000 25\r\n".encode())
        self._lines = self.stream.makefile("rb")
        self.banner = self.reply()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._lines.close()
            self.stream.close()

    def reply(self) -> str:
        """The last line of the next answer; empty when the connection ended."""
        with contextlib.suppress(OSError):
            while (line := self._lines.readline())[3:4] == b"-":
                pass
            return line.decode().strip()
        return ""

    def say(self, data: bytes, *, answers: int = 1) -> list[str]:
        self.stream.sendall(data)
        return [self.reply() for _ in range(answers)]

    def begin(self) -> None:
        assert [answer[:3] for answer in self.say(BEGIN, answers=4)] == ["250", "250", "250", "354"]


class Honest:
    """A customer's mail server that hands over one mail after another, and how long it waited at most."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self._is_on = True
        self.answers: list[str] = []
        self.longest_s = 0.0

    def _send(self) -> None:
        while self._is_on:
            began = time.monotonic()
            with Client(self._daemon, "192.0.2.7") as client:
                client.begin()
                self.answers += client.say(HONEST % time.monotonic_ns())
            self.longest_s = max(self.longest_s, time.monotonic() - began)
            time.sleep(0.02)

    @contextlib.contextmanager
    def sending(self) -> Iterator[None]:
        self._daemon.forget_peak()
        before = self._daemon.rss_bytes()
        thread = threading.Thread(target=self._send)
        thread.start()
        try:
            yield
        finally:
            self._is_on = False
            thread.join()
        self.growth_bytes = self._daemon.peak_rss_bytes() - before


@contextlib.contextmanager
def undisturbed(daemon: Daemon) -> Iterator[None]:
    """Whatever happens inside: bounded memory, and every honest mail is taken, soon."""
    honest = Honest(daemon)
    with honest.sending():
        yield
    print(f"\n{honest.growth_bytes / MIB:.0f} MiB, {honest.longest_s * 1000:.0f} ms", end=" ")

    assert {answer[:9] for answer in honest.answers} == {"250 2.0.0"}
    assert honest.growth_bytes < MOST_BYTES
    assert honest.longest_s < LONGEST_ANSWER_S


def _pour(client: Client, piece: bytes, times: int) -> int:
    """Send as much as is taken; how many pieces that were."""
    for number in range(times):
        try:
            client.stream.sendall(piece)
        except OSError:
            return number
    return times


@pytest.mark.parametrize(
    "piece", [b"A" * MIB, (b"B" * 998 + b"\r\n") * 1000, b"\n" * MIB, b"\r" * MIB, b"\0" * MIB, b"\r\n.\n" * 100_000],
    ids=["one line", "legal lines", "bare line feeds", "bare returns", "zeros", "false endings"],
)  # fmt: skip
def test_a_mail_without_end(daemon: Daemon, piece: bytes) -> None:
    with undisturbed(daemon), Client(daemon, "192.0.2.66") as eve:
        eve.begin()
        taken = _pour(eve, piece, 300)
        eve.stream.close()

    assert taken < 50


def test_twenty_mails_without_end_at_once(daemon: Daemon) -> None:
    with undisturbed(daemon), contextlib.ExitStack() as held:
        many = [held.enter_context(Client(daemon, "192.0.2.66")) for _ in range(20)]
        for eve in many:
            eve.begin()
        pouring = [threading.Thread(target=_pour, args=(eve, b"A" * MIB, 300)) for eve in many]
        for one in pouring:
            one.start()
        for one in pouring:
            one.join()


def test_hundreds_of_idle_connections_of_one_host(daemon: Daemon) -> None:
    with undisturbed(daemon), contextlib.ExitStack() as held:
        banners = [held.enter_context(Client(daemon, "192.0.2.66")).banner[:9] for _ in range(600)]

    assert banners.count("421 4.7.0") == 580
    assert [banner[:3] for banner in banners[:20]] == ["220"] * 20


def test_commands_and_recipients_without_end(daemon: Daemon) -> None:
    with undisturbed(daemon):
        for piece in (b"NOOP\r\n" * 10_000, b"RCPT TO:<a@b.example>\r\n" * 5000, b"EHLO a\r\n" * 10_000, b"X" * MIB):
            with Client(daemon, "192.0.2.66") as eve:
                eve.say(b"EHLO evil\r\nMAIL FROM:<>\r\n", answers=2)
                taken = _pour(eve, piece, 300)
            assert taken < 300


def test_a_header_of_the_proxy_without_end(daemon: Daemon) -> None:
    with undisturbed(daemon):
        for first in (b"PROXY " + b"A" * MIB, b"\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff" + b"\0" * MIB, b"\0" * MIB):
            said = b""
            stream = socket.create_connection(("127.0.0.1", daemon.smtp_port), timeout=PATIENCE_S)
            with stream, contextlib.suppress(OSError):
                stream.sendall(first)
                said = stream.recv(100)
            assert said == b""


@pytest.mark.parametrize(
    ("data", "stored"),
    [
        (b"hello\n.\nMAIL FROM:<evil@x>\nbare\rcr", b"hello\r\n\r\nMAIL FROM:<evil@x>\r\nbare cr\r\n"),
        (b"nu\0l", b"nu\0l\r\n"),
        (b"C" * 1500, b"C" * 1500 + b"\r\n"),
        (b"\xff\xfe eight bits", b"\xff\xfe eight bits\r\n"),
    ],
    ids=["bare-line-ends", "NUL", "1500-octets", "eight-bits"],
)
def test_what_is_odd_and_not_too_much_is_taken_as_one_mail(
    daemon: Daemon, request: pytest.FixtureRequest, data: bytes, stored: bytes
) -> None:
    name = request.node.callspec.id
    with Client(daemon, "192.0.2.7") as client:
        client.begin()
        head = f"From: Ann <ann@example.com>\r\nMessage-ID: <{name}@example.com>\r\n\r\n".encode()
        answer, after = client.say(head + data + b"\r\n.\r\nNOOP\r\n", answers=2)

    assert answer.startswith("250 2.0.0")
    assert after.startswith("250")
    assert [body == head + stored for body in _bodies(daemon, f"{name}@example.com")] == [True]


def _bodies(daemon: Daemon, message_id: str) -> list[bytes]:
    """The stored bytes of every delivery of this mail."""

    def get(path: str) -> bytes:
        request = urllib.request.Request(f"{daemon.url}/api/v1/messages{path}", headers=daemon.authorization())
        with urllib.request.urlopen(request, timeout=60) as answer:
            return bytes(answer.read())

    after, found = "0", []
    while after is not None:
        page = json.loads(get(f"?limit=1000&after={after}"))
        found += [item["id"] for item in page["items"] if item["message_id"] == message_id]
        after = page["next"]
    return [get(f"/{one}/raw") for one in found]
