"""kill -9 while people are told of events, again and again: each is told, or stands in a summary."""

import os
import random
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.daemon import CONFIG, Daemon
from tests.servers.receivers import KEY, Receivers, until

MESSAGES = 60
KILLS = 4
SEED = int(os.environ.get("CRASH_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
TARGETS = f"""
[outages]
enabled = false
[alerts.phone]
kind = "ntfy"
topic = "support"
token = "{KEY}"
base_url = "SERVER/ntfy"
events = ["incident.opened"]
per_minute = 600
[alerts.chat]
kind = "telegram"
token = "{KEY}"
chat_id = "-100"
base_url = "SERVER/telegram"
events = ["incident.*"]
per_minute = 4
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


@pytest.mark.slow
async def test_kill_9_loses_no_event_and_counts_none_twice(daemon: Daemon, server: Receivers) -> None:
    chance = random.Random(SEED)
    print(f"seed {SEED}")
    for round_ in range(KILLS):
        await _post(daemon, round_ * (MESSAGES // KILLS), MESSAGES // KILLS)
        taken = len(server.calls)
        await until(lambda taken=taken: len(server.calls) > taken + chance.randrange(1, 6), within_s=30)
        daemon.kill()
        await daemon.start()
    await until(lambda: len(_numbers(server, "ntfy")) == MESSAGES, within_s=60)
    await until(lambda: len(_numbers(server, "telegram")) + _summed_up(server) == MESSAGES, within_s=90)
    titles = [_title(one.body["text"]) for one in server.of("telegram")]

    assert _numbers(server, "ntfy") == set(range(1, MESSAGES + 1))
    assert len(server.of("ntfy")) <= MESSAGES + KILLS  # what was just being told is told again
    assert sum(title.startswith("New incident") for title in titles) <= 3 * (KILLS + 3) + KILLS


def _title(text: str) -> str:
    return text.partition("\n")[0]


def _numbers(server: Receivers, kind: str) -> set[int]:
    """The incidents that were told one by one."""
    said = (one.body.get("title") or one.body["text"] for one in server.of(kind))
    return {int(found[1]) for text in said if (found := re.match(r"New incident #(\d+)", text))}


def _summed_up(server: Receivers) -> int:
    """How many are in summaries. One that was told twice says when it is from, and counts once."""
    texts = {
        one.body["text"].replace("This may be a repetition: the first attempt was cut off.\n", "")
        for one in server.of("telegram")
    }
    return sum(int(found[1]) for text in texts if (found := re.match(r"(\d+) more event", text)))


async def _post(daemon: Daemon, first: int, count: int) -> None:
    async with aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http:
        for number in range(first, first + count):
            sender = {"identities": [{"kind": "email", "value": f"c{number}@example.com"}]}
            body = {"account": "shop", "external_id": str(number), "sender": sender, "text": "де замовлення?"}
            async with http.post("/api/v1/messages", json=body) as answer:
                assert answer.status == 202
