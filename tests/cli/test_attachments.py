"""`channelhub attachments` beside a real daemon and without one."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from channelhub.domain.media import MediaReason, MediaState
from channelhub.store import media
from channelhub.store.database import Session
from channelhub.store.opening import open_store
from tests.cli.executable import called
from tests.crash.test_media_kill import BOT
from tests.daemon import CONFIG, Daemon
from tests.servers.telegram import TOKEN, BotServer

LIMITED = CONFIG.replace("[log]", "[media.accounts.bot]\nmax_file_bytes = 10\n[log]")


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    async with BotServer() as server:
        daemon = Daemon(tmp_path, config=LIMITED + BOT.format(token=TOKEN, server=server.url))
        await daemon.start()
        server.files["f1"] = b"more than ten bytes"
        document = {"file_id": "f1", "file_unique_id": "u1", "file_name": "скрін.png"}
        server.say("ось", document=document)
        yield daemon
        daemon.end()


async def run(daemon: Daemon, *args: str) -> Any:
    done = await asyncio.to_thread(
        called, "attachments", *args, "--json", "-c", str(daemon.config_file), folder=daemon.folder
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
async def test_what_was_refused_is_listed_and_fetched_after_the_limit_was_raised(daemon: Daemon) -> None:
    async with asyncio.timeout(60):
        while not (found := (await run(daemon, "list", "--status", "refused"))["items"]):
            await asyncio.sleep(0.1)
    (file,) = found
    place = f"{file['message_id']}.{file['n']}"
    assert (file["reason"], file["filename"], file["account"]) == ("too-large", "скрін.png", "bot")
    assert await run(daemon, "retry", place) == {"retried": [place]}

    daemon.stop()
    await give_up(daemon.state_dir, int(file["message_id"]))
    assert [one["reason"] for one in (await run(daemon, "list"))["items"]] == ["expired"]
    daemon.config_file.write_text(daemon.config_file.read_text().replace("max_file_bytes = 10\n", ""))
    await daemon.start()
    said = await asyncio.to_thread(called, "doctor", "--json", "-c", str(daemon.config_file), folder=daemon.folder)
    assert "1 can't be fetched: expired 1" in said.stdout
    daemon.stop()

    assert await run(daemon, "retry", "--all") == {"retried": [place]}
    assert (await run(daemon, "list", "--status", "pending"))["items"][0]["tries"] == 0
    await daemon.start()
    async with asyncio.timeout(60):
        while (await run(daemon, "list", "--status", "pending"))["items"]:
            await asyncio.sleep(0.1)
    assert (await run(daemon, "list"))["items"] == []


async def give_up(state_dir: Path, message_id: int) -> None:
    """As if every try had failed."""
    store = await open_store(state_dir, now=datetime.now(UTC), on_broken=lambda _: None)

    async def write(session: Session) -> None:
        item = await media.get(session, message_id, 0)
        assert item is not None
        state, reason = MediaState.FAILED, MediaReason.EXPIRED
        await media.settle(session, item, state=state, reason=reason, tries=3, at_us=1)

    writing = asyncio.create_task(store.writer.run())
    await store.writer.command(write)
    await store.writer.stop()
    await writing
    await store.close()
