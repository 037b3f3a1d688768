"""A host that nobody has any business with, and whether somebody came."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass
class Trap:
    """`url` is what a stranger writes into a message; `visits` counts connections to it."""

    url: str = ""
    visits: int = 0

    async def visited(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Called for each connection."""
        self.visits += 1
        writer.close()


@asynccontextmanager
async def trap_host() -> AsyncIterator[Trap]:
    """Listens while inside."""
    trap = Trap()
    async with await asyncio.start_server(trap.visited, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()[:2]
        trap.url = f"http://{host}:{port}/photo.jpg"
        yield trap
