"""What one attacker can make the service hold: less than 64 MiB beyond what it held before, whatever is sent."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tests.hostile.attacker import Attacker, dumps, first_answer

MOST_BYTES = 64 * 1024 * 1024
LONGEST_STALL_S = 2.0  # of everybody else, on a machine that may do much else; a tenth of it on a quiet one
FORM = b"POST /forms/site-form HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\n"
URLENCODED = FORM % b"application/x-www-form-urlencoded"
JSON = FORM % b"application/json"
PARTS = FORM % b"multipart/form-data; boundary=b"
A = b"a" * (1 << 16)
TAKEN_WITHIN_S = 5.0  # by a server that takes more at all; then the attacker is kept waiting, and holds no more of it


def flood(stream: socket.socket, first: bytes | Callable[[], bytes], piece: bytes = b"", times: int = 0) -> None:
    """Send it all, or as much as is taken before the other side closes or takes no more; then look for its answer."""
    stream.settimeout(TAKEN_WITHIN_S)
    with contextlib.suppress(OSError):
        stream.sendall(first() if callable(first) else first)
        for _ in range(times):
            stream.sendall(piece)
    stream.settimeout(0.3)
    first_answer(stream)


def whole(head: bytes, body: bytes) -> bytes:
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


#: What is sent first, then a piece so many times. What is large is made when it is sent, not held all the while.
WEB: dict[str, tuple[bytes | Callable[[], bytes], bytes, int]] = {
    "header": (b"GET / HTTP/1.1\r\nX: ", A, 1600),
    "address": (b"GET /", A, 1600),
    "headers": (b"GET / HTTP/1.1\r\nHost: x\r\n", b"X: a\r\n" * 10_000, 1600),
    "blank lines": (b"", b"\r\n" * 30_000, 500),
    "pipelined": (b"", b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n" * 2000, 100),
    "chunk extension": (URLENCODED + b"Transfer-Encoding: chunked\r\n\r\n5;", A, 1600),
    "chunks": (URLENCODED + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + A + b"\r\n", 1600),
    "trailer": (URLENCODED + b"Transfer-Encoding: chunked\r\n\r\n0\r\nA: ", A, 1600),
    "trailers": (URLENCODED + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"A: b\r\n" * 10_000, 1600),
    "nobody's body": (b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n", A, 1600),
    "no token": (b"POST /api/v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n", A, 1600),
    "wrong secret": (b"POST /hooks/bot HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n", A, 1600),
    "escapes": (lambda: whole(URLENCODED, b"message=a&b=" + b"%41" * 3_000_000), b"", 0),
    "separators": (lambda: whole(URLENCODED, b"&" * 10_000_000), b"", 0),
    "values": (lambda: whole(JSON, b'{"message":"x","a":[' + b"1," * 4_500_000 + b"1]}"), b"", 0),
    "members": (lambda: whole(JSON, b'{"message":"x",' + b'"a":1,' * 1_400_000 + b'"b":1}'), b"", 0),
    "nested": (lambda: whole(JSON, b'{"message":"x","a":' + b"[" * 4_500_000 + b"]" * 4_500_000 + b"}"), b"", 0),
    "parts": (lambda: whole(PARTS, b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 160_000), b"", 0),
    "boundaries": (lambda: whole(PARTS, b"--b\r\n" * 2_000_000), b"", 0),
}


class Watch:
    """How much the service grew, and how long everybody else waited at most."""

    def __init__(self, attacker: Attacker) -> None:
        self._attacker = attacker
        self._is_on = True
        self.longest_s = 0.0

    def _look(self) -> None:
        while self._is_on:
            began = time.monotonic()
            self._attacker.raw(b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            self.longest_s = max(self.longest_s, time.monotonic() - began)
            time.sleep(0.005)

    @contextlib.contextmanager
    def looking(self) -> Iterator[None]:
        daemon = self._attacker.daemon
        daemon.forget_peak()
        before = daemon.rss_bytes()
        looks = threading.Thread(target=self._look)
        looks.start()
        try:
            yield
        finally:
            self._is_on = False
            looks.join()
        self.growth_bytes = daemon.peak_rss_bytes() - before


def bounded(attacker: Attacker, attack: Callable[[], None]) -> None:
    watch = Watch(attacker)
    with watch.looking():
        attack()
    print(f"\n{watch.growth_bytes / 2**20:.0f} MiB, {watch.longest_s * 1000:.0f} ms", end=" ")

    assert watch.growth_bytes < MOST_BYTES
    assert watch.longest_s < LONGEST_STALL_S


@pytest.mark.slow
@pytest.mark.parametrize("name", WEB)
def test_one_web_client(attacker: Attacker, name: str) -> None:
    def attack() -> None:
        with attacker.http() as stream:
            flood(stream, *WEB[name])

    bounded(attacker, attack)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "piece", "times"),
    [
        (b"", A, 1600),
        (b"", b"\0" * 65536, 1600),
        (b"EHLO a\r\n", b"NOOP\r\n" * 10_000, 200),
        (b"EHLO a\r\nMAIL FROM:<a@b>\r\n", b"RCPT TO:<a@b.example>\r\n" * 2000, 50),
        (b"EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<a@b>\r\nDATA\r\n", A, 4800),
        (b"EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<a@b>\r\nDATA\r\n", b"a\r\n" * 20_000, 1600),
        (b"EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<a@b>\r\nDATA\r\n", b"\n" * 65536, 1600),
    ],
    ids=["command", "zeros", "commands", "recipients", "line", "lines", "bare line feeds"],
)
def test_one_mail_client(attacker: Attacker, first: bytes, piece: bytes, times: int) -> None:
    def attack() -> None:
        with attacker.smtp() as dialog:
            dialog.stream.sendall(first)
            with contextlib.suppress(OSError):
                for _ in range(times):
                    dialog.stream.sendall(piece)

    bounded(attacker, attack)


@pytest.mark.slow
def test_many_who_hold_what_they_began(attacker: Attacker) -> None:
    def attack() -> None:
        with contextlib.ExitStack() as held:
            for number in range(300):
                stream = held.enter_context(attacker.http())
                head = URLENCODED if number % 2 else b"GET / HTTP/1.1\r\nHost: x\r\nX: "
                with contextlib.suppress(OSError):
                    stream.sendall(head + (b"Content-Length: 9000000\r\n\r\n" if number % 2 else b"") + b"a" * 8000)

    bounded(attacker, attack)


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    [
        lambda: b"[" * 36_000_000,
        lambda: b'{"account":"shop","external_id":"1","text":"x",' + b'"a":1,' * 5_000_000 + b'"b":1}',
        lambda: b'{"account":"shop","external_id":"1","text":"x","a":"' + b"\\u0430" * 5_000_000 + b'"}',
    ],
    ids=["nested", "members", "long"],
)
def test_one_system_with_a_token(attacker: Attacker, body: Callable[[], bytes]) -> None:
    bounded(attacker, lambda: _refused(attacker, body()))


def _refused(attacker: Attacker, body: bytes) -> None:
    assert attacker.post(body).status in (413, 422)


@pytest.mark.slow
def test_afterwards_it_serves_as_before(attacker: Attacker) -> None:
    posted = attacker.post(dumps({"account": "shop", "external_id": "after", "text": "hello"}))

    assert attacker.settled(posted.json()["id"])["state"] == "processed"
    assert attacker.mail(b"Subject: x\r\n\r\nafter").startswith("250")
