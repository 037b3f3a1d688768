"""A TCP proxy between a client and a server, for the bad days of a link: cut, silent, refused."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.servers.scripted_imap import listening


@dataclass
class Cuttable:
    """Forwards to `target` until told otherwise. `port` is where clients connect."""

    target: int
    port: int = 0
    connections: int = 0  # accepted so far
    hang_up_on: re.Pattern[bytes] | None = None  # what the client says that ends its connection
    hang_ups: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _flowing: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._flowing.set()

    def freeze(self) -> None:
        """Half-open: connections stay, TCP answers, nothing is passed on, new connections hear nothing either."""
        self._flowing.clear()

    def thaw(self) -> None:
        """New connections work again; the frozen ones are gone for good, as behind a router that forgot them."""
        for writer in list(self._open):
            writer.transport.abort()
        self._flowing.set()

    def cut(self) -> None:
        """Reset every connection."""
        for writer in list(self._open):
            writer.transport.abort()

    @property
    def is_used(self) -> bool:
        return bool(self._open)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open.add(writer)
        try:
            await self._flowing.wait()
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except (OSError, asyncio.CancelledError):
            self._open.discard(writer)
            writer.transport.abort()
            return
        self._open.add(far_writer)
        both = [
            asyncio.ensure_future(self._pass_on(reader, far_writer, is_client=True)),
            asyncio.ensure_future(self._pass_on(far_reader, writer, is_client=False)),
        ]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in both:
                one.cancel()
            await asyncio.gather(*both, return_exceptions=True)
            for one in (writer, far_writer):
                self._open.discard(one)
                one.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_client: bool) -> None:
        try:
            while data := await reader.read(65536):
                await self._flowing.wait()
                if is_client and self.hang_up_on is not None and self.hang_up_on.search(data):
                    self.hang_ups += 1
                    return
                writer.write(data)
                await writer.drain()
        except OSError:
            return


@asynccontextmanager
async def cuttable(target: int) -> AsyncIterator[Cuttable]:
    """A proxy in front of a port of this machine."""
    proxy = Cuttable(target)
    async with listening(proxy.serve) as proxy.port:
        yield proxy
