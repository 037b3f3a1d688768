"""A person sends again what failed or may have arrived; what speaks against a notice still does."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channelhub.dispatch.schedule import MAX_ATTEMPTS
from channelhub.domain.notices import OptOutMeans
from channelhub.domain.outages import OutageState
from channelhub.domain.outbound import OutboxState
from channelhub.domain.times import to_us
from channelhub.pipeline.commands import notices, optouts, replies
from channelhub.pipeline.commands.acting import CommandRefused, NotFound
from channelhub.pipeline.commands.resending import send_again, send_notice_again
from channelhub.pipeline.withdrawing import is_withdrawn
from channelhub.store import outbox, reach
from channelhub.store.database import Session
from channelhub.store.outbox import OutboxItem
from channelhub.store.reach import Reach
from tests.pipeline.announcing import AGENT, TELLING, Desk
from tests.pipeline.workshop import identity_of, mail, workshop


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with workshop(tmp_path) as shop:
        shop.book = TELLING
        made = Desk(shop)
        await made.open()
        yield made


async def told(desk: Desk, *names: str, state: OutboxState = OutboxState.UNCERTAIN) -> tuple[int, list[OutboxItem]]:
    """A notice that went to some customers; nobody knows whether it arrived."""
    for name in names:
        await desk.report(await desk.shop.take("mail", mail(f"<{name}@x>", f"email:{name}@example.com")))
    notice_id = await desk.approved()
    await desk.tell()
    await settle(desk, state)
    return notice_id, await desk.sent(notice_id)


async def settle(desk: Desk, state: OutboxState) -> None:
    async def write(session: Session) -> None:
        for one in await outbox.in_state(session, OutboxState.QUEUED):
            await outbox.settle(session, one, state=state, at_us=to_us(desk.now()), error="?")

    await desk.shop.store.writer.command(write)


async def states(desk: Desk) -> list[str]:
    return [str(one.state) for one in await desk.sent()]


@pytest.mark.parametrize("state", [OutboxState.UNCERTAIN, OutboxState.FAILED])
async def test_what_a_person_names_is_sent_again_as_the_same_message(desk: Desk, state: OutboxState) -> None:
    notice_id, [_, ben] = await told(desk, "ann", "ben", state=state)
    await send_notice_again(desk.shop.acting, AGENT, notice_id, [ben.message_id])
    _, again = await desk.sent()
    audit = await desk.shop.rows("SELECT actor, action, target, detail FROM audit ORDER BY id DESC LIMIT 1")
    shown = await desk.shop.rows(f"SELECT state FROM timeline WHERE id = {ben.message_id}")

    assert await states(desk) == [str(state), "queued"]
    assert (again.id, again.payload) == (ben.id, ben.payload)
    assert [one["state"] for one in shown] == ["queued"]
    assert audit == [
        {
            "actor": AGENT, "action": "send.again", "target": str(ben.message_id),
            "detail": f'{{"was":"{state}","kind":"notice"}}',
        }
    ]  # fmt: skip


@pytest.mark.parametrize("state", [OutboxState.SENT, OutboxState.SENDING, OutboxState.WITHDRAWN])
async def test_nothing_else_is_sent_again(desk: Desk, state: OutboxState) -> None:
    notice_id, _ = await told(desk, "ann", state=state)
    [row] = await desk.shop.rows("SELECT message_id FROM outbox")
    with pytest.raises(CommandRefused):
        await send_notice_again(desk.shop.acting, AGENT, notice_id, [row["message_id"]])
    with pytest.raises(CommandRefused):
        await send_again(desk.shop.acting, AGENT, row["message_id"])

    assert [row["state"] for row in await desk.shop.rows("SELECT state FROM outbox")] == [str(state)]


async def test_pressing_twice_sends_once(desk: Desk) -> None:
    notice_id, [ann] = await told(desk, "ann")
    await send_notice_again(desk.shop.acting, AGENT, notice_id, [ann.message_id, ann.message_id])
    with pytest.raises(CommandRefused, match="queued"):
        await send_notice_again(desk.shop.acting, AGENT, notice_id, [ann.message_id])

    assert await states(desk) == ["queued"]


async def test_all_that_are_named_or_none(desk: Desk) -> None:
    notice_id, [ann, _] = await told(desk, "ann", "ben")
    other = await desk.shop.take("mail", mail("<other@x>", "email:other@example.com"))
    for stranger in (other, 1):
        with pytest.raises(NotFound):
            await send_notice_again(desk.shop.acting, AGENT, notice_id, [ann.message_id, stranger])
    await desk.open(outage_id=78)
    another = await desk.approved(outage_id=78)
    for notice in (another, another + 1):
        with pytest.raises(NotFound):
            await send_notice_again(desk.shop.acting, AGENT, notice, [ann.message_id])

    assert await states(desk) == ["uncertain", "uncertain"]


async def test_a_notice_that_is_over_is_not_sent_again(desk: Desk) -> None:
    notice_id, [ann, ben] = await told(desk, "ann", "ben")
    await desk.open(OutageState.RESOLVED)
    with pytest.raises(CommandRefused, match="out-of-season"):
        await send_notice_again(desk.shop.acting, AGENT, notice_id, [ann.message_id])
    await desk.open()
    await notices.cancel(desk.shop.acting, AGENT, notice_id)
    with pytest.raises(CommandRefused, match="cancelled"):
        await send_again(desk.shop.acting, AGENT, ben.message_id, may_arrive_twice=True)

    assert await states(desk) == ["uncertain", "uncertain"]


async def test_who_declined_meanwhile_is_not_told_after_all(desk: Desk) -> None:
    notice_id, [ann] = await told(desk, "ann")
    await optouts.opt_out(desk.shop.acting, AGENT, ann.identity_id, means=OptOutMeans.AGENT)
    await send_notice_again(desk.shop.acting, AGENT, notice_id, [ann.message_id])
    [queued] = await desk.in_state(OutboxState.QUEUED)
    at_us = to_us(desk.now())
    is_taken_back = await desk.shop.store.writer.command(lambda session: is_withdrawn(session, queued, at_us=at_us))

    assert is_taken_back
    assert await desk.skipped(notice_id) == {"opted-out": 1}


async def answers(desk: Desk) -> list[str]:
    return [row["state"] for row in await desk.shop.rows("SELECT state FROM outbox")]


class TestAnAnswer:
    @pytest.fixture
    async def answer(self, desk: Desk) -> int:
        await desk.shop.take("mail", mail("<1@x>", "email:ann@example.com"))
        [conversation] = await desk.shop.rows("SELECT id FROM conversations")
        return await replies.reply(desk.shop.acting, AGENT, conversation["id"], "hello")

    async def test_that_may_have_arrived_is_sent_again_on_a_persons_word_only(self, desk: Desk, answer: int) -> None:
        await settle(desk, OutboxState.UNCERTAIN)
        with pytest.raises(CommandRefused, match=r"may have arrived \(\?\): look there first"):
            await send_again(desk.shop.acting, AGENT, answer)
        before = await answers(desk)
        await send_again(desk.shop.acting, AGENT, answer, may_arrive_twice=True)

        assert (before, await answers(desk)) == (["uncertain"], ["queued"])

    async def test_that_failed_goes_out_with_all_of_its_tries(self, desk: Desk, answer: int) -> None:
        async def exhaust(session: Session) -> None:
            [one] = await outbox.in_state(session, OutboxState.QUEUED)
            for _ in range(MAX_ATTEMPTS):
                await outbox.settle(session, one, state=OutboxState.FAILED, at_us=to_us(desk.now()), is_attempt=True)

        await desk.shop.store.writer.command(exhaust)
        [before] = await desk.shop.rows("SELECT attempts FROM outbox")
        await send_again(desk.shop.acting, AGENT, answer)
        with pytest.raises(CommandRefused, match="is queued"):
            await send_again(desk.shop.acting, AGENT, answer, may_arrive_twice=True)
        [after] = await desk.shop.rows("SELECT attempts, error, state FROM outbox")

        assert (before, after) == ({"attempts": MAX_ATTEMPTS}, {"attempts": 0, "error": "", "state": "queued"})

    async def test_is_refused_where_the_customer_can_not_be_answered_now(self, desk: Desk, answer: int) -> None:
        await settle(desk, OutboxState.FAILED)
        at_us = to_us(desk.now())
        lost = Reach(identity_id=identity_of("email:ann@example.com"), account="mail", is_reachable=False, at_us=at_us)
        await desk.shop.store.writer.command(lambda session: reach.save(session, [lost]))
        with pytest.raises(CommandRefused, match=r"blocked mail on .*; answer another way"):
            await send_again(desk.shop.acting, AGENT, answer)

        assert await answers(desk) == ["failed"]
