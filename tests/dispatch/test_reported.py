"""A bounce can be quicker than the relay's answer: then the message is failed, not sent."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from channelhub.domain.outbound import Outbound, OutboxState, SendReceipt
from channelhub.domain.times import to_us
from channelhub.store import delivery_reports
from channelhub.store.delivery_reports import DeliveryReport
from tests.dispatch.test_honesty import Channel, dispatching, queue, until
from tests.pipeline.workshop import Workshop, workshop


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    async with workshop(tmp_path) as made:
        yield made


def reported(shop: Workshop, *, at_us: int) -> DeliveryReport:
    return DeliveryReport(
        key=f"report at {at_us}", message_id=1, inbox_id=9, status=OutboxState.FAILED, is_permanent=True,
        recipient="ann@example.com", detail="550 5.1.1 no such user", at_us=at_us,
    )  # fmt: skip


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
