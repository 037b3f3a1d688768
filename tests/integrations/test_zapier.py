"""docs/integrations/zapier: the app, run as Zapier runs it, against a real hub."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channelhub.domain.events.catalogue import CATALOGUE
from tests.daemon import CONFIG, Daemon

APP = Path(__file__).parents[2] / "docs" / "integrations" / "zapier"
TARGET = "http://127.0.0.1:9/hooks/standard/1/2/"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
]


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    made = Daemon(tmp_path, config=CONFIG + '[webhooks]\nnetworks = ["127.0.0.0/8"]\n')
    await made.start()
    yield made
    made.end()


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A copy beside the one package it asks for the version of."""
    copied = Path(shutil.copytree(APP, tmp_path / "zapier"))
    core = copied / "node_modules" / "zapier-platform-core"
    core.mkdir(parents=True)
    (core / "index.js").write_text('module.exports = { version: "19.1.0" };\n')
    return copied / "index.js"


async def ran(app: Path, *steps: dict[str, Any]) -> list[Any]:
    done = await asyncio.to_thread(
        subprocess.run, ["node", str(Path(__file__).parent / "zapier.mjs")],
        input=json.dumps({"app": str(app), "steps": steps}), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


async def endpoints(daemon: Daemon) -> list[dict[str, Any]]:
    url = f"{daemon.url}/api/v1/webhooks"
    async with aiohttp.ClientSession(headers=daemon.authorization()) as http, http.get(url) as answer:
        return list((await answer.json())["items"])


async def test_a_zap_makes_an_endpoint_when_it_is_turned_on_and_removes_it_when_off(daemon: Daemon, app: Path) -> None:
    token = daemon.authorization()["Authorization"].removeprefix("Bearer ")
    bundle = {"authData": {"url": f"{daemon.url}/", "token": token}, "inputData": {"event_types": ["outage.*", ""]}}
    [_, subscribed] = await ran(
        app,
        {"do": "test", "bundle": bundle},
        {"do": "performSubscribe", "bundle": {**bundle, "targetUrl": TARGET}},
    )
    [made] = await endpoints(daemon)
    await ran(app, {"do": "performUnsubscribe", "bundle": {**bundle, "subscribeData": subscribed}})

    assert subscribed == {"id": made["id"]}
    assert (made["url"], made["event_types"]) == (TARGET, ["outage.*"])
    assert await endpoints(daemon) == []


async def test_the_editor_shows_the_hubs_examples_and_a_zap_gets_the_event(daemon: Daemon, app: Path) -> None:
    token = daemon.authorization()["Authorization"].removeprefix("Bearer ")
    bundle = {"authData": {"url": daemon.url, "token": token}, "inputData": {"event_types": ["outage.s*"]}}
    event = {"id": "7", "type": "outage.suspected"}
    [shown, [taken]] = await ran(
        app,
        {"do": "performList", "bundle": bundle},
        {"do": "perform", "bundle": {**bundle, "cleanedRequest": event}},
    )

    assert [one["type"] for one in shown] == ["outage.suspected", "outage.split"]
    assert len({one["id"] for one in shown}) == len(shown)
    assert taken == event


def test_the_sample_names_an_event_that_there_is() -> None:
    text = (APP / "triggers" / "event.js").read_text()

    assert 'type: "outage.suspected"' in text
    assert "outage.suspected" in CATALOGUE
