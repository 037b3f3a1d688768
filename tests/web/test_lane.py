"""The short way of `POST /api/v1/messages`: whoever takes it must not be able to tell."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Receipt
from channelhub.sdk.errors import DiskFull, NotCommitted
from channelhub.store import inbox
from channelhub.web.connection import Deadlines
from channelhub.web.lane import Familiar
from channelhub.web.lane_connection import LaneConnection
from channelhub.web.parts import Offer, Offered
from tests.web.conftest import Hub

MESSAGE = {"account": "shop", "external_id": "m-1", "text": "Не працює оплата"}


@dataclass
class Watched:
    """The lane's way into the inbox: remembers what it was given, and can hold the answers back."""

    offer: Offer
    taken: list[str] = field(default_factory=list)
    held: list[Callable[[], None]] = field(default_factory=list)
    is_holding: bool = False
    lost: frozenset[str] = frozenset()  # what the inbox fails to store
    loss: NotCommitted | None = None  # and why: a defect, or a reason that the client is told

    def __call__(self, raw: RawMessage, then: Offered) -> bool:
        self.taken.append(raw.delivery_id)

        def tell(receipt: Receipt | NotCommitted | None) -> None:
            if self.is_holding:
                self.held.append(lambda: then(receipt))
            else:
                then(receipt)

        if raw.delivery_id in self.lost:
            asyncio.get_running_loop().call_soon(tell, self.loss)
            return True
        return self.offer(raw, tell)

    async def until_held(self, count: int) -> None:
        async with asyncio.timeout(60):
            while len(self.held) < count:
                await asyncio.sleep(0)

    def let_go(self) -> None:
        held, self.held = self.held, []
        for tell in held:
            tell()


@contextmanager
def watching(hub: Hub, **given: Any) -> Iterator[Watched]:
    before = hub.parts.offer
    assert before is not None
    watched = Watched(before, **given)
    object.__setattr__(hub.parts, "offer", watched)
    yield watched
    object.__setattr__(hub.parts, "offer", before)


def request(
    hub: Hub,
    message: dict[str, object] = MESSAGE,
    *further: str,
    path: str = "/api/v1/messages",
    headers: dict[str, str] | None = None,
) -> bytes:
    body = json.dumps(message).encode()
    authorization = f"Authorization: {(headers or hub.admin())['Authorization']}"
    lines = [f"POST {path} HTTP/1.1", "Host: hub", "Content-Type: application/json", authorization, *further]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


class Client:
    """One kept connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def connect(cls, hub: Hub) -> "Client":
        return cls(*await asyncio.open_connection("127.0.0.1", hub.server.port))

    async def answer(self) -> tuple[int, dict[str, str], dict[str, Any]]:
        """The next answer: status, headers, document."""
        async with asyncio.timeout(60):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.split(": ", 1) for line in head[1:] if line)
            body = await self.reader.readexactly(int(headers["Content-Length"]))
        return int(head[0].split()[1]), headers, json.loads(body)


async def stored(hub: Hub) -> list[str]:
    async with hub.store.readers.read() as session:
        return [one.delivery_id for one in await inbox.page(session, after=0, limit=1000)]


HEAD = (
    b"POST /api/v1/messages HTTP/1.1\r\nHost: hub\r\nContent-Length: 5\r\n"
    b"Content-Type: application/json\r\nAuthorization: Bearer t\r\n\r\n"
)


@given(st.binary(min_size=1, max_size=300))
def test_a_familiar_head_gives_the_body_of_the_next_request(body: bytes) -> None:
    familiar = Familiar.learn(HEAD + b"12345", b"12345", "Bearer t")
    following = HEAD.replace(b": 5", b": %d" % len(body)) + body

    assert familiar is not None
    assert familiar.body_of(following) == body
    assert familiar.body_of(following + b"x") is None
    assert familiar.body_of(following[:-1]) is None


@given(st.integers(0, len(HEAD) - 1), st.binary(min_size=0, max_size=3))
def test_a_head_that_differs_in_any_byte_is_not_familiar(at: int, other: bytes) -> None:
    familiar = Familiar.learn(HEAD + b"12345", b"12345", "Bearer t")
    changed = HEAD[:at] + other + HEAD[at + 1 :] + b"12345"

    assert familiar is not None
    assert familiar.body_of(changed) is None or changed == HEAD + b"12345"


@pytest.mark.parametrize(
    "request_bytes",
    [
        pytest.param(HEAD.partition(b"\r\n")[2] + b"12345", id="the end of a head"),
        pytest.param(HEAD.replace(b"Host", b"Content-Length: 5\r\nHost") + b"12345", id="two lengths"),
        pytest.param(HEAD.replace(b": 5", b": 4") + b"12345", id="another length"),
        pytest.param(HEAD.replace(b"Host", b"\r\nHost") + b"12345", id="two heads"),
        pytest.param(HEAD + b"12345" + HEAD, id="more than one request"),
    ],
)
def test_learns_from_one_whole_request_only(request_bytes: bytes) -> None:
    assert Familiar.learn(request_bytes, b"12345", "Bearer t") is None


async def test_both_ways_answer_and_store_alike(hub: Hub) -> None:
    client = await Client.connect(hub)
    with watching(hub) as watched:
        client.writer.write(request(hub, MESSAGE | {"external_id": "short"}))
        short = await client.answer()
        client.writer.write(request(hub, MESSAGE | {"external_id": "long"}, path="/api/v1/messages?"))
        long = await client.answer()
    async with hub.store.readers.read() as session:
        first, second = await inbox.get_many(session, [1, 2])
    client.writer.close()

    assert watched.taken == ["short"]
    assert short[0] == long[0] == 202
    assert {name.lower() for name in short[1]} == {name.lower() for name in long[1]}
    differing = {"Date", "Content-Length"}
    assert {name: value for name, value in short[1].items() if name not in differing} == {
        name: value for name, value in long[1].items() if name not in differing
    }
    assert (short[2]["id"], long[2]["id"]) == ("1024", "2048")
    assert (first.raw.envelope, first.raw.content_type) == (second.raw.envelope, second.raw.content_type)


@pytest.mark.parametrize(
    ("further", "message"),
    [
        pytest.param(["Content-Encoding: gzip"], MESSAGE, id="packed"),
        pytest.param(["Expect: 100-continue"], MESSAGE, id="expects a go-ahead"),
        pytest.param(["Connection: close"], MESSAGE, id="the last of its connection"),
        pytest.param(["Idempotency-Key: k-1"], MESSAGE, id="wants its key back"),
        pytest.param([], MESSAGE | {"account": "nobody"}, id="unknown account"),
        pytest.param([], MESSAGE | {"account": "mail"}, id="account of another kind"),
        pytest.param([], MESSAGE | {"text": ""}, id="faulty"),
        pytest.param([], MESSAGE | {"text": "x" * 40_000}, id="large"),
    ],
)
async def test_leaves_what_is_not_plain_to_the_long_way(
    hub: Hub, further: list[str], message: dict[str, object]
) -> None:
    client = await Client.connect(hub)
    with watching(hub) as watched:
        client.writer.write(request(hub, message, *further))
        await client.reader.readline()
    client.writer.close()

    assert watched.taken == []


async def test_a_token_of_another_role_or_account_is_refused_as_ever(hub: Hub) -> None:
    agent, kiosk = await hub.token("agent"), await hub.token("ingest", "kiosk")
    statuses = []
    with watching(hub) as watched:
        for headers in (agent, kiosk, {"Authorization": "Bearer chub_nobodys"}, {}):
            for number in range(2):  # the second time the token is remembered
                message = MESSAGE | {"external_id": f"m-{number}"}
                async with hub.http.post(f"{hub.url}/api/v1/messages", json=message, headers=headers) as answer:
                    statuses.append(answer.status)

    assert statuses == [403, 403, 403, 403, 401, 401, 401, 401]
    assert watched.taken == []


async def test_a_revoked_token_ends_within_a_second_here_too(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = await hub.token("ingest", "shop")
    with watching(hub) as watched:
        for number in range(2):
            message = MESSAGE | {"external_id": f"m-{number}"}
            await hub.http.post(f"{hub.url}/api/v1/messages", json=message, headers=headers)
        monkeypatch.setattr("channelhub.web.auth.CACHE_S", 0.0)
        await hub.http.post(f"{hub.url}/api/v1/messages", json=MESSAGE | {"external_id": "m-2"}, headers=headers)

    assert watched.taken == ["m-1"]  # the first looked the token up, the last must look again
    assert await stored(hub) == ["m-0", "m-1", "m-2"]


async def test_a_repeat_is_called_a_duplicate(hub: Hub) -> None:
    client = await Client.connect(hub)
    client.writer.write(request(hub))
    first = await client.answer()
    client.writer.write(request(hub))
    again = await client.answer()
    client.writer.close()

    assert (first[2]["duplicate"], again[2]["duplicate"]) == (False, True)
    assert first[2]["id"] == again[2]["id"]
    assert await stored(hub) == ["m-1"]


async def test_says_503_when_nothing_was_stored_and_does_not_try_twice(hub: Hub) -> None:
    client = await Client.connect(hub)
    loss = DiskFull("the disk is full", retry_after_s=7)
    with watching(hub, lost=frozenset({"m-1", "m-2"}), loss=loss) as watched:
        refusals = []
        for name in ("m-1", "m-2"):
            client.writer.write(request(hub, MESSAGE | {"external_id": name}))
            refusals.append(await client.answer())
    object.__setattr__(hub.parts, "offer", lambda raw, then: False)
    object.__setattr__(hub.parts, "deliver_for", lambda name: _refusing(loss))
    client.writer.write(request(hub))
    long = await client.answer()
    client.writer.close()

    assert watched.taken == ["m-1", "m-2"]
    assert await stored(hub) == []
    for short in refusals:
        assert (short[0], short[1]["Retry-After"], short[2]) == (503, "7", long[2])
        assert set(short[1]) == set(long[1])


def _refusing(exc: NotCommitted) -> Callable[[list[RawMessage]], Any]:
    async def refuse(raws: list[RawMessage]) -> None:
        raise exc

    return refuse


async def test_what_a_defect_kept_from_the_inbox_goes_the_long_way_and_is_never_acknowledged_unstored(hub: Hub) -> None:
    client = await Client.connect(hub)
    names = ["m-1", "m-2", "m-3", "m-4"]
    with watching(hub, lost=frozenset({"m-1", "m-3"})) as watched:
        statuses = []
        for name in names:
            client.writer.write(request(hub, MESSAGE | {"external_id": name}))
            statuses.append((await client.answer())[0])
    client.writer.close()

    assert watched.taken == names
    assert statuses == [202] * 4
    assert await stored(hub) == names


@pytest.mark.parametrize("before", [0, 1, 2], ids=["first head", "familiar head", "familiar head again"])
@pytest.mark.parametrize("lost", [frozenset[str](), frozenset({"first"})], ids=["stored", "not stored"])
async def test_answers_only_after_the_commit_and_in_the_order_of_the_requests(
    hub: Hub, before: int, lost: frozenset[str]
) -> None:
    client = await Client.connect(hub)
    for number in range(before):
        client.writer.write(request(hub, MESSAGE | {"external_id": f"m-{number}"}))
        await client.answer()
    with watching(hub, is_holding=True, lost=lost) as watched:
        client.writer.write(request(hub, MESSAGE | {"external_id": "first"}))
        await watched.until_held(1)
        client.writer.write(request(hub, {"account": "shop"}) + request(hub, MESSAGE | {"external_id": "last"}))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.reader.read(1), 0.2)
        watched.is_holding = False
        watched.let_go()
        answers = [await client.answer() for _ in range(3)]
    client.writer.close()

    assert [answer[0] for answer in answers] == [202, 422, 202]
    assert (await stored(hub))[before:] == ["first", "last"]


async def test_what_follows_on_a_connection_waits_within_bounds(hub: Hub) -> None:
    client = await Client.connect(hub)
    client.writer.write(request(hub))
    await client.answer()
    with watching(hub, is_holding=True) as watched:
        client.writer.write(request(hub, MESSAGE | {"external_id": "m-2"}))
        await watched.until_held(1)
        for number in range(400):
            client.writer.write(request(hub, MESSAGE | {"external_id": f"behind-{number}", "text": "x" * 20_000}))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.writer.drain(), 0.5)
        watched.is_holding = False
        watched.let_go()
        statuses = {(await client.answer())[0] for _ in range(401)}
    client.writer.close()

    assert statuses == {202}
    assert len(await stored(hub)) == 402


async def test_a_head_is_familiar_though_the_first_request_went_the_long_way(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[bytes] = []
    parse = LaneConnection._parse

    def watch(self: LaneConnection, data: bytes) -> None:
        parsed.append(data)
        parse(self, data)

    monkeypatch.setattr(LaneConnection, "_parse", watch)
    headers = await hub.token("ingest", "shop")  # unknown until it was looked up
    client = await Client.connect(hub)
    with watching(hub) as watched:
        for number in range(5):
            client.writer.write(request(hub, MESSAGE | {"external_id": f"m-{number}"}, headers=headers))
            assert (await client.answer())[0] == 202
    client.writer.close()

    assert watched.taken == ["m-1", "m-2", "m-3", "m-4"]
    assert len([data for data in parsed if data]) == 2


async def test_requests_sent_in_one_go_are_all_answered(hub: Hub) -> None:
    client = await Client.connect(hub)
    count = 20
    client.writer.write(b"".join(request(hub, MESSAGE | {"external_id": f"m-{n}"}) for n in range(count)))
    answers = [await client.answer() for _ in range(count)]
    client.writer.close()

    assert [answer[0] for answer in answers] == [202] * count
    assert await stored(hub) == [f"m-{n}" for n in range(count)]


async def test_learns_after_an_ordinary_request_but_not_from_the_end_of_a_cut_one(hub: Hub) -> None:
    client = await Client.connect(hub)
    parsed: list[bytes] = []
    plain = LaneConnection._parse

    def counting(connection: LaneConnection, data: bytes) -> None:
        parsed.append(data)
        plain(connection, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LaneConnection, "_parse", counting)
        client.writer.write(b"GET /livez HTTP/1.1\r\nHost: hub\r\n\r\n")
        await client.answer()
        for number in range(3):
            client.writer.write(request(hub, MESSAGE | {"external_id": f"m-{number}"}))
            await client.answer()
        learnt = len(parsed)
        whole = request(hub, MESSAGE | {"external_id": "cut"})
        client.writer.write(whole[:40])
        await asyncio.sleep(0.05)
        client.writer.write(whole[40:])
        await client.answer()
        client.writer.write(request(hub, MESSAGE | {"external_id": "after"}))
        await client.answer()
    client.writer.close()

    assert learnt == 2
    assert len(parsed) == 5


async def test_a_request_cut_anywhere_is_answered_once(hub: Hub) -> None:
    whole = request(hub)
    client = await Client.connect(hub)
    statuses = []
    for cut in range(1, len(whole), 7):
        client.writer.write(whole[:cut])
        await client.writer.drain()
        await asyncio.sleep(0)
        client.writer.write(whole[cut:])
        statuses.append((await client.answer())[0])
    client.writer.close()

    assert set(statuses) == {202}
    assert await stored(hub) == ["m-1"]


@pytest.mark.parametrize("deadlines", [Deadlines(keepalive_s=1.0)], ids=["a second"])
async def test_a_connection_stays_open_while_it_is_used_and_is_closed_when_idle(hub: Hub) -> None:
    client = await Client.connect(hub)
    loop = asyncio.get_running_loop()
    until, sent = loop.time() + 2.2, 0  # more than twice `keepalive_s`
    with watching(hub) as watched:
        while loop.time() < until:
            client.writer.write(request(hub, MESSAGE | {"external_id": f"m-{sent}"}))
            await client.answer()
            sent += 1
        async with asyncio.timeout(60):
            rest = await client.reader.read()
    client.writer.close()

    assert len(watched.taken) == sent
    assert rest == b""


async def test_a_client_that_leaves_before_the_answer_harms_nobody(hub: Hub) -> None:
    client, other = await Client.connect(hub), await Client.connect(hub)
    with watching(hub, is_holding=True) as watched:
        client.writer.write(request(hub))
        await watched.until_held(1)
        client.writer.close()
        async with asyncio.timeout(60):
            while hub.server.gate.open > 1:
                await asyncio.sleep(0.01)
        watched.is_holding = False
        watched.let_go()
    other.writer.write(request(hub, MESSAGE | {"external_id": "m-2"}))
    status, _, _ = await other.answer()
    other.writer.close()

    assert status == 202
    assert await stored(hub) == ["m-1", "m-2"]


async def test_a_stop_waits_for_the_answer_that_is_under_way(hub: Hub) -> None:
    client = await Client.connect(hub)
    with watching(hub, is_holding=True) as watched:
        client.writer.write(request(hub))
        await watched.until_held(1)
        stopping = asyncio.create_task(hub.server.stop())
        await asyncio.sleep(0)
        watched.is_holding = False
        watched.let_go()
        status, _, _ = await client.answer()
        await asyncio.wait_for(stopping, 60)
    client.writer.close()

    assert status == 202
