"""A notice goes out once or not at all: what changed since it was queued counts, and no doubt is settled by sending."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from channelhub.domain.notices import NoticeKind, OptOutMeans
from channelhub.domain.outages import OutageState
from channelhub.domain.outbound import OutboxState
from channelhub.pipeline.commands import notices as commands
from channelhub.pipeline.commands import optouts, people
from channelhub.store import outbox
from tests.dispatch.test_honesty import Channel, dispatching, failing, until
from tests.pipeline.announcing import AGENT, TELLING, Desk
from tests.pipeline.workshop import identity_of, mail, workshop

ANN, BEN = identity_of("email:ann@example.com"), identity_of("email:ben@example.com")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Two customers reported, and are about to be told."""
    async with workshop(tmp_path) as shop:
        shop.book = TELLING
        made = Desk(shop)
        await made.open()
        for name in ("ann", "ben"):
            await made.report(await shop.take("mail", mail(f"<{name}@x>", f"email:{name}@example.com")))
        yield made


async def cancelled(desk: Desk, notice_id: int) -> None:
    await commands.cancel(desk.shop.acting, AGENT, notice_id)


async def superseded(desk: Desk, notice_id: int) -> None:
    await desk.approved(NoticeKind.UPDATE)


async def over(desk: Desk, notice_id: int) -> None:
    await desk.open(OutageState.RESOLVED)


async def merged(desk: Desk, notice_id: int) -> None:
    await desk.open(OutageState.CONFIRMED, merged_into=5)


async def declined(desk: Desk, notice_id: int) -> None:
    for one in (ANN, BEN):
        await optouts.opt_out(desk.shop.acting, AGENT, one, means=OptOutMeans.LINK)


async def blocked(desk: Desk, notice_id: int) -> None:
    for one in (ANN, BEN):
        await people.block(desk.shop.acting, AGENT, one)


@pytest.mark.parametrize("happens", [cancelled, superseded, over, merged, declined, blocked])
async def test_what_speaks_against_it_meanwhile_keeps_it_here(
    desk: Desk, happens: Callable[[Desk, int], Awaitable[None]]
) -> None:
    notice_id = await desk.approved()
    await desk.tell()
    items = await desk.sent(notice_id)
    await happens(desk, notice_id)
    channel = Channel()
    desk.shop.clock = desk.shop.clock.replace(hour=12)
    async with dispatching(desk.shop, {"mail": channel}):
        ended = [await until(desk.shop, one.id, OutboxState.WITHDRAWN, attempts=0) for one in items]
    card = await desk.shop.card_of("email:ann@example.com")

    assert channel.sent == []
    assert len(ended) == 2
    assert [one.state for one in card.entries if one.type == "notice"] == ["withdrawn"]


async def test_two_that_turned_out_to_be_one_customer_get_one(desk: Desk) -> None:
    await desk.approved()
    await desk.tell()
    first, second = await desk.sent()
    await people.link(desk.shop.acting, AGENT, ANN, BEN)
    channel = Channel()
    desk.shop.clock = desk.shop.clock.replace(hour=12)
    async with dispatching(desk.shop, {"mail": channel}):
        await until(desk.shop, first.id, OutboxState.SENT)
        gone = await until(desk.shop, second.id, OutboxState.WITHDRAWN, attempts=0)

    assert [one.to for one in channel.sent] == ["ann@example.com"]
    assert gone.error == "told-elsewhere"


async def test_a_crash_while_sending_leaves_it_uncertain_also_where_a_repetition_would_be_safe(desk: Desk) -> None:
    await desk.approved()
    await desk.tell()
    first, _ = await desk.sent()
    await desk.shop.store.writer.command(
        lambda session: outbox.settle(session, first, state=OutboxState.SENDING, at_us=1, is_attempt=True)
    )
    channel = Channel()
    async with dispatching(desk.shop, {"mail": channel}, is_repeat_safe=True):
        await until(desk.shop, first.id, OutboxState.UNCERTAIN)
        await desk.tell()

    assert first.payload.to not in [one.to for one in channel.sent]
    assert len(await desk.sent()) == 2


async def test_an_answer_that_says_nothing_is_not_repeated(desk: Desk) -> None:
    await desk.approved()
    await desk.tell()
    first, _ = await desk.sent()
    channel = Channel(answer=failing(ConnectionResetError("gone")))
    async with dispatching(desk.shop, {"mail": channel}, is_repeat_safe=True) as bell:
        await until(desk.shop, first.id, OutboxState.UNCERTAIN)
        bell.ring()
        await asyncio.sleep(0)

    assert [one.to for one in channel.sent].count(first.payload.to) == 1
