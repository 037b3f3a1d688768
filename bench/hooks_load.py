"""Posts of a vendor at a steady rate, whether or not the ones before are answered (`python -m bench.hooks_load`).

A vendor doesn't wait: each post has its moment, and its time runs from there, also while it waits for a connection.
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import secrets
import socket
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass
from functools import partial
from typing import cast

import uvloop

from bench.texts import Writer

NUMBER_ID = "109876543210987"
WARM_UP_S = 2.0
LIMIT_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Milliseconds from a post's moment to its answer, without those of the warm-up."""

    answered: int
    refused: int
    rate: float
    p50_ms: float
    p90_ms: float
    p99_ms: float
    most_ms: float


def whatsapp(customer: int, text: str, message_id: str) -> bytes:
    """A post of the WhatsApp Cloud API with one message."""
    number = f"38050{customer:07}"
    said = {
        "from": number, "from_user_id": f"UA.{customer:016}", "id": f"wamid.{message_id}",
        "timestamp": str(int(time.time())), "type": "text", "text": {"body": text},
    }  # fmt: skip
    contact = {"profile": {"name": f"Customer {customer}"}, "user_id": said["from_user_id"], "wa_id": number}
    metadata = {"display_phone_number": "380441112233", "phone_number_id": NUMBER_ID}
    value = {"messaging_product": "whatsapp", "metadata": metadata, "contacts": [contact], "messages": [said]}
    entry = {"id": "210987654321098", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def mapped(customer: int, text: str, message_id: str) -> bytes:
    """A post of a CRM, read by a mapping."""
    return json.dumps({"id": message_id, "email": f"customer{customer}@bench.example", "text": text}).encode()


SHAPES = {"whatsapp": (whatsapp, "X-Hub-Signature-256", "sha256="), "mapped": (mapped, "X-Signature", "")}


class Client(asyncio.Protocol):
    """One kept connection, with one post in flight."""

    def __init__(self, load: "Load") -> None:
        self._load = load
        self._transport: asyncio.Transport | None = None
        self._unread = b""
        self._due_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._load.idle.append(self)

    def send(self, request: bytes, due_s: float) -> None:
        assert self._transport is not None
        self._due_s = due_s
        self._transport.write(request)

    def connection_lost(self, _exc: Exception | None) -> None:
        if self in self._load.idle:
            self._load.idle.remove(self)

    def data_received(self, data: bytes) -> None:
        if self in self._load.idle:
            return  # it was silent for so long that the hub says so, and closes it
        self._unread += data
        header, blank, rest = self._unread.partition(b"\r\n\r\n")
        if not blank:
            return
        _, _, length = header.lower().partition(b"content-length:")
        if len(rest) < int(length.split(b"\r\n", 1)[0] or b"0"):
            return
        self._unread = b""
        self._load.answered(self, is_taken=header[9:10] == b"2", due_s=self._due_s)


class Load:
    """The posts that are due, and what became of them."""

    def __init__(self, path: str, shape: str, secret: str) -> None:
        self.idle: list[Client] = []
        self.latencies_s: list[float] = []
        self.refused = 0
        self.left = 0
        self._waiting: deque[tuple[bytes, float]] = deque()
        self._body, self._header, self._prefix = SHAPES[shape]
        self._writer = Writer(run=secrets.token_hex(4))
        self._secret = secret.encode()
        self._path = path

    def request(self) -> bytes:
        body = self._body(*self._writer.short())
        proof = self._prefix + hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        head = (
            f"POST {self._path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"User-Agent: facebookexternalua\r\nAccept: */*\r\n{self._header}: {proof}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def due(self, request: bytes, due_s: float) -> None:
        self.left += 1
        if self.idle:
            self.idle.pop().send(request, due_s)
        else:
            self._waiting.append((request, due_s))

    def answered(self, client: Client, *, is_taken: bool, due_s: float) -> None:
        self.left -= 1
        self.latencies_s.append(time.perf_counter() - due_s)
        self.refused += not is_taken
        if self._waiting:
            client.send(*self._waiting.popleft())
        else:
            self.idle.append(client)


async def run(given: argparse.Namespace) -> Found:
    load = Load(given.path, given.shape, given.secret)
    for _ in range(given.connections):
        await asyncio.get_running_loop().create_connection(partial(Client, load), "127.0.0.1", given.port)
    requests = [load.request() for _ in range(int(given.rate * (given.seconds + WARM_UP_S)))]
    began_s = time.perf_counter()
    for number, request in enumerate(requests):
        due_s = began_s + number / given.rate
        await asyncio.sleep(max(0.0, due_s - time.perf_counter()))
        load.due(request, due_s)
    async with asyncio.timeout(LIMIT_S):
        while load.left:  # noqa: ASYNC110 - the load is over
            await asyncio.sleep(0.01)
    took_s = time.perf_counter() - began_s
    timed = sorted(load.latencies_s[int(given.rate * WARM_UP_S) :])
    at = [timed[min(len(timed) - 1, len(timed) * share // 100)] * 1e3 for share in (50, 90, 99, 100)]
    return Found(
        answered=len(load.latencies_s), refused=load.refused, rate=len(load.latencies_s) / took_s,
        p50_ms=at[0], p90_ms=at[1], p99_ms=at[2], most_ms=at[3],
    )  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--path", required=True)
    options.add_argument("--secret", required=True)
    options.add_argument("--shape", choices=sorted(SHAPES), required=True)
    options.add_argument("--rate", type=float, default=500.0)
    options.add_argument("--seconds", type=float, default=10.0)
    options.add_argument("--connections", type=int, default=64)
    sys.stdout.write(json.dumps(asdict(uvloop.run(run(options.parse_args())))) + "\n")


if __name__ == "__main__":
    main()
