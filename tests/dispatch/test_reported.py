"""A bounce can be quicker than the relay's answer: then the message is failed, not sent."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channelhub.domain.inbound import DeliveryStatus, Thread
from channelhub.domain.outbound import Outbound, OutboxState, SendReceipt, SentParts
from channelhub.domain.people import Sender
from channelhub.domain.times import to_us
from channelhub.pipeline.commands import replies
from channelhub.pipeline.process import Delivered
from channelhub.sdk.parts import PartlySent
from channelhub.store import delivery_reports, early_reports, sent_parts
from channelhub.store.delivery_reports import DeliveryReport
from channelhub.store.early_reports import EarlyReport
from channelhub.store.outbox import SentName
from tests.dispatch.test_honesty import OLENA, Channel, dispatching, queue, until
from tests.pipeline.workshop import BOOK, Workshop, words, workshop


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    async with workshop(tmp_path) as made:
        yield made


async def parts_of(shop: Workshop, number: int) -> SentParts | None:
    async with shop.store.readers.read() as session:
        return (await sent_parts.of_messages(session, [number])).get(number)


def reported(shop: Workshop, *, at_us: int, **changes: Any) -> DeliveryReport:
    made = DeliveryReport(
        key=f"report at {at_us}", message_id=1, inbox_id=9, status=OutboxState.FAILED, is_permanent=True,
        recipient="ann@example.com", detail="550 5.1.1 no such user", at_us=at_us,
    )  # fmt: skip
    return replace(made, **changes)


async def test_a_bounce_that_came_while_the_mail_was_handed_over_counts(shop: Workshop) -> None:
    async def bounced(message: Outbound) -> SendReceipt:
        report = reported(shop, at_us=to_us(shop.clock))
        await shop.store.writer.command(lambda session: delivery_reports.add(session, [report]))
        return SendReceipt(external_id="x")

    await queue(shop, 1)
    async with dispatching(shop, {"mail": Channel(answer=bounced)}):
        item = await until(shop, 1, OutboxState.FAILED, OutboxState.SENT)

    assert (item.state, item.error) == (OutboxState.FAILED, "550 5.1.1 no such user")


async def test_a_bounce_of_an_earlier_attempt_does_not_count(shop: Workshop) -> None:
    earlier = reported(shop, at_us=to_us(shop.clock - timedelta(minutes=5)))
    await shop.store.writer.command(lambda session: delivery_reports.add(session, [earlier]))
    await queue(shop, 1)
    async with dispatching(shop, {"mail": Channel()}):
        item = await until(shop, 1, OutboxState.FAILED, OutboxState.SENT)

    assert item.state is OutboxState.SENT


async def test_names_of_all_parts_are_kept_and_replaced_by_those_of_a_later_try(shop: Workshop) -> None:
    async def in_parts(message: Outbound) -> SendReceipt:
        return SendReceipt(external_id="a", parts=("a", "", "c") if message.id == 1 else ("a",))

    item = await queue(shop, 1)
    await shop.store.writer.command(
        lambda session: sent_parts.save(session, item, SentParts(names=("old", "older", "oldest", "x"), total=4))
    )
    await queue(shop, 2)
    async with dispatching(shop, {"mail": Channel(answer=in_parts)}):
        await until(shop, 1, OutboxState.SENT)
        await until(shop, 2, OutboxState.SENT)

    assert await parts_of(shop, 1) == SentParts(names=("a", "", "c"), total=3)
    assert await parts_of(shop, 2) is None


@pytest.mark.parametrize(
    ("part", "status", "state", "error"),
    [
        ("b", OutboxState.FAILED, OutboxState.FAILED, "part 2 of 2: 550 5.1.1 no such user"),
        ("a", OutboxState.DELIVERED, OutboxState.SENT, ""),
        ("b", OutboxState.DELIVERED, OutboxState.DELIVERED, "550 5.1.1 no such user"),
    ],
)
async def test_reports_on_parts_that_came_while_the_rest_was_sent_count(
    shop: Workshop, part: str, status: OutboxState, state: OutboxState, error: str
) -> None:
    async def told(message: Outbound) -> SendReceipt:
        report = reported(shop, at_us=to_us(shop.clock), part=part, status=status)
        await shop.store.writer.command(lambda session: delivery_reports.add(session, [report]))
        return SendReceipt(external_id="a", parts=("a", "b"))

    await queue(shop, 1)
    async with dispatching(shop, {"mail": Channel(answer=told)}):
        item = await until(shop, 1, OutboxState.FAILED, OutboxState.SENT, OutboxState.DELIVERED)

    assert (item.state, item.error) == (state, error)


async def test_echo_of_the_first_part_does_not_hide_that_the_second_was_refused(shop: Workshop) -> None:
    async def refused(message: Outbound) -> SendReceipt:
        echo = reported(shop, at_us=to_us(shop.clock), part="a", status=OutboxState.SENT, is_permanent=False)
        await shop.store.writer.command(lambda session: delivery_reports.add(session, [echo]))
        raise PartlySent("1 of 2 parts were sent, then: too long", names=["a"], total=2)

    await queue(shop, 1)
    async with dispatching(shop, {"mail": Channel(answer=refused)}):
        item = await until(shop, 1, OutboxState.UNCERTAIN, OutboxState.SENT)

    assert (item.state, item.error) == (OutboxState.UNCERTAIN, "1 of 2 parts were sent, then: too long")
    assert await parts_of(shop, 1) == SentParts(names=("a",), total=2)


@pytest.mark.parametrize("parts", [("a", "b"), ("a",), ()])
async def test_report_quicker_than_the_names_of_what_it_is_about_is_read_again(
    shop: Workshop, parts: tuple[str, ...]
) -> None:
    """The first part's failure comes while the second is being sent."""
    shop.book = replace(BOOK, is_acknowledging=False)
    await shop.take("bot", words("77:1", Sender(handles=(OLENA,)), "Де?", thread=Thread(key="77")))
    (conversation,) = await shop.rows("SELECT id FROM conversations")
    await replies.reply(shop.acting, "agent:a", conversation["id"], "Вже їде")
    (item,) = await shop.rows("SELECT id FROM outbox")
    told = DeliveryStatus(external_id="a:failed", about=(), status="failed", sent_id="a", sent_to=OLENA)
    others = replace(told, external_id="z:failed", sent_id="z")
    echo = replace(told, external_id="a:sent", status="sent")
    quick: list[Delivered] = []

    async def reported_meanwhile(message: Outbound) -> SendReceipt:
        for report in (told, others, echo):
            quick.append(await shop.delivered("bot", report))
            await shop.process(quick[-1])
        return SendReceipt(external_id="a", parts=parts)

    async with dispatching(shop, {"bot": Channel(answer=reported_meanwhile)}):
        await until(shop, item["id"], OutboxState.SENT)
    assert await shop.rows("SELECT inbox_id FROM pending") == [{"inbox_id": quick[0].inbox_id}]
    assert [row["external_ref"] for row in await shop.rows("SELECT external_ref FROM early_reports")] == ["z"]
    await shop.process(quick[0])
    await shop.process(quick[0])

    assert await shop.rows("SELECT state FROM outbox") == [{"state": "failed"}]
    assert len(await shop.events("message.status")) == 1
    assert await shop.rows("SELECT inbox_id FROM pending") == []


async def test_reports_on_what_is_not_being_sent_are_not_kept_and_old_ones_go(shop: Workshop) -> None:
    told = DeliveryStatus(external_id="a:failed", about=(), status="failed", sent_id="a", sent_to=OLENA)
    await shop.take("bot", told)
    assert await shop.rows("SELECT external_ref FROM early_reports") == []
    name = SentName(account="bot", identity_id=1, external_ref="a")
    for inbox_id, at_us in ((1, 0), (2, early_reports.KEPT_US), (3, early_reports.KEPT_US + 1)):
        early = EarlyReport(name=name, inbox_id=inbox_id, at_us=at_us)
        await shop.store.writer.command(lambda session, early=early: early_reports.keep(session, [early]))

    assert [row["inbox_id"] for row in await shop.rows("SELECT inbox_id FROM early_reports")] == [2, 3]
