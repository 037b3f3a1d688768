"""A TCP proxy before a real server, for the bad days of protocols other than HTTP (mail, chat)."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from channelhub.sdk.testing.faults import Fault
from channelhub.sdk.testing.hub import ACCEPT_TURNS
from channelhub.sdk.testing.untrusted import untrusted_context

_PIECE_BYTES = 64 * 1024


@dataclass(kw_only=True)
class LineProxy:
    """Forwards to `target_port` on this machine; `port` is where clients connect, over TLS at `untrusted_port`.

    Knows the faults RESET_BEFORE, HANGS, TRUNCATED (the server's words end after `cut_after_bytes`) and SERVER_ERROR
    (`refusal` instead of a greeting, then the end). UNTRUSTED is the other port.
    """

    target_port: int
    refusal: bytes
    cut_after_bytes: int
    port: int = field(default=0, init=False)
    untrusted_port: int = field(default=0, init=False)
    _fault: Fault | None = field(default=None, init=False)
    _servers: list[asyncio.Server] = field(default_factory=list, init=False)
    _connections: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    async def __aenter__(self) -> Self:
        for context in (None, untrusted_context()):
            self._servers.append(await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=context))
        self.port, self.untrusted_port = (server.sockets[0].getsockname()[1] for server in self._servers)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def befall(self, fault: Fault | None) -> None:
        """From now on connections fail in this way, those that are open too; None: new ones work again."""
        self._fault = fault
        for connection in self._connections:
            connection.cancel()

    async def close(self) -> None:
        """From now on connections are refused."""
        for server in self._servers:
            server.close()
        for _ in range(ACCEPT_TURNS):
            await asyncio.sleep(0)
        connections = tuple(self._connections)
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.current_task()
        assert connection is not None
        self._connections.add(connection)
        try:
            with suppress(OSError, asyncio.CancelledError):
                await self._serve(reader, writer)
        finally:
            self._connections.discard(connection)
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        match self._fault:
            case Fault.RESET_BEFORE:
                return
            case Fault.HANGS:
                await reader.read()
            case Fault.SERVER_ERROR:
                writer.write(self.refusal)
                await writer.drain()
                writer.close()
                await writer.wait_closed()
            case Fault.TRUNCATED:
                await self._forward(reader, writer, most_bytes=self.cut_after_bytes)
            case _:
                await self._forward(reader, writer, most_bytes=None)

    async def _forward(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, most_bytes: int | None
    ) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target_port)
        ways = {
            asyncio.create_task(_pass_on(reader, far_writer, None)),
            asyncio.create_task(_pass_on(far_reader, writer, most_bytes)),
        }
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            far_writer.transport.abort()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most_bytes: int | None) -> None:
    """Until either side is gone, or so many bytes have passed."""
    left = most_bytes
    while data := await reader.read(_PIECE_BYTES if left is None else min(left, _PIECE_BYTES)):
        writer.write(data)
        await writer.drain()
        if left is not None:
            left -= len(data)
