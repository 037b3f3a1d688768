"""An IMAP server that says exactly what a test has it say: for answers no Dovecot gives."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

#: What to answer to a command (its name in capitals, its arguments), without the tag: `b"OK done"` ends it, lines
#: before are untagged. None hangs up.
Answer = Callable[[str, bytes], bytes | None]
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Scripted:
    """Tells a tagged answer for each line that it hears."""

    answer: Answer
    capability: bytes = b"IMAP4rev1 IDLE"
    port: int = 0
    heard: list[str] = field(default_factory=list)  # names of commands, in order

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK [CAPABILITY " + self.capability + b"] ready\r\n")
        while line := await reader.readline():
            tag, _, rest = line.strip().partition(b" ")
            name, _, arguments = rest.partition(b" ")
            if name.upper() == b"UID":
                name, _, arguments = arguments.partition(b" ")
            self.heard.append(name.decode().upper())
            is_asked = self.heard[-1] == "CAPABILITY"
            said = b"* CAPABILITY " + self.capability + b"\r\nOK done" if is_asked else self._said(arguments)
            if said is None:
                break
            *untagged, last = said.rsplit(b"\r\n", 1)
            writer.write(b"".join(one + b"\r\n" for one in untagged) + tag + b" " + last + b"\r\n")
            await writer.drain()

    def _said(self, arguments: bytes) -> bytes | None:
        return self.answer(self.heard[-1], arguments)


@asynccontextmanager
async def scripted(answer: Answer, *, capability: bytes = Scripted.capability) -> AsyncIterator[Scripted]:
    """A listening server; it greets, and says what it can do when asked."""
    script = Scripted(answer, capability)
    async with listening(script.serve) as script.port:
        yield script


@asynccontextmanager
async def listening(serve: Serve) -> AsyncIterator[int]:
    """The port on which each connection is served by a task of its own; all are gone at the end."""
    tasks: set[asyncio.Task[None]] = set()

    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except OSError:
            pass
        finally:
            writer.transport.abort()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(keep(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, limit=1 << 20)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
