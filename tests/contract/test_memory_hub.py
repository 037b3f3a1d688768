"""The stand-in keeps the core's side of the contract."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

import aiohttp
import pytest
from aiohttp import web

from channelhub.domain.raw import KeptBody, RawMessage
from channelhub.sdk.contract import Cursor, Mount
from channelhub.sdk.errors import CursorMoved, DiskFull, HubBusy
from channelhub.sdk.testing import MemoryHub

RAW = RawMessage(account="bot", delivery_id="1", body=b"hello")
OTHER = replace(RAW, delivery_id="2")


@pytest.fixture
async def hub() -> AsyncIterator[MemoryHub]:
    async with MemoryHub() as hub:
        yield hub


async def test_same_delivery_id_is_a_duplicate_within_its_account_only(hub: MemoryHub) -> None:
    first, again, elsewhere = await hub.deliver([RAW, RAW, replace(RAW, account="shop")])

    assert (first.is_duplicate, again.is_duplicate, elsewhere.is_duplicate) == (False, True, False)
    assert again.inbox_id == first.inbox_id != elsewhere.inbox_id


async def test_cursor_moves_with_its_messages(hub: MemoryHub) -> None:
    await hub.deliver([RAW], Cursor(scope="offset", value="2"))

    assert await hub.context("bot").cursor("offset") == "2"
    assert [raw.delivery_id for raw in hub.raws] == ["1"]


async def test_nothing_is_stored_when_the_cursor_is_not_the_expected_one(hub: MemoryHub) -> None:
    await hub.deliver([], Cursor(scope="offset", value="2"))
    with pytest.raises(CursorMoved):
        await hub.deliver([RAW], Cursor(scope="offset", value="3", expected="1"))

    assert not hub.stored
    assert hub.cursors == {"offset": "2"}


@pytest.mark.parametrize("refusal", [HubBusy("full", retry_after_s=7), DiskFull("full", retry_after_s=7)])
async def test_refused_call_stores_neither_message_nor_cursor(hub: MemoryHub, refusal: HubBusy) -> None:
    hub.refuse(refusal)
    with pytest.raises(type(refusal)) as raised:
        await hub.deliver([RAW], Cursor(scope="offset", value="2"))

    assert raised.value.retry_after_s == 7
    assert (hub.stored, hub.cursors, hub.refusals) == ({}, {}, 1)


@pytest.mark.parametrize("after_commit", [False, True])
async def test_held_call_returns_when_accepted(hub: MemoryHub, after_commit: bool) -> None:
    hub.hold(after_commit=after_commit)
    call = asyncio.create_task(hub.deliver([RAW]))
    await asyncio.sleep(0)

    assert hub.is_holding
    assert bool(hub.stored) is after_commit
    hub.accept()
    [receipt] = await call
    assert not receipt.is_duplicate


@pytest.mark.parametrize("after_commit", [False, True])
async def test_crash_keeps_what_was_committed_and_never_returns(hub: MemoryHub, after_commit: bool) -> None:
    hub.hold(after_commit=after_commit, skip=1)
    await hub.deliver([RAW])
    call = asyncio.create_task(hub.deliver([OTHER], Cursor(scope="offset", value="3")))
    await asyncio.sleep(0)
    hub.crash()
    with pytest.raises(asyncio.CancelledError):
        await call

    assert [raw.delivery_id for raw in hub.stored.values()] == (["1", "2"] if after_commit else ["1"])
    assert hub.cursors == ({"offset": "3"} if after_commit else {})


@pytest.mark.parametrize(
    "raw",
    [
        replace(RAW, delivery_id=""),
        replace(RAW, account=""),
        replace(RAW, delivery_id="9" * 999),
        replace(RAW, channel_time=datetime(2026, 1, 1)),  # noqa: DTZ001 - the fault
    ],
    ids=["no id", "no account", "endless id", "naive time"],
)
async def test_what_the_core_can_not_hold_is_the_connectors_fault(hub: MemoryHub, raw: RawMessage) -> None:
    with pytest.raises(ValueError, match=r"id|account|timezone"):
        await hub.deliver([OTHER, raw])

    assert not hub.stored


async def test_request_waits_for_the_handler_and_is_cut_by_a_crash(hub: MemoryHub) -> None:
    context = hub.context("form")
    post = asyncio.create_task(_post(context.http, hub.url("form", Mount.FORMS)))
    await asyncio.sleep(0)
    context.mount(_hang)
    async with asyncio.timeout(60):
        while not hub._requests:
            await asyncio.sleep(0.005)
        hub.crash()
        outcome = await post

    assert outcome == "ServerDisconnectedError"


async def _hang(request: web.Request) -> web.Response:
    await asyncio.Event().wait()
    return web.Response()


async def _post(session: aiohttp.ClientSession, url: str) -> str:
    try:
        async with session.post(url) as answer:
            return str(answer.status)
    except aiohttp.ClientError as exc:
        return type(exc).__name__


async def test_held_names_what_is_stored_of_the_account(hub: MemoryHub) -> None:
    await hub.deliver([RAW, replace(OTHER, account="shop")])
    context = hub.context("bot")

    assert await context.held(["1", "2", "3"]) == {"1"}
    with pytest.raises(ValueError, match="at most 1000"):
        await context.held([str(number) for number in range(1001)])


async def test_a_body_that_was_kept_is_stored_whole_and_one_that_was_not_is_a_mistake(hub: MemoryHub) -> None:
    async with hub.spooled.open() as body:
        await body.write(b"hel")
        await body.write(b"lo")
        shown = (await body.read())[:]
        kept = await body.keep()
    await hub.deliver([replace(RAW, body=b"", kept=kept)])

    assert shown == b"hello"
    assert (hub.stored["bot", "1"].body, hub.stored["bot", "1"].kept) == (b"hello", None)
    assert hub.spooled.under_way == 0
    for wrong in (KeptBody(sha256="0" * 64, size=5), kept):
        with pytest.raises(ValueError, match="kept body"):
            await hub.deliver([replace(RAW, body=b"too", kept=wrong)])
