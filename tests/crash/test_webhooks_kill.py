"""kill -9 while events are posted to endpoints, again and again: each event arrives, under one id."""

import asyncio
import os
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.daemon import CONFIG, Daemon
from tests.servers.endpoints import Endpoints, Mood

MESSAGES = 40
KILLS = 4
SEED = int(os.environ.get("CRASH_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
NAMES = ("quick", "ordered", "flaky")


@pytest.fixture
async def receiver() -> AsyncIterator[Endpoints]:
    async with Endpoints() as server:
        yield server


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    config = CONFIG.replace("[log]", '[outages]\nenabled = false\n[webhooks]\nnetworks = ["127.0.0.0/8"]\n[log]')
    daemon = Daemon(tmp_path, config=config)
    await daemon.start()
    yield daemon
    daemon.end()


@pytest.mark.slow
async def test_kill_9_loses_no_event_and_keeps_its_id(daemon: Daemon, receiver: Endpoints) -> None:
    chance = random.Random(SEED)
    for name in NAMES:  # so that a kill comes between what was taken and what is known of it
        receiver.usual[name] = Mood(answers_after_s=0.05)
    receiver.bad("flaky", *[Mood(status=500)] * 2)
    ids = [await _make(daemon, receiver, name, is_ordered=name == "ordered") for name in NAMES]
    posted = 0
    for _ in range(KILLS):
        posted += await _post(daemon, posted, MESSAGES // KILLS)
        taken = len(receiver.received)
        await _until(lambda taken=taken: len(receiver.received) > taken + chance.randrange(1, 12), within_s=20)
        daemon.kill()
        await daemon.start()
    await _until(lambda: all(len(_messages(receiver, name)) == MESSAGES for name in NAMES), within_s=60)
    await _ended(daemon, ids)
    repeated = len(receiver.received) - len({(one.path, one.id) for one in receiver.received})
    print(f"\nseed {SEED}: {KILLS} kills, {len(receiver.received)} posts taken, {repeated} of them repeated")

    keys: dict[str, set[str]] = defaultdict(set)
    for one in receiver.received:
        keys[one.json["data"]["message_id"]].add(one.id)
    assert len(keys) == MESSAGES
    assert all(len(of_one) == 1 for of_one in keys.values())
    assert all(one.is_verified for one in receiver.received)
    order = list(dict.fromkeys(one.json["id"] for one in receiver.of("ordered")))
    assert order == sorted(order, key=int)


def _messages(receiver: Endpoints, name: str) -> set[str]:
    return {one.json["data"]["message_id"] for one in receiver.of(name)}


async def _make(daemon: Daemon, receiver: Endpoints, name: str, *, is_ordered: bool) -> str:
    wanted = {"url": f"{receiver.url}/{name}", "event_types": ["message.received"], "ordered": is_ordered}
    async with (
        aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http,
        http.post("/api/v1/webhooks", json=wanted) as answer,
    ):
        made: Any = await answer.json()
        assert answer.status == 201, made
    receiver.secrets[name] = made["secret"]
    return str(made["webhook"]["id"])


async def _post(daemon: Daemon, first: int, count: int) -> int:
    async with aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http:
        for number in range(first, first + count):
            sender = {"identities": [{"kind": "email", "value": f"c{number}@example.com"}]}
            body = {"account": "shop", "external_id": str(number), "sender": sender, "text": "де замовлення?"}
            async with http.post("/api/v1/messages", json=body) as answer:
                assert answer.status == 202
    return count


async def _ended(daemon: Daemon, ids: list[str]) -> None:
    """Wait until nothing waits any more."""
    async with aiohttp.ClientSession(daemon.url, headers=daemon.authorization()) as http, asyncio.timeout(60):
        for webhook_id in ids:
            while True:
                async with http.get(f"/api/v1/webhooks/{webhook_id}/deliveries?state=queued") as answer:
                    if not (await answer.json())["items"]:
                        break
                await asyncio.sleep(0.1)


async def _until(claim: Any, *, within_s: float) -> None:
    async with asyncio.timeout(within_s):
        while not claim():
            await asyncio.sleep(0.002)
