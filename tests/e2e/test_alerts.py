"""The real daemon with real alert targets: a test from the command line, a failing target seen, a kill in mid-call;
and an alert of monitoring that comes in over HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import aiohttp
import pytest

from tests.cli.executable import channelhub
from tests.connectors.monitoring.vectors import ALERTMANAGER
from tests.daemon import CONFIG, Daemon
from tests.servers.receivers import KEY, BadDay, Receivers, until

pytestmark = pytest.mark.slow
SECRET = "a-secret-made-up-by-us-9f2c"
TARGETS = f"""
[accounts.prometheus]
kind = "alertmanager"
secret = "{SECRET}"
[alerts.on-call]
kind = "pagerduty"
routing_key = "{KEY}"
base_url = "SERVER/pagerduty"
[alerts.phone]
kind = "ntfy"
topic = "support"
token = "wrong-token-of-a-test"
base_url = "SERVER/ntfy"
"""


@pytest.fixture
async def server() -> AsyncIterator[Receivers]:
    async with Receivers() as running:
        yield running


@pytest.fixture
async def daemon(tmp_path: Path, server: Receivers) -> AsyncIterator[Daemon]:
    daemon = Daemon(tmp_path, config=CONFIG + TARGETS.replace("SERVER", server.url))
    await daemon.start()
    yield daemon
    daemon.end()


async def command(daemon: Daemon, *args: str) -> CompletedProcess[str]:
    return await asyncio.to_thread(channelhub, "-c", str(daemon.config_file), *args, folder=daemon.folder)


async def test_targets_are_tried_watched_and_survive_a_kill(daemon: Daemon, server: Receivers) -> None:
    await _a_test_arrives(daemon, server)
    await _a_failing_target_is_seen_everywhere(daemon)
    await _a_kill_in_the_middle_of_a_call(daemon, server)
    await _monitoring_comes_in(daemon)


async def _a_test_arrives(daemon: Daemon, server: Receivers) -> None:
    done = await command(daemon, "alerts", "test", "on-call")

    assert (done.returncode, done.stdout) == (0, "on-call: the test arrived, and so did its end\n")
    assert [one.body["event_action"] for one in server.of("pagerduty")] == ["trigger", "resolve"]


async def _a_failing_target_is_seen_everywhere(daemon: Daemon) -> None:
    tried = await command(daemon, "alerts", "test", "phone", "--wait", "5")
    unknown = await command(daemon, "alerts", "test", "nobody")
    doctor = await command(daemon, "doctor", "--json")
    listed = json.loads((await command(daemon, "alerts", "list", "--json")).stdout)
    async with aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http:
        async with http.get("/accounts") as answer:
            page = await answer.text()
        again = next(one for one in listed["items"] if one["target"] == "phone" and one["error"])
        async with http.post(f"/api/v1/alerts/{again['id']}/retry") as answer:
            assert answer.status == 200

    assert tried.returncode == 1
    assert "phone answered 403: forbidden" in tried.stderr.replace('{"message": "', "").replace('"}', "")
    assert unknown.returncode == 1
    assert "[alerts.nobody]" in unknown.stderr
    states = {one["name"]: one["state"] for one in listed["targets"]}
    assert states == {"on-call": "ok", "phone": "failing"}
    found = {one["what"]: one["level"] for one in json.loads(doctor.stdout)["findings"]}
    assert (found["alerts to on-call"], found["alerts to phone"]) == ("ok", "wrong")
    assert "phone answered 403" in page
    assert "wrong-token-of-a-test" not in page + tried.stderr + doctor.stdout + daemon.log.read_text()


async def _a_kill_in_the_middle_of_a_call(daemon: Daemon, server: Receivers) -> None:
    before = len(server.of("pagerduty"))
    server.bad("pagerduty", BadDay(hangs=True, takes=True))
    async with (
        aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http,
        http.post("/api/v1/alerts/test", json={"target": "on-call"}) as answer,
    ):
        assert answer.status == 202
    await until(lambda: len(server.of("pagerduty")) == before + 1)
    daemon.kill()
    await daemon.start()
    await until(lambda: len(server.of("pagerduty")) == before + 3, within_s=30)
    told = [one.body for one in server.of("pagerduty")[before:]]

    assert [one["event_action"] for one in told] == ["trigger", "trigger", "resolve"]
    assert len({one["dedup_key"] for one in told}) == 1


async def _monitoring_comes_in(daemon: Daemon) -> None:
    authorization = {"Authorization": f"Bearer {SECRET}"}
    async with aiohttp.ClientSession(daemon.url) as http:
        async with http.post("/hooks/prometheus", json=ALERTMANAGER, headers={"Authorization": "Bearer no"}) as answer:
            assert answer.status == 401
        async with http.post("/hooks/prometheus", json=ALERTMANAGER, headers=authorization) as answer:
            assert answer.status == 200

        found: list[dict[str, Any]] = []

        async def is_read() -> bool:
            nonlocal found
            async with http.get("/api/v1/monitoring-alerts", headers=daemon.authorization()) as answer:
                found = (await answer.json())["items"]
            return len(found) == 2

        await until(is_read, within_s=30)

    assert {one["summary"] for one in found} == {"Payment errors above 5 %", "Payment errors"}
