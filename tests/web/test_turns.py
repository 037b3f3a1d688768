"""One account's many requests beside another's."""

import asyncio

import aiohttp
import pytest
from aiohttp import web

from channelhub.sdk.contract import Mount
from channelhub.web.problems import Problem
from channelhub.web.turns import MOST_UNDER_WAY, STARTS_A_TURN, Turns
from tests.web.conftest import Hub, account


async def test_an_account_that_brings_many_lets_another_s_first_pass() -> None:
    turns = Turns()
    order: list[str] = []

    async def one(name: str) -> None:
        await turns.come(name)
        order.append(name)

    async with asyncio.TaskGroup() as group:
        for name in ("flooded",) * 10 * STARTS_A_TURN + ("calm",):
            group.create_task(one(name))

    assert order.count("flooded") == 10 * STARTS_A_TURN
    assert order.index("calm") == STARTS_A_TURN


async def test_an_account_s_requests_start_in_order_and_those_given_up_cost_no_turn() -> None:
    turns = Turns()
    order: list[int] = []

    async def one(number: int) -> None:
        await turns.come("flooded")
        order.append(number)

    tasks = [asyncio.create_task(one(number)) for number in range(4 * STARTS_A_TURN)]
    await asyncio.sleep(0)
    tasks[STARTS_A_TURN].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert order == [number for number in range(4 * STARTS_A_TURN) if number != STARTS_A_TURN]


async def test_places_are_free_again_however_a_request_ends() -> None:
    turns = Turns(most_under_way=1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            async with turns.held("flooded"):
                raise ZeroDivisionError

    async with turns.held("flooded"), turns.held("calm"):
        with pytest.raises(Problem):
            async with turns.held("flooded"):
                pass


async def test_with_one_account_s_share_taken_it_hears_503_and_the_other_is_served(hub: Hub) -> None:
    hub.accounts.append(account("other", "telegram", mount=Mount.HOOKS))
    is_full, may_end = asyncio.Event(), asyncio.Event()
    begun = 0

    async def blocked(_request: web.Request) -> web.Response:
        nonlocal begun
        begun += 1
        if begun == MOST_UNDER_WAY:
            is_full.set()
        await may_end.wait()
        return web.Response()

    async def prompt(_request: web.Request) -> web.Response:
        return web.Response()

    hub.mounts.for_account("bot")(blocked)
    hub.mounts.for_account("other")(prompt)

    async def post(http: aiohttp.ClientSession, name: str) -> tuple[int, str]:
        async with http.post(f"{hub.url}/hooks/{name}", data=b"{}") as answer:
            return answer.status, answer.headers.get("Retry-After", "")

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        held = [asyncio.create_task(post(http, "bot")) for _ in range(MOST_UNDER_WAY)]
        await is_full.wait()
        beyond, other = await post(http, "bot"), await post(http, "other")
        may_end.set()
        statuses = {status for status, _ in await asyncio.gather(*held)}
        after = await post(http, "bot")

    assert (beyond, other) == ((503, "5"), (200, ""))
    assert (statuses, after) == ({200}, (200, ""))
