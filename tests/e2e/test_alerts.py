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

from tests.cli.executable import called
from tests.connectors.monitoring.vectors import ALERTMANAGER
from tests.daemon import CONFIG, Daemon
from tests.servers.receivers import KEY, BadDay, Receivers, until

pytestmark = pytest.mark.slow
SECRET = "a-secret-made-up-by-us-9f2c"
SAID = (
    "Не проходить оплата карткою, пише помилка банку",
    "Не могу оплатить заказ картой, ошибка банка",
    "Card payment fails with a bank error",
    "Оплата карткою не працює, помилка",
    "Ошибка при оплате картой, банк отклоняет платеж",
    "I can't pay by card, the bank payment is declined with an error",
)
TARGETS = f"""
[accounts.prometheus]
kind = "alertmanager"
secret = "{SECRET}"
[alerts.on-call]
kind = "pagerduty"
routing_key = "{KEY}"
base_url = "SERVER/pagerduty"
[alerts.chat]
kind = "mattermost"
webhook_url = "SERVER/mattermost/hooks/KEY"
language = "uk"
events = ["incident.opened", "outage.*"]
per_minute = 200
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
    daemon = Daemon(tmp_path, config=CONFIG + TARGETS.replace("SERVER", server.url).replace("/KEY", f"/{KEY}"))
    await daemon.start()
    yield daemon
    daemon.end()


async def command(daemon: Daemon, *args: str) -> CompletedProcess[str]:
    return await asyncio.to_thread(called, "-c", str(daemon.config_file), *args, folder=daemon.folder)


async def test_targets_are_tried_watched_and_survive_a_kill(daemon: Daemon, server: Receivers) -> None:
    await _a_test_arrives(daemon, server)
    await _a_sample_of_an_event_is_shown_and_arrives(daemon, server)
    await _a_failing_target_is_seen_everywhere(daemon)
    await _a_kill_in_the_middle_of_a_call(daemon, server)
    await _monitoring_comes_in(daemon)
    await _an_outage_is_told_from_its_beginning_to_its_end(daemon, server)


async def _a_test_arrives(daemon: Daemon, server: Receivers) -> None:
    done = await command(daemon, "alerts", "test", "on-call")

    assert (done.returncode, done.stdout) == (0, "on-call: the test arrived, and so did its end\n")
    assert [one.body["event_action"] for one in server.of("pagerduty")] == ["trigger", "resolve"]


async def _a_sample_of_an_event_is_shown_and_arrives(daemon: Daemon, server: Receivers) -> None:
    done = await command(daemon, "alerts", "test", "chat", "--event", "outage.suspected")
    default = await command(daemon, "alerts", "test", "chat", "--json")
    unknown = await command(daemon, "alerts", "test", "chat", "--event", "outage.begun")
    unfit = await command(daemon, "alerts", "test", "on-call", "--event", "outage.suspected")
    posted = _titles(server)

    assert done.stdout.startswith("Перевірка: Підозра на збій: оплата, картка, apple\nКлієнтів: 17\n")
    assert done.stdout.endswith("chat: the test arrived\n")
    assert json.loads(default.stdout)["sample"]["title"].startswith("Перевірка: Нове звернення")
    assert len(posted) == 2
    assert posted[0].startswith("Перевірка: Підозра на збій")
    assert (unknown.returncode, unfit.returncode) == (1, 1)
    assert "no event is called outage.begun" in unknown.stderr
    assert "told of outages" in unfit.stderr


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
    assert states == {"on-call": "ok", "chat": "ok", "phone": "failing"}
    found = {one["what"]: one["level"] for one in json.loads(doctor.stdout)["findings"]}
    assert found["retention"] == "ok"
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


async def _an_outage_is_told_from_its_beginning_to_its_end(daemon: Daemon, server: Receivers) -> None:
    server.calls.clear()
    async with aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http:
        for number, text in enumerate(SAID * 3):
            message = {
                "account": "shop",
                "external_id": f"r{number}",
                "sender": {"identities": [{"kind": "email", "value": f"c{number}@example.com"}]},
                "text": f"{text} {'!' * (number // len(SAID))}",
            }
            async with http.post("/api/v1/messages", json=message) as answer:
                assert answer.status == 202
        await until(lambda: bool(server.of("pagerduty")), within_s=60)
        opened = server.of("pagerduty")[0].body
        outage_id = opened["links"][0]["href"].rpartition("/")[2]
        async with http.post(f"/api/v1/outages/{outage_id}/confirm") as answer:
            assert answer.status == 200
        await until(lambda: server.of("pagerduty")[-1].body["payload"]["severity"] == "error", within_s=30)
        async with http.post(f"/api/v1/outages/{outage_id}/resolve") as answer:
            assert answer.status == 200
        await until(lambda: server.of("pagerduty")[-1].body["event_action"] == "resolve", within_s=30)
        async with http.get(f"/api/v1/outages/{outage_id}") as answer:
            told = {one["target"]: one["action"] for one in (await answer.json())["told"]}

    assert opened["payload"]["summary"].startswith("Outage suspected")
    assert opened["links"][0]["href"].startswith(daemon.url)
    assert {one.body["dedup_key"] for one in server.of("pagerduty")} == {opened["dedup_key"]}
    assert told["on-call"] == "resolve"
    await until(lambda: any(title.startswith("Збій усунено") for title in _titles(server)))
    assert sum(title.startswith("Нове звернення #") for title in _titles(server)) == len(SAID) * 3


def _titles(server: Receivers) -> list[str]:
    """What Mattermost shows."""
    return [one.body["attachments"][0]["title"].replace("\\", "") for one in server.of("mattermost")]
