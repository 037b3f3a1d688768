"""Forms with large files through the real daemon: on disk while they come, in no memory, and gone if refused."""

import asyncio
import hashlib
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.daemon import CONFIG, Daemon

pytestmark = pytest.mark.slow

MIB = 2**20
FORM = """
[accounts.site-form]
kind = "webform"
max_body_bytes = 67108864
"""
FILE = os.urandom(MIB) * 48
HEAD = (
    '--b\r\nContent-Disposition: form-data; name="{field}"\r\n\r\nThe lamp is broken\r\n'
    '--b\r\nContent-Disposition: form-data; name="files"; filename="lamp.mov"\r\n\r\n'
)
TAIL = b"\r\n--b--\r\n"


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    daemon = Daemon(tmp_path, config=CONFIG + FORM)
    await daemon.start()
    yield daemon
    daemon.end()


class Upload:
    """A post that comes piece by piece."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def begin(cls, daemon: Daemon, *, field: str = "message", size: int = len(FILE)) -> "Upload":
        head = HEAD.format(field=field).encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", daemon.http_port)
        lines = (
            "POST /forms/site-form HTTP/1.1",
            f"Host: 127.0.0.1:{daemon.http_port}",
            "Content-Type: multipart/form-data; boundary=b",
            f"Content-Length: {len(head) + size + len(TAIL)}",
            "Connection: close",
        )
        writer.write("\r\n".join((*lines, "", "")).encode() + head)
        return cls(reader, writer)

    async def send(self, content: bytes) -> None:
        for at in range(0, len(content), MIB):
            self._writer.write(content[at : at + MIB])
            await self._writer.drain()

    async def answer(self) -> tuple[int, str]:
        """The status and the body."""
        await self.send(TAIL)
        head, _, body = (await self._reader.read()).decode().partition("\r\n\r\n")
        self.abort()
        return int(head.split()[1]), body

    def abort(self) -> None:
        self._writer.transport.abort()


def under_way(daemon: Daemon) -> list[int]:
    """The sizes of the bodies that are being written."""
    return [path.stat().st_size for path in (daemon.state_dir / "blobs" / "spool").glob("*")]


def stored(daemon: Daemon) -> list[str]:
    return [path.name for path in (daemon.state_dir / "blobs").glob("??/*")]


def own_memory_bytes(daemon: Daemon) -> int:
    """What the service holds that isn't a file's."""
    status = Path(f"/proc/{daemon.pid}/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0]) * 1024


async def until_written(daemon: Daemon, least_bytes: int) -> None:
    async with asyncio.timeout(60):
        while sum(under_way(daemon)) < least_bytes:
            await asyncio.sleep(0.02)


async def until_nothing_is_under_way(daemon: Daemon) -> None:
    async with asyncio.timeout(60):
        while under_way(daemon):
            await asyncio.sleep(0.02)


async def test_a_large_file_is_held_in_no_memory_and_is_whole_once_it_is_answered(daemon: Daemon) -> None:
    before = own_memory_bytes(daemon)
    upload = await Upload.begin(daemon)
    await upload.send(FILE)
    await until_written(daemon, len(FILE) - MIB)
    during = own_memory_bytes(daemon)
    status, body = await upload.answer()
    daemon.kill()  # answered is on disk
    await daemon.start()
    raw = f"{daemon.url}/api/v1/messages/{json.loads(body)['id']}"
    async with aiohttp.ClientSession(headers=daemon.authorization()) as http, asyncio.timeout(60):
        while True:
            async with http.get(raw) as answer:
                message = await answer.json()
            if message["state"] == "processed":
                break
            await asyncio.sleep(0.05)
        async with http.get(f"{raw}/attachments/0") as answer:
            content = await answer.read()

    assert status == 202
    assert during - before < 16 * MIB
    assert hashlib.sha256(content).digest() == hashlib.sha256(FILE).digest()
    assert message["text"] == "The lamp is broken"
    assert not under_way(daemon)


async def test_what_is_refused_breaks_off_or_dies_with_the_daemon_leaves_no_file(daemon: Daemon) -> None:
    half = FILE[: 4 * MIB]
    refused = await Upload.begin(daemon, field="greeting", size=len(half))
    await refused.send(half)
    status, body = await refused.answer()
    await until_nothing_is_under_way(daemon)

    broken = await Upload.begin(daemon)
    await broken.send(half)
    await until_written(daemon, 3 * MIB)
    broken.abort()
    await until_nothing_is_under_way(daemon)

    dying = await Upload.begin(daemon)
    await dying.send(half)
    await until_written(daemon, 3 * MIB)
    daemon.kill()
    dying.abort()
    left = under_way(daemon)
    await daemon.start()

    assert (status, "message" in body) == (422, True)
    assert len(left) == 1
    assert not under_way(daemon)
    assert not stored(daemon)
