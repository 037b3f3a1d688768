"""A bounce can be quicker than the relay's answer: then the message is failed, not sent."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channelhub.domain.outbound import Outbound, OutboxState, SendReceipt, SentParts
from channelhub.domain.times import to_us
from channelhub.sdk.parts import PartlySent
from channelhub.store import delivery_reports, sent_parts
from channelhub.store.delivery_reports import DeliveryReport
from tests.dispatch.test_honesty import Channel, dispatching, queue, until
from tests.pipeline.workshop import Workshop, workshop


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
