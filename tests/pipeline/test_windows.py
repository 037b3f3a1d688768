"""Where a channel takes answers for a while only, that is known before one is queued, and another way is named."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from channelhub.domain.inbound import Thread
from channelhub.domain.people import Evidence, Sender
from channelhub.pipeline.commands import replies
from channelhub.pipeline.commands.acting import CommandRefused
from tests.pipeline.workshop import BOOK, Workshop, handle, words, workshop

DAY_US = 86_400_000_000
PHONE = handle("phone:+380501234567", Evidence.CHANNEL_CONTACT)
CHAT, MAIL = handle("telegram:77", Evidence.CHANNEL_ID), handle("email:ann@example.com", Evidence.DMARC)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    async with workshop(tmp_path) as made:
        bot = replace(BOOK.accounts["bot"], reply_window_us=DAY_US)
        made.book = replace(BOOK, is_acknowledging=False, accounts={**BOOK.accounts, "bot": bot})
        yield made


async def asked(shop: Workshop) -> int:
    """The customer asks in a chat, which says their phone; the conversation's id."""
    await shop.take("bot", words("77:1", Sender(handles=(CHAT, PHONE)), "Де замовлення?", thread=Thread(key="77")))
    (conversation,) = await shop.rows("SELECT id FROM conversations")
    return int(conversation["id"])


async def test_within_the_window_an_answer_is_queued(shop: Workshop) -> None:
    conversation = await asked(shop)
    shop.clock += timedelta(hours=20)

    assert await replies.reply(shop.acting, "agent:a", conversation, "Вже їде")


async def test_after_it_the_answer_is_refused_with_the_reason_and_nothing_is_queued(shop: Workshop) -> None:
    conversation = await asked(shop)
    shop.clock += timedelta(hours=25)
    with pytest.raises(CommandRefused, match=r"last wrote to bot on .* 24 hours .* answer another way"):
        await replies.reply(shop.acting, "agent:a", conversation, "Вже їде")

    assert await shop.rows("SELECT id FROM outbox") == []


async def test_another_address_of_the_customer_is_named(shop: Workshop) -> None:
    conversation = await asked(shop)
    await shop.take("mail", words("m1", Sender(handles=(MAIL, PHONE)), "Де замовлення?"))
    shop.clock += timedelta(hours=25)

    with pytest.raises(CommandRefused, match=r"answer them at email:ann@example\.com"):
        await replies.reply(shop.acting, "agent:a", conversation, "Вже їде")


async def test_accounts_without_a_window_always_answer(shop: Workshop) -> None:
    conversation = await asked(shop)
    shop.book = replace(shop.book, accounts=BOOK.accounts)
    shop.clock += timedelta(days=400)

    assert await replies.reply(shop.acting, "agent:a", conversation, "Вже їде")
