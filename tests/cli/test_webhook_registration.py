"""`channelhub webhooks listen --register`: an endpoint at a real hub, for as long as somebody listens."""

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.cli.executable import EXECUTABLE
from tests.daemon import CONFIG, Daemon

OWN_NETWORK = '[webhooks]\nnetworks = ["127.0.0.0/8"]\n'
pytestmark = pytest.mark.slow


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    made = Daemon(tmp_path, config=CONFIG + OWN_NETWORK)
    await made.start()
    yield made
    made.end()


@contextmanager
def listening(folder: Path, *args: str) -> Iterator["subprocess.Popen[str]"]:
    """The command, ready to receive."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CHANNELHUB")}
    command = [str(EXECUTABLE), "webhooks", "listen", "--register", "--port", "0", "--json", *args]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=folder, env=environ, text=True, **pipes) as process:
        assert process.stderr is not None
        try:
            assert process.stderr.readline().startswith("listening on "), process.stderr.read()
            yield process
        finally:
            process.kill()


async def endpoints(daemon: Daemon) -> list[dict[str, Any]]:
    url = f"{daemon.url}/api/v1/webhooks"
    async with aiohttp.ClientSession(headers=daemon.authorization()) as http, http.get(url) as answer:
        return list((await answer.json())["items"])


async def write(daemon: Daemon, external_id: str) -> None:
    body = {
        "account": "shop", "external_id": external_id, "text": "The code does not arrive",
        "sender": {"identities": [{"kind": "email", "value": "ann@example.com"}]},
    }  # fmt: skip
    url = f"{daemon.url}/api/v1/messages"
    async with aiohttp.ClientSession(headers=daemon.authorization()) as http, http.post(url, json=body) as answer:
        assert answer.status == 202


async def said(process: "subprocess.Popen[str]") -> dict[str, Any]:
    assert process.stdout is not None
    return dict(json.loads(await asyncio.wait_for(asyncio.to_thread(process.stdout.readline), 60)))


async def test_the_hubs_events_arrive_verified_and_the_endpoint_goes_with_the_listener(daemon: Daemon) -> None:
    with listening(daemon.folder, "-c", "channelhub.toml", "--event", "message.*") as process:
        [made] = await endpoints(daemon)
        await write(daemon, "first")
        event = await said(process)
        process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(process.wait, 15)

    assert (event["verified"], event["body"]["type"], event["status"]) == (True, "message.received", 204)
    assert made["event_types"] == ["message.*"]
    assert code == 0
    assert await endpoints(daemon) == []


async def test_what_an_ended_listener_left_is_removed_by_the_next_at_its_address(daemon: Daemon) -> None:
    (daemon.folder / "token").write_text(daemon.authorization()["Authorization"].removeprefix("Bearer "))
    remote = ("--hub", daemon.url, "--token-file", "token", "--url", "http://127.0.0.1:9/tunnel")
    with listening(daemon.folder, *remote) as process:
        [left] = await endpoints(daemon)
        process.kill()
    with listening(daemon.folder, *remote):
        [present] = await endpoints(daemon)

    assert left["id"] != present["id"]
    assert present["url"] == "http://127.0.0.1:9/tunnel"


async def test_an_address_that_the_hub_refuses_ends_it_with_the_hubs_sentence(daemon: Daemon) -> None:
    command = [str(EXECUTABLE), "-c", "channelhub.toml", "webhooks", "listen", "--register", "--port", "0"]
    done = await asyncio.to_thread(
        subprocess.run, [*command, "--url", "http://10.0.0.7/hook"], cwd=daemon.folder, capture_output=True, text=True
    )

    assert done.returncode == 1
    assert done.stderr.startswith("channelhub: ")
    assert "10.0.0.7" in done.stderr or "public" in done.stderr
    assert await endpoints(daemon) == []
