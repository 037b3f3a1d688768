"""What became of a message is told honestly: repeated only where that is safe, never lost, never sent twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from channelhub.dispatch.schedule import MAX_ATTEMPTS, next_try_s
from channelhub.dispatch.worker import OutboxWorker, Outlet
from channelhub.domain.inbound import Thread
from channelhub.domain.outbound import Outbound, OutboxState, SendReceipt
from channelhub.domain.people import Evidence, Sender
from channelhub.domain.times import from_us, to_us
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.reaching import obstacle
from channelhub.sdk.contract import Deliver, HealthReport, Pace
from channelhub.sdk.errors import Blocked, DiskFull, Rejected, Unavailable
from channelhub.store import hub, outbox
from channelhub.store.database import Session
from channelhub.store.outbox import OutboxItem
from tests.pipeline.workshop import BOOK, Workshop, handle, words, workshop

OLENA = handle("telegram:77", Evidence.CHANNEL_ID)


@dataclass
class Channel:
    """A channel that does what a test says and remembers what it was given."""

    answer: Callable[[Outbound], Awaitable[SendReceipt]] | None = None
    sent: list[Outbound] = field(default_factory=list)

    async def send(self, message: Outbound) -> SendReceipt:
        self.sent.append(message)
        return SendReceipt(external_id=f"x{message.id}") if self.answer is None else await self.answer(message)

    async def run(self, deliver: Deliver) -> None: ...

    async def check(self) -> HealthReport:
        raise AssertionError("nobody asks")


def failing(error: Exception) -> Callable[[Outbound], Awaitable[SendReceipt]]:
    async def answer(message: Outbound) -> SendReceipt:
        raise error

    return answer


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    async with workshop(tmp_path) as made:
        yield made


async def queue(shop: Workshop, number: int, account: str = "mail", **changes: object) -> OutboxItem:
    now_us = to_us(shop.clock)
    item = OutboxItem(
        id=number, dedupe_key=f"k{number}", kind="reply", account=account, identity_id=1, conversation_id=1,
        message_id=number, payload=Outbound(id=number, to="ann@example.com", text="hello"),
        state=OutboxState.QUEUED, due_us=now_us, created_us=now_us,
    )  # fmt: skip
    item = replace(item, **changes)  # type: ignore[arg-type]
    await shop.store.writer.command(lambda session: outbox.add(session, [item]))
    return item


async def state_of(shop: Workshop, number: int) -> OutboxItem:
    async with shop.store.readers.read() as session:
        found = await outbox.get(session, number)
    assert found is not None
    return found


@asynccontextmanager
async def dispatching(
    shop: Workshop, channels: dict[str, Channel], *, is_repeat_safe: bool = False
) -> AsyncIterator[Bell]:
    bell = Bell()
    outlets = {name: Outlet(sender=one, is_repeat_safe=is_repeat_safe) for name, one in channels.items()}
    worker = OutboxWorker(
        shop.store,
        outlets=lambda: outlets,
        queued=bell,
        sent=Bell(),
        now=lambda: shop.clock,
        log=structlog.get_logger(),
    )
    task = asyncio.create_task(worker.run())
    try:
        yield bell
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(shop: Workshop, number: int, *states: OutboxState, attempts: int = 1) -> OutboxItem:
    async with asyncio.timeout(60):
        while True:
            item = await state_of(shop, number)
            if item.state in states and item.attempts >= attempts:
                return item
            await asyncio.sleep(0.005)


async def test_a_message_is_sent_and_keeps_the_channels_name_of_it(shop: Workshop) -> None:
    channel = Channel()
    await queue(shop, 1)
    async with dispatching(shop, {"mail": channel}):
        item = await until(shop, 1, OutboxState.SENT)

    assert item.external_ref == "x1"
    assert [one.id for one in channel.sent] == [1]


async def test_the_channel_is_told_when_the_customer_last_wrote(shop: Workshop) -> None:
    channel = Channel()
    shop.book = replace(BOOK, is_acknowledging=False)
    await shop.take("bot", words("77:1", Sender(handles=(OLENA,)), "Де замовлення?", thread=Thread(key="77")))
    (said,) = await shop.rows("SELECT conversation_id, at_us FROM messages WHERE direction = 'in'")
    await queue(shop, 1, "bot", conversation_id=said["conversation_id"])
    await queue(shop, 2, "bot", conversation_id=5)
    async with dispatching(shop, {"bot": channel}):
        await until(shop, 1, OutboxState.SENT)
        await until(shop, 2, OutboxState.SENT)

    assert {one.id: one.heard_at for one in channel.sent} == {1: from_us(said["at_us"]), 2: None}


@pytest.mark.parametrize(
    ("is_repeat_safe", "state", "calls"), [(True, OutboxState.SENT, 1), (False, OutboxState.UNCERTAIN, 0)]
)
async def test_what_a_crash_interrupted_is_repeated_where_safe_and_else_uncertain(
    shop: Workshop, is_repeat_safe: bool, state: OutboxState, calls: int
) -> None:
    channel = Channel()
    item = await queue(shop, 1)
    await shop.store.writer.command(
        lambda session: outbox.settle(session, item, state=OutboxState.SENDING, at_us=1, is_attempt=True)
    )
    async with dispatching(shop, {"mail": channel}, is_repeat_safe=is_repeat_safe):
        await until(shop, 1, state)

    assert len(channel.sent) == calls


async def test_unavailable_is_tried_again_later_and_not_before_the_channel_asked(shop: Workshop) -> None:
    channel = Channel(answer=failing(Unavailable("closed", retry_after_s=300)))
    await queue(shop, 1)
    async with dispatching(shop, {"mail": channel}) as bell:
        item = await until(shop, 1, OutboxState.QUEUED)
        channel.answer = None
        shop.clock += timedelta(seconds=299)
        bell.ring()
        await queue(shop, 2)
        bell.ring()
        await until(shop, 2, OutboxState.SENT)
        early = [one.id for one in channel.sent]
        shop.clock += timedelta(seconds=2)
        bell.ring()
        await until(shop, 1, OutboxState.SENT, attempts=2)

    assert item.due_us == to_us(shop.clock - timedelta(seconds=1))
    assert early == [1, 2]
    assert [one.id for one in channel.sent] == [1, 2, 1]


async def test_what_another_worker_took_is_not_sent_again(shop: Workshop) -> None:
    channel = Channel()
    item = await queue(shop, 1)
    await shop.store.writer.command(lambda session: outbox.settle(session, item, state=OutboxState.SENDING, at_us=1))
    outlets = {"mail": Outlet(sender=channel, is_repeat_safe=False)}
    worker = OutboxWorker(
        shop.store,
        outlets=lambda: outlets,
        queued=Bell(),
        sent=Bell(),
        now=lambda: shop.clock,
        log=structlog.get_logger(),
    )
    await worker._send_one(item)

    assert channel.sent == []
    assert (await state_of(shop, 1)).state is OutboxState.SENDING


async def test_rejected_fails_at_once(shop: Workshop) -> None:
    channel = Channel(answer=failing(Rejected("no such mailbox")))
    await queue(shop, 1)
    async with dispatching(shop, {"mail": channel}):
        item = await until(shop, 1, OutboxState.FAILED)

    assert item.error == "no such mailbox"
    assert len(channel.sent) == 1


async def test_who_blocked_the_account_is_out_of_reach_from_then_on(shop: Workshop) -> None:
    channel = Channel(answer=failing(Blocked("bot was blocked by the user")))
    await queue(shop, 1)
    async with dispatching(shop, {"mail": channel}):
        item = await until(shop, 1, OutboxState.FAILED)
    async with shop.store.readers.read() as session:
        why = await obstacle(session, item.identity_id, "mail")

    assert item.error == "bot was blocked by the user"
    assert "blocked mail on" in why


@pytest.mark.parametrize(("is_repeat_safe", "state"), [(True, OutboxState.QUEUED), (False, OutboxState.UNCERTAIN)])
async def test_an_answer_that_says_nothing_is_uncertain_unless_repeating_is_safe(
    shop: Workshop, is_repeat_safe: bool, state: OutboxState
) -> None:
    channel = Channel(answer=failing(ConnectionResetError("gone")))
    await queue(shop, 1)
    async with dispatching(shop, {"mail": channel}, is_repeat_safe=is_repeat_safe):
        item = await until(shop, 1, state)

    assert item.attempts == 1
    assert len(channel.sent) == 1


async def test_nothing_goes_out_while_sending_is_paused(shop: Workshop) -> None:
    channel = Channel()
    await queue(shop, 1)
    await shop.store.writer.command(lambda session: hub.set_fact(session, hub.SENDING_PAUSED, "restored"))
    async with dispatching(shop, {"mail": channel}) as bell:
        await asyncio.sleep(0.05)
        held = list(channel.sent)
        await shop.store.writer.command(lambda session: hub.remove_fact(session, hub.SENDING_PAUSED))
        bell.ring()
        await until(shop, 1, OutboxState.SENT)

    assert held == []
    assert len(channel.sent) == 1


async def test_an_account_that_hangs_holds_up_no_other(shop: Workshop) -> None:
    hanging = asyncio.Event()

    async def hang(message: Outbound) -> SendReceipt:
        await hanging.wait()
        return SendReceipt()

    stuck, quick = Channel(answer=hang), Channel()
    for number in range(1, 81):
        await queue(shop, number, account="bot")
    async with dispatching(shop, {"mail": quick, "bot": stuck}) as bell:
        await until(shop, 1, OutboxState.SENDING)
        await queue(shop, 100)
        bell.ring()
        item = await until(shop, 100, OutboxState.SENT)
        hanging.set()
        await until(shop, 80, OutboxState.SENT)

    assert item.attempts == 1
    assert [one.id for one in stuck.sent] == list(range(1, 81))


async def test_what_was_sent_is_written_down_although_the_disk_was_full(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channelhub.dispatch.worker.RETRY_S", 0.01)
    channel, settle, refusals = Channel(), outbox.settle, []

    async def full_once(session: Session, item: OutboxItem, **values: object) -> None:
        if values["state"] is OutboxState.SENT and len(refusals) < 3:
            refusals.append(item.id)
            raise DiskFull("the disk is full")
        await settle(session, item, **values)  # type: ignore[arg-type]

    monkeypatch.setattr("channelhub.dispatch.worker.outbox.settle", full_once)
    await queue(shop, 1)
    await queue(shop, 2, account="bot")
    async with dispatching(shop, {"mail": channel, "bot": channel}):
        await until(shop, 1, OutboxState.SENT)
        await until(shop, 2, OutboxState.SENT)

    assert len(refusals) == 3
    assert sorted(one.id for one in channel.sent) == [1, 2]


async def test_an_account_that_is_gone_for_a_moment_loses_nothing(shop: Workshop) -> None:
    channel, channels = Channel(), {}
    bell = Bell()
    await queue(shop, 1)
    worker = OutboxWorker(
        shop.store,
        outlets=lambda: {name: Outlet(sender=one, is_repeat_safe=False) for name, one in channels.items()},
        queued=bell, sent=Bell(), now=lambda: shop.clock, log=structlog.get_logger(),
    )  # fmt: skip
    task = asyncio.create_task(worker.run())
    item = await until(shop, 1, OutboxState.QUEUED)
    channels["mail"] = channel
    shop.clock += timedelta(minutes=1)
    bell.ring()
    await until(shop, 1, OutboxState.SENT)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert "mail can't send" in item.error
    assert len(channel.sent) == 1


async def test_accounts_that_send_through_one_share_its_pace_and_wait_for_each_other(shop: Workshop) -> None:
    under_way, most = [0], [0]

    async def slow(message: Outbound) -> SendReceipt:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        await asyncio.sleep(0.01)
        under_way[0] -= 1
        return SendReceipt()

    channel = Channel(slow)
    for number in range(1, 11):
        await queue(shop, number, account="mail" if number % 2 else "form", identity_id=number)
    outlet = Outlet(sender=channel, is_repeat_safe=False, pace=Pace(at_once=2, at_once_in_lane=2), via="mail")
    worker = OutboxWorker(
        shop.store, outlets=lambda: {"mail": outlet, "form": outlet}, queued=Bell(), sent=Bell(),
        now=lambda: shop.clock, log=structlog.get_logger(),
    )  # fmt: skip
    task = asyncio.create_task(worker.run())
    for number in range(1, 11):
        await until(shop, number, OutboxState.SENT)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert most == [2]
    assert sorted(one.id for one in channel.sent) == list(range(1, 11))


def test_the_waits_grow_and_never_undercut_the_channel() -> None:
    waits = [next_try_s(attempts, asked_s=None) for attempts in range(MAX_ATTEMPTS + 3)]

    assert waits == sorted(waits)
    assert next_try_s(0, asked_s=1000.0) == 1000.0
    assert next_try_s(9, asked_s=1.0) == waits[9]
