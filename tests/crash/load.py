"""Clients that never give up: each repeats its message, whatever happens to the daemon, until it is acknowledged.

What was acknowledged must then be there exactly once, although it may have been sent several times.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from channelhub.store.blobs import INLINE_BYTES
from tests.daemon import Daemon

ANSWER_TIMEOUT_S = 20.0
PAUSE_S = 0.25  # before a refused or broken attempt is repeated
SENDERS = 40


class _Broken(Exception):
    """The connection ended or the daemon refused: what became of the message isn't known."""


@dataclass
class Load:
    """Clients over SMTP and HTTP. `acknowledged` holds the ids the daemon said "received" to."""

    daemon: Daemon
    smtp_clients: int = 100
    http_clients: int = 100
    text: str = "the parcel is late, please look where it is"
    prefix: str = ""  # of the ids
    large_every: int = 0  # every so many posts carry a body that is stored as a file; 0: none
    acknowledged: set[str] = field(default_factory=set)
    repeats: int = 0
    in_flight: int = 0
    is_on: bool = True
    _next: int = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Load"]:
        """All clients at work; on leaving, each has brought its last message in."""
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=ANSWER_TIMEOUT_S)
        ) as http:
            clients = [asyncio.create_task(self._smtp_client()) for _ in range(self.smtp_clients)]
            clients += [asyncio.create_task(self._http_client(http)) for _ in range(self.http_clients)]
            try:
                yield self
                self.is_on = False
                await asyncio.gather(*clients)
            finally:
                for client in clients:
                    client.cancel()
                await asyncio.gather(*clients, return_exceptions=True)

    def _new(self) -> int:
        self._next += 1
        return self._next

    async def _http_client(self, http: aiohttp.ClientSession) -> None:
        while self.is_on:
            number = self._new()
            body = self._body(number)
            while not await self._post(http, body):
                self.repeats += 1
                await asyncio.sleep(PAUSE_S)
            self.acknowledged.add(f"h{self.prefix}{number}")

    def _body(self, number: int) -> bytes:
        sender = {"name": "Ann", "identities": [{"kind": "email", "value": _address(number)}]}
        text = f"[h{self.prefix}{number}] {self.text}"
        if self.large_every and number % self.large_every == 0:
            text += " очень" * (INLINE_BYTES // 30)  # 31 bytes each in ASCII-only JSON
        return json.dumps(
            {"account": "shop", "external_id": f"h{self.prefix}{number}", "sender": sender, "text": text}
        ).encode()

    async def _post(self, http: aiohttp.ClientSession, body: bytes) -> bool:
        self.in_flight += 1
        try:
            headers = {**self.daemon.authorization(), "Content-Type": "application/json"}
            async with http.post(f"{self.daemon.url}/api/v1/messages", data=body, headers=headers) as answer:
                await answer.read()
                return answer.status == 202
        except (aiohttp.ClientError, OSError, TimeoutError):
            return False
        finally:
            self.in_flight -= 1

    async def _smtp_client(self) -> None:
        connection: _Smtp | None = None
        try:
            while self.is_on:
                number = self._new()
                while not (connection := await self._mail(connection, number)):
                    self.repeats += 1
                    await asyncio.sleep(PAUSE_S)
                self.acknowledged.add(f"m{self.prefix}{number}")
        finally:
            if connection:
                connection.close()

    async def _mail(self, connection: "_Smtp | None", number: int) -> "_Smtp | None":
        """The connection over which the mail was acknowledged, or None."""
        self.in_flight += 1
        try:
            connection = connection or await _Smtp.open(self.daemon.smtp_port)
            mark = f"m{self.prefix}{number}"
            await connection.send(_address(number), mark, f"[{mark}] {self.text}")
        except (_Broken, OSError, TimeoutError):
            if connection:
                connection.close()
            return None
        except BaseException:
            if connection:
                connection.close()
            raise
        else:
            return connection
        finally:
            self.in_flight -= 1


class _Smtp:
    """As much of an SMTP client as is needed: one greeting, then mails with pipelined commands."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int) -> "_Smtp":
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        connection = cls(reader, writer)
        try:
            await connection._expect("220")
            writer.write(b"EHLO client.example\r\n")
            await connection._expect("250")
        except BaseException:
            connection.close()
            raise
        return connection

    async def send(self, sender: str, message_id: str, text: str) -> None:
        """Returns after the 250. Raises _Broken for any other answer."""
        self._writer.write(
            f"MAIL FROM:<{sender}>\r\nRCPT TO:<support@shop.example>\r\nDATA\r\n".encode(),
        )
        for code in ("250", "250", "354"):
            await self._expect(code)
        self._writer.write(
            f"From: Ann <{sender}>\r\nTo: support@shop.example\r\nSubject: parcel\r\n"
            f"Message-ID: <{message_id}@load.example>\r\nDate: Mon, 2 Mar 2026 09:00:00 +0000\r\n"
            f"\r\n{text}\r\n.\r\n".encode()
        )
        await self._expect("250")

    def close(self) -> None:
        self._writer.close()

    async def _expect(self, code: str) -> None:
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            while True:
                line = (await self._reader.readline()).decode()
                if not line.startswith(code):
                    raise _Broken(line or "the connection ended")
                if line[3:4] != "-":
                    return


def _address(number: int) -> str:
    return f"c{number % SENDERS}@example.com"
