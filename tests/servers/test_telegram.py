"""The test server itself: it keeps and confirms as Bot API documents."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.servers.telegram import TOKEN, BotServer


@pytest.fixture
async def server() -> AsyncIterator[BotServer]:
    async with BotServer() as started:
        yield started


async def call(server: BotServer, method: str, *, token: str = TOKEN, **fields: Any) -> tuple[int, Any]:
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{server.url}/bot{token}/{method}", json=fields) as response,
    ):
        answer = await response.json()
        return response.status, answer["result"] if answer["ok"] else answer["description"]


async def ids(server: BotServer, **fields: Any) -> list[int]:
    status, updates = await call(server, "getUpdates", **fields)
    assert status == 200
    return [update["update_id"] for update in updates]


async def test_updates_stay_until_a_higher_offset_is_asked_for(server: BotServer) -> None:
    first, second, third = (server.say(f"{number}") for number in range(3))

    assert await ids(server) == [first, second, third]
    assert await ids(server, limit=2) == [first, second]
    assert await ids(server, offset=second) == [second, third]
    assert await ids(server) == [second, third]
    assert server.confirmed == [first]


async def test_negative_offset_forgets_all_but_the_last(server: BotServer) -> None:
    numbers = [server.say(f"{number}") for number in range(4)]

    assert await ids(server, offset=-2) == numbers[2:]
    assert server.confirmed == numbers[:2]


async def test_waits_for_news_up_to_the_timeout(server: BotServer) -> None:
    waiting = asyncio.create_task(ids(server, timeout=10))
    async with asyncio.timeout(60):
        while not server.calls:
            await asyncio.sleep(0.005)
        number = server.say("нове")

        assert await waiting == [number]


async def test_second_poller_ends_the_first_with_409(server: BotServer) -> None:
    first = asyncio.create_task(call(server, "getUpdates", timeout=10))
    while not server.calls:
        await asyncio.sleep(0.005)
    second = asyncio.create_task(call(server, "getUpdates", timeout=1))
    status, words = await first

    assert (status, "terminated by other getUpdates" in words) == (409, True)
    assert await second == (200, [])


async def test_polling_beside_a_webhook_is_409(server: BotServer) -> None:
    await call(server, "setWebhook", url="http://127.0.0.1:9/nobody")
    status, words = await call(server, "getUpdates")

    assert (status, "webhook is active" in words) == (409, True)


async def test_wrong_token_is_401_and_unknown_method_404(server: BotServer) -> None:
    assert (await call(server, "getMe", token="1:no"))[0] == 401
    assert (await call(server, "noSuchMethod"))[0] == 404
    assert (await call(server, "GETME"))[1]["is_bot"] is True


async def test_file_comes_by_its_path(server: BotServer) -> None:
    server.files["f1"] = b"%PDF"
    _, found = await call(server, "getFile", file_id="f1")
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{server.url}/file/bot{TOKEN}/{found['file_path']}") as answer,
    ):
        assert await answer.read() == b"%PDF"
    assert (await call(server, "getFile", file_id="f2"))[0] == 400
