"""`channelhub connectors list` beside a running hub."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.cli.executable import called
from tests.crash.test_media_kill import BOT
from tests.daemon import CONFIG, Daemon
from tests.servers.telegram import TOKEN, BotServer


@pytest.mark.slow
async def test_accounts_of_the_running_hub_say_what_is_wrong_and_how_to_mend_it(tmp_path: Path) -> None:
    async with BotServer(token="1:another") as server:
        daemon = Daemon(tmp_path, config=CONFIG + BOT.format(token=TOKEN, server=server.url))
        await daemon.start()
        try:
            async with asyncio.timeout(60):
                while not (told := await _bot(daemon))["detail"]:
                    await asyncio.sleep(0.1)
            shown = await asyncio.to_thread(
                called, "connectors", "list", "-c", str(daemon.config_file), folder=daemon.folder
            )
        finally:
            daemon.end()
    after = await asyncio.to_thread(
        called, "connectors", "list", "--json", "-c", str(daemon.config_file), folder=daemon.folder
    )

    assert told["state"] == "auth-failed"
    assert "Take the present one from BotFather" in told["detail"]
    assert "account bot (telegram) is auth-failed" in shown.stdout
    assert TOKEN not in shown.stdout
    assert json.loads(after.stdout)["accounts"] is None


async def _bot(daemon: Daemon) -> dict[str, str]:
    done = await asyncio.to_thread(
        called, "connectors", "list", "--json", "-c", str(daemon.config_file), folder=daemon.folder
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, str]] = json.loads(done.stdout)["accounts"]
    return next(one for one in found if one["name"] == "bot")
