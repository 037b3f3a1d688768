"""Channels that prove their deliveries report on our messages by the ids that they gave them."""

from dataclasses import replace
from typing import Any

import pytest

from channelhub.domain.inbound import DeliveryStatus, Thread
from channelhub.domain.outbound import OutboxState as S
from channelhub.domain.people import Evidence, Sender
from channelhub.pipeline.commands import replies
from channelhub.store import delivery_reports, outbox
from channelhub.store.outbox import OutboxItem
from tests.pipeline.workshop import BOOK, Workshop, handle, words

OLENA, ANN = handle("telegram:77", Evidence.CHANNEL_ID), handle("telegram:78", Evidence.CHANNEL_ID)
SENT_ID = "6017250912385541300"


async def answered(shop: Workshop, *, state: S = S.SENT) -> OutboxItem:
    """An answer to Olena that her channel took as SENT_ID."""
    shop.book = replace(BOOK, is_acknowledging=False)
    await shop.take("bot", words("77:1", Sender(handles=(OLENA,)), "Де замовлення?", thread=Thread(key="77")))
    (conversation,) = await shop.rows("SELECT id FROM conversations")
    sent = await replies.reply(shop.acting, "agent:a", conversation["id"], "Вже їде")
    async with shop.store.readers.read() as session:
        item = await outbox.of_message(session, sent)
    assert item is not None
    await shop.store.writer.command(
        lambda session: outbox.settle(session, item, state=state, at_us=item.created_us, external_ref=SENT_ID)
    )
    return item


def told(status: str, **changes: Any) -> DeliveryStatus:
    said = {"external_id": f"{status}:{SENT_ID}", "about": (), "sent_id": SENT_ID, "sent_to": OLENA}
    return DeliveryStatus(**{**said, **changes}, status=status)


async def state_of(shop: Workshop, item: OutboxItem) -> S:
    async with shop.store.readers.read() as session:
        found = await outbox.get(session, item.id)
    assert found is not None
    return found.state


async def test_a_channel_s_words_on_our_message_are_found_by_its_id_one_after_the_other(shop: Workshop) -> None:
    item = await answered(shop)
    await shop.take("bot", told("delivered"))
    assert await state_of(shop, item) is S.DELIVERED
    await shop.take("bot", told("read"))

    assert await state_of(shop, item) is S.READ
    entries = [(one.type, one.state) for one in (await shop.card_of("telegram:77", "bot")).entries]
    assert {("delivery", "delivered"), ("delivery", "read"), ("message", "read")} <= set(entries)


async def test_the_same_report_again_is_one(shop: Workshop) -> None:
    await answered(shop)
    await shop.take("bot", told("delivered"))
    await shop.take("bot", told("delivered"))

    assert len(await shop.events("message.status")) == 1


@pytest.mark.parametrize(
    ("account", "changes"),
    [
        ("shop", {}),  # of another account of ours
        ("bot", {"sent_to": ANN}),  # about another person's
        ("bot", {"sent_id": "6017250912385541301"}),
        ("bot", {"sent_id": ""}),
        ("bot", {"sent_to": None}),
        ("bot", {"sent_to": handle("telegram: ")}),
    ],
)
async def test_a_report_on_what_we_did_not_send_changes_nothing(
    shop: Workshop, account: str, changes: dict[str, Any]
) -> None:
    item = await answered(shop)
    await shop.take(account, told("failed", **changes))

    assert await state_of(shop, item) is S.SENT
    assert await shop.events("message.status") == []


@pytest.mark.parametrize(("before", "events"), [(S.UNCERTAIN, 1), (S.SENDING, 0), (S.SENT, 0)])
async def test_that_it_was_sent_is_news_only_where_that_is_uncertain(shop: Workshop, before: S, events: int) -> None:
    item = await answered(shop)
    await shop.store.writer.command(
        lambda session: outbox.settle(session, item, state=before, at_us=item.created_us, external_ref="")
    )
    await shop.take("bot", told("sent", sent_id="", about=(item.payload.reply_token,)))

    assert await state_of(shop, item) is (S.SENT if before is S.UNCERTAIN else before)
    assert len(await shop.rows("SELECT report_key FROM delivery_reports")) == (before is not S.SENT)
    assert len(await shop.events("message.status")) == events


async def test_a_report_quicker_than_the_lost_answer_is_kept_for_it(shop: Workshop) -> None:
    item = await answered(shop)
    await shop.store.writer.command(
        lambda session: outbox.settle(session, item, state=S.SENDING, at_us=item.created_us, external_ref="")
    )
    await shop.take("bot", told("sent", sent_id="", about=(item.payload.reply_token,)))

    async with shop.store.readers.read() as session:
        (reported,) = await delivery_reports.of_message(session, item.message_id, since_us=item.created_us)
    assert reported.status is S.SENT
