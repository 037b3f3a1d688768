"""kill -9 while files are fetched, again and again: each file is here in the end, and hardly one came twice."""

import asyncio
import hashlib
import os
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channelhub.dispatch.media.worker import AT_ONCE
from channelhub.store.check import check
from tests.daemon import CONFIG, Daemon
from tests.servers.telegram import TOKEN, BotServer

FILES = 24
KILLS = 3
SEED = int(os.environ.get("CRASH_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
BOT = """[accounts.bot]
kind = "telegram"
token = "{token}"
base_url = "{server}"
poll_timeout_s = 1
"""


@pytest.fixture
async def server() -> AsyncIterator[BotServer]:
    async with BotServer() as server:
        yield server


@pytest.fixture
async def daemon(tmp_path: Path, server: BotServer) -> AsyncIterator[Daemon]:
    config = CONFIG.replace("[log]", "[outages]\nenabled = false\n[log]")
    daemon = Daemon(tmp_path, config=config + BOT.format(token=TOKEN, server=server.url))
    await daemon.start()
    yield daemon
    daemon.end()


@pytest.mark.slow
async def test_kill_9_loses_no_file_and_fetches_few_twice(daemon: Daemon, server: BotServer) -> None:
    chance = random.Random(SEED)
    server.file_pause_s = 0.1
    files = {f"file{number}": chance.randbytes(chance.randrange(1, 400_000)) for number in range(FILES)}
    server.files |= files
    for name in files:
        document = {"file_id": name, "file_unique_id": f"u{name}", "file_name": f"{name}.bin"}
        server.say("ось файл", document=document)
    for _ in range(KILLS):
        given = server.files_given.total()
        await _until(lambda given=given: server.files_given.total() > given + chance.randrange(1, 5))
        await asyncio.sleep(chance.random() * 0.15)  # anywhere in a file, a commit or between the two
        daemon.kill()
        await daemon.start()
    stored = await _stored(daemon)
    repeated = server.files_given.total() - FILES
    report = await check(daemon.state_dir)
    print(f"\nseed {SEED}: {KILLS} kills, {server.files_given.total()} downloads, {repeated} of them repeated")

    assert stored == {f"{name}.bin": hashlib.sha256(content).hexdigest() for name, content in files.items()}
    assert report.is_whole
    assert repeated <= KILLS * AT_ONCE
    assert max(server.files_given.values()) <= 1 + KILLS


async def _stored(daemon: Daemon) -> dict[str, str]:
    """The digests of all files by their names, once none waits; each is read back over the API."""
    async with aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http, asyncio.timeout(60):
        while len(ids := await _messages(http)) < FILES or (await _json(http, "/attachments?status=pending"))["items"]:
            await asyncio.sleep(0.1)
        found = {}
        for message_id in ids:
            (file,) = (await _json(http, f"/messages/{message_id}"))["attachments"]
            async with http.get(file["url"]) as answer:
                content = await answer.read()
                assert (answer.status, len(content)) == (200, file["size"])
            assert hashlib.sha256(content).hexdigest() == file["sha256"]
            found[file["filename"]] = file["sha256"]
        return found


async def _messages(http: aiohttp.ClientSession) -> list[str]:
    items = (await _json(http, "/messages?account=bot&limit=1000"))["items"]
    return [one["id"] for one in items if one["state"] == "processed"]


async def _json(http: aiohttp.ClientSession, path: str) -> Any:
    async with http.get(f"/api/v1{path}") as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def _until(claim: Any) -> None:
    async with asyncio.timeout(60):
        while not claim():
            await asyncio.sleep(0.002)
