"""Hooks answer every refusal as a problem document, and hold no more than their bounds."""

import asyncio
import contextlib
import gzip
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from channelhub.domain.raw import RawMessage
from channelhub.sdk import hooks
from channelhub.sdk.contract import Cursor, Deliver, Receipt
from channelhub.sdk.errors import DiskFull, NotCommitted
from channelhub.sdk.hooks import (
    BodyReader,
    Refused,
    answers_refusals,
    require_media_type,
    require_method,
    store,
)

MAX_BYTES = 1000


class Door:
    """A hook of a connector that a vendor of JSON posts to."""

    def __init__(self) -> None:
        self.bodies = BodyReader(MAX_BYTES, most_at_once_bytes=MAX_BYTES)
        self.deliver: Deliver | None = self.take
        self.taken: list[bytes] = []
        self.begun = asyncio.Event()

    async def take(self, raws: Sequence[RawMessage], cursor: Cursor | None = None) -> Sequence[Receipt]:
        self.taken += [raw.body for raw in raws]
        return [Receipt(inbox_id=1, is_duplicate=False)]

    @answers_refusals
    async def handle(self, request: web.Request) -> web.StreamResponse:
        require_method(request, "POST")
        require_media_type(request, "application/json")
        self.begun.set()
        body = await self.bodies.read(request)
        if body == b"{}":
            raise Refused(422, "There is nothing in it.", errors={"text": "missing"})
        await store(self.deliver, [RawMessage(account="shop", delivery_id="1", body=body)])
        return web.Response(status=204)


@asynccontextmanager
async def opened(given: Door | None = None) -> AsyncIterator[tuple[Door, "Caller"]]:
    door = given or Door()
    app = web.Application()
    app.router.add_route("*", "/hooks/shop", door.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        _, port = runner.addresses[0]
        async with aiohttp.ClientSession() as http:
            yield door, Caller(http, f"http://127.0.0.1:{port}/hooks/shop")
    finally:
        await runner.cleanup()


class Caller:
    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self.http = http
        self.url = url

    async def post(self, body: object, **headers: str) -> tuple[int, dict[str, object], aiohttp.ClientResponse]:
        given = {"Content-Type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
        async with self.http.post(self.url, data=body, headers=given) as answer:
            return answer.status, await answer.json(content_type=None), answer


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_body_within_the_bound_is_stored_as_it_was_sent() -> None:
    async with opened() as (door, caller):
        status, _, _ = await caller.post(b"x" * MAX_BYTES)
        chunked, _, _ = await caller.post(chunks(b"y" * 600, b"y" * 400))

    assert (status, chunked, door.taken) == (204, 204, [b"x" * MAX_BYTES, b"y" * MAX_BYTES])


@pytest.mark.parametrize("length_is_told", [True, False])
async def test_larger_body_is_413_told_its_length_or_not(length_is_told: bool) -> None:
    body = b"x" * (MAX_BYTES + 1)
    async with opened() as (door, caller):
        status, document, answer = await caller.post(body if length_is_told else chunks(body))

    assert (status, answer.content_type, document["status"]) == (413, "application/problem+json", 413)
    assert not door.taken


async def test_body_that_is_not_held_is_given_on_piece_by_piece_within_the_same_bound() -> None:
    pieces: list[bytes] = []
    refusals: list[NotCommitted] = []

    async def write(piece: bytes) -> None:
        if refusals:
            raise refusals[0]
        pieces.append(piece)

    class Passing(Door):
        @answers_refusals
        async def handle(self, request: web.Request) -> web.StreamResponse:
            await self.bodies.read_into(request, write)
            return web.Response(status=204)

    async with opened(Passing()) as (_, caller):
        whole, _, _ = await caller.post(chunks(b"x" * 600, b"y" * 400))
        given = b"".join(pieces)
        large, _, _ = await caller.post(chunks(b"x" * 900, b"y" * 101))
        refusals.append(DiskFull("no room", retry_after_s=2.5))
        full, _, answer = await caller.post(b"x" * MAX_BYTES)
        refusals.clear()
        again, _, _ = await caller.post(b"x" * MAX_BYTES)

    assert (whole, given) == (204, b"x" * 600 + b"y" * 400)
    assert (large, full, answer.headers["Retry-After"], again) == (413, 503, "3", 204)


async def test_compressed_body_is_not_unpacked() -> None:
    async with opened() as (door, caller):
        status, _, _ = await caller.post(gzip.compress(b"x" * 100), Content_Encoding="gzip")

    assert (status, door.taken) == (415, [])


@pytest.mark.parametrize(
    ("given", "status"),
    [("application/json; charset=utf-8", 204), ("application/cloudevents+json", 204), ("text/plain", 415), ("", 415)],
)
async def test_media_type_is_looked_at_where_the_hook_asks(given: str, status: int) -> None:
    async with opened() as (_, caller):
        answered, _, answer = await caller.post(b"[]", Content_Type=given)

    assert answered == status
    assert (answer.headers.get("Accept") == "application/json") is (status == 415)


async def test_other_method_is_405_with_the_ones_that_are_taken() -> None:
    async with opened() as (_, caller), caller.http.put(caller.url) as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")


async def test_faulty_fields_are_named() -> None:
    async with opened() as (_, caller):
        _, document, _ = await caller.post(b"{}")

    assert document == {
        "type": "about:blank",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "There is nothing in it.",
        "errors": {"text": "missing"},
    }


async def test_nothing_stored_is_503_with_whole_seconds() -> None:
    async def full(_raws: Sequence[RawMessage], _cursor: Cursor | None = None) -> Sequence[Receipt]:
        raise DiskFull("the disk is full", retry_after_s=6.2)

    async with opened() as (door, caller):
        door.deliver = full
        status, document, answer = await caller.post(b"[]")
        door.deliver = None
        closed, _, shut = await caller.post(b"[]")

    assert (status, answer.headers["Retry-After"], document["detail"]) == (503, "7", "Not stored: the disk is full")
    assert (closed, shut.headers["Retry-After"]) == (503, "5")


async def test_body_that_trickles_is_408_and_gives_its_room_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "GRACE_S", 0.05)
    is_refused = asyncio.Event()

    async def trickle() -> AsyncIterator[bytes]:
        yield b"["
        await is_refused.wait()

    async with opened() as (door, caller):
        slow = asyncio.create_task(caller.post(trickle()))
        await door.begun.wait()
        meanwhile, _, answer = await caller.post(b"[]")
        status, _, _ = await slow
        is_refused.set()
        after, _, _ = await caller.post(b"[]")

    assert (meanwhile, answer.headers["Retry-After"]) == (503, "5"), "one body of the bound was being read"
    assert (status, after) == (408, 204)


async def test_caller_that_breaks_off_gives_its_room_back() -> None:
    async with opened() as (door, caller):
        lost = asyncio.create_task(caller.post(chunks_and_never_more()))
        await door.begun.wait()
        lost.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await lost
        async with asyncio.timeout(60):
            while (await caller.post(b"[]"))[0] != 204:
                pass

    assert door.taken == [b"[]"]


async def chunks_and_never_more() -> AsyncIterator[bytes]:
    yield b"["
    await asyncio.Event().wait()
