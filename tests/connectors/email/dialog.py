"""A listener on a free port, and a raw client that says exactly what it is told."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, ClassVar, TypeVar

from channelhub.sdk.testing.hub import MemoryHub
from connectors.email.config import SmtpConfig
from connectors.email.receive import Receiver
from connectors.email.smtp_receiver import SmtpReceiver

DEADLINE_S = 10.0
MAIL = (
    b"From: Ann <ann@example.com>\r\nTo: help@example.org\r\nSubject: It broke\r\n"
    b"Message-ID: <one@example.com>\r\n\r\nThe page is empty.\r\n"
)


async def until(claim: Callable[[], bool]) -> None:
    """Wait for a condition; fails after ten seconds."""
    async with asyncio.timeout(DEADLINE_S):
        while not claim():
            await asyncio.sleep(0.005)


R = TypeVar("R", bound=Receiver)


@asynccontextmanager
async def listening(hub: MemoryHub, **settings: Any) -> AsyncIterator[SmtpReceiver]:
    """The SMTP receiver, listening on a free port of the loopback while inside."""
    config = SmtpConfig(listen="127.0.0.1:0", hostname="hub.example", **settings)
    async with listening_to(SmtpReceiver(config, hub.context("mail")), hub) as receiver:
        yield receiver


@asynccontextmanager
async def listening_to(receiver: R, hub: MemoryHub) -> AsyncIterator[R]:
    """This receiver, listening while inside. Afterwards every connection is closed, and its failure raised."""
    task = asyncio.create_task(receiver.run(hub.deliver))
    await until(lambda: receiver.is_listening or task.done())
    try:
        yield receiver
    finally:
        task.cancel()
        await asyncio.wait({task})
        await Dialog.close_all()
        if not task.cancelled():
            task.result()


class Dialog:
    """One connection. `ask` sends a line and returns the whole reply; `send` only sends."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def to(cls, receiver: Receiver, *, host: str = "127.0.0.1") -> "Dialog":
        dialog = cls(*await asyncio.open_connection(host, receiver.bound_port))
        cls._opened.append(dialog)
        dialog.banner = await dialog.reply()
        return dialog

    @classmethod
    async def behind_proxy(cls, receiver: Receiver, client: str) -> "Dialog":
        """A connection that a proxy passes on for `client`."""
        return await cls.saying(receiver, f"PROXY TCP4 {client} 192.0.2.1 40000 25\r\n".encode())

    @classmethod
    async def saying(cls, receiver: Receiver, first: bytes) -> "Dialog":
        """A connection whose first bytes are these; the banner is what is answered, perhaps nothing."""
        dialog = cls(*await asyncio.open_connection("127.0.0.1", receiver.bound_port))
        cls._opened.append(dialog)
        await dialog.send(first)
        dialog.banner = await dialog.reply()
        return dialog

    @classmethod
    async def close_all(cls) -> None:
        """Close every connection that a test opened."""
        while cls._opened:
            writer = cls._opened.pop()._writer
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    banner: str = ""
    _opened: ClassVar[list["Dialog"]] = []

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def reply(self) -> str:
        """The next reply, its lines joined by LF; empty when the server has closed."""
        lines: list[str] = []
        async with asyncio.timeout(DEADLINE_S):
            while True:
                try:
                    line = (await self._reader.readline()).decode()
                except ConnectionError:
                    line = ""
                lines.append(line.rstrip("\r\n"))
                if line[3:4] != "-":
                    return "\n".join(lines)

    async def ask(self, line: str | bytes) -> str:
        await self.send((line.encode() if isinstance(line, str) else line) + b"\r\n")
        return await self.reply()

    async def open_data(self, *, recipients: int = 1) -> None:
        """EHLO, MAIL, RCPT, DATA."""
        assert (await self.ask("EHLO client.example")).startswith("250")
        assert (await self.ask("MAIL FROM:<ann@example.com>")).startswith("250")
        for number in range(recipients):
            assert (await self.ask(f"RCPT TO:<help{number}@example.org>")).startswith("250")
        assert (await self.ask("DATA")).startswith("354")

    async def is_closed(self) -> bool:
        """Wait until the server closes; what it still says is thrown away."""
        async with asyncio.timeout(DEADLINE_S):
            try:
                while await self._reader.read(65536):
                    pass
            except ConnectionError:
                return True
        return True

    def reset(self) -> None:
        """Break the connection as a crashed client does (RST instead of FIN)."""
        self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    def close(self) -> None:
        self._writer.close()
