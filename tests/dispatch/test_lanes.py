"""How quickly an account sends: so many at once, so many to one domain, each identity's in order."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from channelhub.dispatch.lanes import Go, Lanes, Wait
from channelhub.dispatch.worker import OutboxWorker, Outlet
from channelhub.domain.outbound import Outbound, OutboxState, OutgoingFile, SendReceipt
from channelhub.pipeline.bell import Bell
from channelhub.sdk.contract import Pace
from channelhub.sdk.errors import Unavailable
from channelhub.store.outbox import OutboxItem
from tests.dispatch.test_honesty import Channel, queue, state_of
from tests.pipeline.workshop import Workshop, workshop


def domain(recipient: str) -> str:
    return recipient.rpartition("@")[2]


PACE = Pace(at_once=4, at_once_in_lane=2, per_minute_in_lane=60, lane=domain)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    async with workshop(tmp_path) as made:
        yield made


def item(number: int, to: str, identity_id: int = 0) -> OutboxItem:
    return OutboxItem(
        id=number, dedupe_key=f"k{number}", kind="reply", account="mail", identity_id=identity_id or number,
        conversation_id=1, message_id=number, payload=Outbound(id=number, to=to, text="x"), state=OutboxState.QUEUED,
        due_us=0, created_us=0,
    )  # fmt: skip


def test_a_slow_domain_leaves_room_for_others() -> None:
    lanes = Lanes(replace(PACE, per_minute_in_lane=0))
    asked = [
        lanes.ask(item(number, to), now_s=0) for number, to in enumerate(["a@x", "b@x", "c@x", "d@y", "e@z", "f@w"], 1)
    ]

    assert [isinstance(one, Go) for one in asked] == [True, True, False, True, True, False]


def test_messages_to_one_person_go_one_after_the_other() -> None:
    lanes = Lanes(replace(PACE, per_minute_in_lane=0))
    first, second = item(1, "a@x", identity_id=7), item(2, "a@x", identity_id=7)
    before = [lanes.ask(first, now_s=0), lanes.ask(second, now_s=0)]
    lanes.done(first)

    assert before == [Go(), Wait()]
    assert lanes.ask(second, now_s=0) == Go()


def test_a_rate_gives_each_message_its_place_in_time_once() -> None:
    lanes = Lanes(Pace(at_once=100, at_once_in_lane=100, per_minute_in_lane=6, lane=domain))
    asked = [lanes.ask(item(number, "a@x"), now_s=1000.0) for number in range(1, 5)]
    again = lanes.ask(item(3, "a@x"), now_s=1000.0)

    assert asked == [Go(), Wait(until_s=1010.0), Wait(until_s=1020.0), Wait(until_s=1030.0)]
    assert again == Wait(until_s=1020.0)
    assert lanes.ask(item(9, "b@y"), now_s=1000.0) == Go()
    assert lanes.ask(item(2, "a@x"), now_s=1010.0) == Go()


@given(st.lists(st.tuples(st.integers(1, 40), st.sampled_from(["x", "y"]), st.booleans()), max_size=200))
def test_no_bound_is_ever_exceeded(steps: list[tuple[int, str, bool]]) -> None:
    lanes = Lanes(replace(PACE, per_minute_in_lane=0))
    under_way: dict[int, OutboxItem] = {}
    for number, to, is_done in steps:
        if is_done and number in under_way:
            lanes.done(under_way.pop(number))
        elif not is_done:
            one = item(number, f"a@{to}", identity_id=number % 5 + 1)
            if lanes.ask(one, now_s=0) == Go():
                assert number not in under_way
                under_way[number] = one
        assert len(under_way) == lanes.under_way <= 4
        assert max((sum(domain(one.payload.to) == to for one in under_way.values()) for to in "xy"), default=0) <= 2
        assert len({one.identity_id for one in under_way.values()}) == len(under_way)


async def sending(shop: Workshop, channel: Channel, pace: Pace) -> tuple["asyncio.Task[None]", Bell]:
    bell = Bell()
    worker = OutboxWorker(
        shop.store,
        outlets=lambda: {"mail": Outlet(sender=channel, is_repeat_safe=True, pace=pace)},
        queued=bell,
        sent=Bell(),
        now=lambda: shop.clock,
        log=structlog.get_logger(),
    )
    return asyncio.create_task(worker.run()), bell


async def until_sent(channel: Channel, count: int) -> None:
    async with asyncio.timeout(60):
        while len(channel.sent) < count:
            await asyncio.sleep(0.005)


async def test_a_domain_that_does_not_answer_holds_up_no_other(shop: Workshop) -> None:
    stuck = asyncio.Event()

    async def answer(message: Outbound) -> SendReceipt:
        if message.to.endswith("@slow.example"):
            await stuck.wait()
        return SendReceipt()

    channel = Channel(answer=answer)
    for number in range(1, 6):
        payload = Outbound(id=number, to=f"a{number}@slow.example", text="x")
        await queue(shop, number, identity_id=number, payload=payload)
    await queue(shop, 6, identity_id=6, payload=Outbound(id=6, to="b@quick.example", text="x"))
    task, _ = await sending(shop, channel, replace(PACE, per_minute_in_lane=0))
    try:
        await until_sent(channel, 3)
        early = sorted(one.id for one in channel.sent)
        stuck.set()
        await until_sent(channel, 6)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    assert early == [1, 2, 6]
    assert sorted(one.id for one in channel.sent) == [1, 2, 3, 4, 5, 6]


async def test_more_than_the_rate_waits_without_costing_attempts(shop: Workshop) -> None:
    channel = Channel()
    for number in range(1, 4):
        payload = Outbound(id=number, to=f"a{number}@x.example", text="x")
        await queue(shop, number, identity_id=number, payload=payload)
    task, bell = await sending(shop, channel, replace(PACE, per_minute_in_lane=6))
    try:
        await until_sent(channel, 1)
        async with asyncio.timeout(60):
            while (await state_of(shop, 3)).due_us == (await state_of(shop, 1)).due_us:
                await asyncio.sleep(0.005)
        waiting = await state_of(shop, 3)
        shop.clock += timedelta(seconds=20)
        bell.ring()
        await until_sent(channel, 3)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    assert (waiting.state, waiting.attempts, waiting.error) == (OutboxState.QUEUED, 0, "")


async def test_files_are_read_when_they_are_sent_and_a_lost_one_fails_the_message(shop: Workshop) -> None:
    name = await asyncio.to_thread(shop.store.blobs.put, b"invoice")
    kept = OutgoingFile(filename="a.pdf", content_type="application/pdf", size=7, sha256=name)
    channel = Channel()
    lost = replace(kept, sha256="0" * 64)
    for number, one in ((1, kept), (2, lost)):
        payload = Outbound(id=number, to="a@x", text="x", attachments=(one,))
        await queue(shop, number, identity_id=number, payload=payload)
    task, _ = await sending(shop, channel, PACE)
    try:
        async with asyncio.timeout(60):
            while (await state_of(shop, 2)).state is not OutboxState.FAILED or not channel.sent:
                await asyncio.sleep(0.005)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    assert [one.attachments[0].content for one in channel.sent] == [b"invoice"]
    assert "can't be read" in (await state_of(shop, 2)).error


async def test_the_pace_of_a_failure_does_not_hold_its_lane(shop: Workshop) -> None:
    async def refuse(message: Outbound) -> SendReceipt:
        raise Unavailable("closed")

    channel = Channel(answer=refuse)
    for number in range(1, 7):
        await queue(shop, number, identity_id=number, payload=Outbound(id=number, to="a@x", text="x"))
    task, _ = await sending(shop, channel, replace(PACE, per_minute_in_lane=0))
    try:
        async with asyncio.timeout(60):
            while len({message.id for message in channel.sent}) < 6:  # on a busy machine one is tried again meanwhile
                await asyncio.sleep(0.01)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    assert {message.id for message in channel.sent} == set(range(1, 7))
