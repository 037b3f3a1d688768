"""One account's many requests beside another's."""

import asyncio
import threading
from collections.abc import Iterator

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from channelhub.sdk.contract import Handler, Mount
from channelhub.store.database import Session
from channelhub.web import tokens
from channelhub.web.mounts import Mounts
from channelhub.web.problems import Problem
from channelhub.web.server import WebServer
from channelhub.web.turns import AT_ONCE, AT_ONCE_ALONE, LEAST_PER_S, MOST_UNDER_WAY, WINDOW_S, Line, Turns
from tests.store.deliveries import raw
from tests.web.conftest import Hub, account


class Queue:
    """A line of numbered requests, played without a clock."""

    def __init__(self) -> None:
        self.line = Line(0.0)
        self.now_s = 0.0
        self.turns: list[asyncio.Future[None] | None] = []  # None: begun when it came
        self.began: list[int] = []

    def come(self) -> None:
        turn = None if self.line.begin(AT_ONCE) else asyncio.Future[None](loop=_LOOP)
        if turn is not None:
            self.line.wait(turn)
        self.turns.append(turn)
        self.look()

    def tick(self, seconds: float) -> None:
        self.now_s += seconds
        self.line.tick(AT_ONCE, self.now_s)
        self.look()

    def look(self) -> None:
        for number, turn in enumerate(self.turns):
            has_begun = turn is None or (turn.done() and not turn.cancelled())
            if has_begun and number not in self.began:
                self.began.append(number)


_LOOP = asyncio.new_event_loop()


@pytest.fixture(scope="module", autouse=True)
def _close_loop() -> Iterator[None]:
    yield
    _LOOP.close()


STEPS = ["come", "come", "come", "end", "give up", "soon", "late", "very late"]
TICKS_S = {"soon": 0.001, "late": 0.01, "very late": 0.04}


@given(steps=st.lists(st.sampled_from(STEPS), max_size=40))
def test_requests_begin_in_order_a_few_at_once_and_none_waits_for_ever(steps: list[str]) -> None:
    queue, ended = Queue(), 0
    for step in steps:
        if step == "come":
            queue.come()
        elif step == "end" and ended < len(queue.began):
            queue.line.end()
            ended += 1
        elif step == "give up" and queue.turns and queue.turns[-1] is not None:
            queue.turns[-1].cancel()
        elif step in TICKS_S:
            queue.tick(TICKS_S[step])
        assert len(queue.began) - ended <= AT_ONCE + LEAST_PER_S * queue.now_s
    waiting = len([turn for turn in queue.turns if turn is not None and not turn.done()])
    for _ in range(2 + int(waiting / (LEAST_PER_S * WINDOW_S))):  # though none ends any more
        queue.tick(1.01 * WINDOW_S)

    assert queue.began == sorted(queue.began)
    assert set(queue.began) == {
        number for number, turn in enumerate(queue.turns) if turn is None or not turn.cancelled()
    }


def test_nothing_is_owed_while_as_many_begin_as_shall() -> None:
    queue = Queue()
    for _ in range(20 * AT_ONCE):
        queue.come()
    for _ in range(10):
        for _ in range(AT_ONCE):
            queue.line.end()
        queue.tick(0.001)

    assert len(queue.began) == 11 * AT_ONCE


def test_where_none_ends_each_window_begins_what_it_owes() -> None:
    queue = Queue()
    for _ in range(40 * AT_ONCE):
        queue.come()
    for _ in range(20):
        queue.tick(1.01 * WINDOW_S)

    assert len(queue.began) == 20 * LEAST_PER_S * WINDOW_S


async def test_an_account_that_brings_many_lets_another_s_first_pass() -> None:
    turns = Turns()
    order: list[str] = []

    async def one(name: str) -> None:
        async with turns.held(name):
            order.append(name)

    await one("calm")
    async with asyncio.TaskGroup() as group:
        for name in ("flooded",) * 10 * AT_ONCE + ("calm",):
            group.create_task(one(name))

    assert order.count("flooded") == 10 * AT_ONCE
    assert order.index("calm", 1) == 1 + AT_ONCE


async def test_an_account_that_is_alone_has_all_the_room() -> None:
    turns = Turns()
    begun, may_end = 0, asyncio.Event()

    async def one() -> None:
        nonlocal begun
        async with turns.held("busy"):
            begun += 1
            await may_end.wait()

    tasks = [asyncio.create_task(one()) for _ in range(2 * AT_ONCE_ALONE)]
    await asyncio.sleep(0)
    begun_at_once = begun
    may_end.set()
    await asyncio.gather(*tasks)

    assert (begun_at_once, begun) == (AT_ONCE_ALONE, 2 * AT_ONCE_ALONE)


async def test_those_given_up_cost_no_turn_even_when_theirs_had_come() -> None:
    turns = Turns()
    order: list[int] = []

    async def one(number: int) -> None:
        async with turns.held("flooded"):
            order.append(number)
            if number == AT_ONCE:
                tasks[2 * AT_ONCE - 1].cancel()  # begun by the same tick, and not yet resumed

    async with turns.held("calm"):
        pass
    tasks = [asyncio.create_task(one(number)) for number in range(4 * AT_ONCE)]
    await asyncio.sleep(0)
    tasks[2 * AT_ONCE].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert order == [one for one in range(4 * AT_ONCE) if one not in (2 * AT_ONCE - 1, 2 * AT_ONCE)]
    await nothing_kept(turns)


async def test_places_are_free_again_however_a_request_ends() -> None:
    turns = Turns(most_under_way=1)
    for _ in range(3 * AT_ONCE_ALONE):
        with pytest.raises(ZeroDivisionError):
            async with turns.held("flooded"):
                raise ZeroDivisionError

    async with turns.held("flooded"), turns.held("calm"):
        with pytest.raises(Problem):
            async with turns.held("flooded"):
                pass


async def test_of_accounts_that_are_quiet_again_nothing_is_kept() -> None:
    turns = Turns()
    for number in range(3):
        async with turns.held(f"account {number}"):
            pass

    await nothing_kept(turns)


async def nothing_kept(turns: Turns) -> None:
    """Return when no line is left; a place that was never given back would keep its line."""
    async with asyncio.timeout(30):
        while turns._lines:
            await asyncio.sleep(0)


async def test_among_two_hundred_posts_of_another_a_post_is_in_the_next_commit(hub: Hub) -> None:
    hub.accounts.append(account("other", "telegram", mount=Mount.HOOKS))
    turns = Turns(least_per_s=0.0)  # whatever the clock says
    mounts = Mounts(turns=turns)
    server = WebServer(hub.parts, mounts=mounts, local_token=tokens.mint())
    await server.start()
    has_begun, may_go_on = threading.Event(), threading.Event()

    def handler(name: str) -> Handler:
        async def store(request: web.Request) -> web.StreamResponse:
            [receipt] = await hub.parts.deliver_for(name)([raw(request.query["id"], account=name)])
            return web.Response(text=str(receipt.inbox_id))

        return store

    async def hold(_session: Session) -> None:
        has_begun.set()
        may_go_on.wait(60)

    async def post(http: aiohttp.ClientSession, name: str, delivery: str) -> int:
        async with http.post(f"http://127.0.0.1:{server.port}/hooks/{name}?id={delivery}") as answer:
            return int(await answer.text())

    async def under_way(name: str, number: int) -> None:
        async with asyncio.timeout(60):
            while name not in turns._lines or turns._lines[name].under_way < number:
                await asyncio.sleep(0)

    for name in ("bot", "other"):
        mounts.for_account(name)(handler(name))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        before = max(await post(http, "bot", "before"), await post(http, "other", "before"))
        holding = asyncio.create_task(hub.store.writer.command(hold))
        await asyncio.to_thread(has_begun.wait, 60)
        flood = [asyncio.create_task(post(http, "bot", f"flood {number}")) for number in range(200)]
        await under_way("bot", 200)
        calm = asyncio.create_task(post(http, "other", "calm"))
        await under_way("other", 1)
        may_go_on.set()
        place = await calm - before
        stored = await asyncio.gather(*flood)
        await holding
    await server.stop()

    assert place <= AT_ONCE + 1
    assert len(set(stored)) == 200


@pytest.mark.slow
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
