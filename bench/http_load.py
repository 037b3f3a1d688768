"""HTTP load: some kept connections, each with one POST in flight (`python -m bench.http_load`)."""

import argparse
import asyncio
import json
import secrets
import socket
import time
from functools import partial
from typing import cast

from bench.load import Tally, run, until_all_closed
from bench.texts import Writer


class Client(asyncio.Protocol):
    """One connection: an answer that is complete brings the next request. Answers must have a Content-Length."""

    def __init__(self, tally: Tally, writer: Writer, head: bytes) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tally = tally
        self._writer = writer
        self._head = head
        self._transport: asyncio.Transport | None = None
        self._unread = b""
        self._began_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one by shape only
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._unread += data
        header, blank, rest = self._unread.partition(b"\r\n\r\n")
        if not blank:
            return
        _, _, length = header.lower().partition(b"content-length:")
        if len(rest) < int(length.split(b"\r\n", 1)[0]):
            return
        self._unread = b""
        if header[9:10] == b"2":
            self._tally.acknowledge(self._began_s)
        else:
            self._tally.refused += 1
            self._tally.last_reply = rest.decode("utf-8", "replace")[:200]
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        if not self.done.done():
            self.done.set_result(None)

    def _send(self) -> None:
        assert self._transport is not None
        if not self._tally.may_send():
            self._transport.close()
            return
        customer, text, message_id = self._writer.short()
        body = message(customer, text, message_id)
        self._began_s = time.perf_counter()
        self._tally.begin()
        self._transport.write(self._head + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def message(customer: int, text: str, message_id: str) -> bytes:
    """The body of `POST /api/v1/messages`; the bare peers are sent the same."""
    identity = {"kind": "email", "value": f"customer{customer}@bench.example"}
    return json.dumps(
        {
            "account": "shop",
            "external_id": message_id,
            "sender": {"name": f"Customer {customer}", "identities": [identity]},
            "text": text,
        },
        ensure_ascii=False,
    ).encode()


def request_head(*, path: str, token: str) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\n"
    ).encode()


def _itself(client: Client) -> Client:
    return client


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--path", default="/api/v1/messages")
    options.add_argument("--token", default="none")
    options.add_argument("--connections", type=int, default=10)
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--count", type=int, default=0)
    given = options.parse_args()

    async def work(tally: Tally) -> None:
        loop = asyncio.get_running_loop()
        writer = Writer(run=secrets.token_hex(4))
        head = request_head(path=given.path, token=given.token)
        clients = [Client(tally, writer, head) for _ in range(given.connections)]
        for client in clients:
            await loop.create_connection(partial(_itself, client), "127.0.0.1", given.port)
        await until_all_closed([client.done for client in clients])

    run(work, seconds=given.seconds, count=given.count)


if __name__ == "__main__":
    main()
