"""SMTP load: some connections, kept open, each with one mail in flight (`python -m bench.smtp_load`)."""

import argparse
import asyncio
import secrets
import socket
import time
from functools import partial
from typing import cast

from bench.load import Tally, run, until_all_closed
from bench.texts import Writer


class Client(asyncio.Protocol):
    """One connection: a reply that is complete brings the next command."""

    def __init__(self, tally: Tally, writer: Writer) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tally = tally
        self._writer = writer
        self._transport: asyncio.Transport | None = None
        self._unread = b""
        self._step = 0
        self._began_s = 0.0
        self._commands: tuple[bytes, ...] = (b"EHLO bench.example\r\n",)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one by shape only
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        *lines, self._unread = (self._unread + data).split(b"\r\n")
        for line in lines:
            if line[3:4] != b"-":
                self._replied(line)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        if not self.done.done():
            self.done.set_result(None)

    def _replied(self, reply: bytes) -> None:
        assert self._transport is not None
        if reply[:1] not in b"23":
            self._tally.refused += 1
            self._tally.last_reply = reply.decode("ascii", "replace")
            self._transport.close()
            return
        if self._step == len(self._commands):
            if len(self._commands) > 1:
                self._tally.acknowledge(self._began_s)
            if not self._tally.may_send():
                self._transport.close()
                return
            self._next_mail()
        self._tally.begin()
        self._transport.write(self._commands[self._step])
        self._step += 1

    def _next_mail(self) -> None:
        sender, mail, _ = self._writer.mail()
        self._step = 0
        self._began_s = time.perf_counter()
        self._commands = (
            b"MAIL FROM:<%s>\r\n" % sender.encode(),
            b"RCPT TO:<support@shop.example>\r\n",
            b"DATA\r\n",
            mail + b".\r\n",
        )


def _itself(client: Client) -> Client:
    return client


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--connections", type=int, default=10)
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--count", type=int, default=0)
    options.add_argument("--customers", type=int, default=1000)
    given = options.parse_args()

    async def work(tally: Tally) -> None:
        loop = asyncio.get_running_loop()
        writer = Writer(run=secrets.token_hex(4), customers=given.customers)
        clients = [Client(tally, writer) for _ in range(given.connections)]
        for client in clients:
            await loop.create_connection(partial(_itself, client), "127.0.0.1", given.port)
        await until_all_closed([client.done for client in clients])

    run(work, seconds=given.seconds, count=given.count)


if __name__ == "__main__":
    main()
