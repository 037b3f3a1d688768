"""Where a channel takes answers for a while only, that is known before one is queued, and another way is named."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from channelhub.domain.inbound import Thread
from channelhub.domain.outbound import OutgoingFile
from channelhub.domain.people import Evidence, Sender
from channelhub.domain.times import to_us
from channelhub.pipeline import windows
from channelhub.pipeline.commands import people as joining
from channelhub.pipeline.commands import replies
from channelhub.pipeline.commands.acting import CommandRefused
from channelhub.pipeline.windows import Hindrance, Way
from channelhub.sdk.contract import LateReply
from channelhub.store import people, reach
from channelhub.store.reach import Reach
from tests.pipeline.workshop import BOOK, Workshop, handle, identity_of, words, workshop

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

    with pytest.raises(CommandRefused, match=r"answer them at email:ann@example\.com by mail \(a verified address"):
        await replies.reply(shop.acting, "agent:a", conversation, "Вже їде")


async def test_accounts_without_a_window_always_answer(shop: Workshop) -> None:
    conversation = await asked(shop)
    shop.book = replace(shop.book, accounts=BOOK.accounts)
    shop.clock += timedelta(days=400)

    assert await replies.reply(shop.acting, "agent:a", conversation, "Вже їде")


async def ways(shop: Workshop, conversation: int) -> list[Way]:
    async with shop.store.readers.read() as session:
        [customer] = await shop.rows(
            "SELECT customer_id FROM identities WHERE id = "
            f"(SELECT identity_id FROM conversations WHERE id = {conversation})"
        )
        own = await people.of_customer(session, customer["customer_id"])
        return await windows.ways(session, shop.book, own, now_us=to_us(shop.clock))


async def test_an_open_window_tells_its_end_and_a_closed_one_why(shop: Workshop) -> None:
    conversation = await asked(shop)
    [before] = await ways(shop, conversation)
    shop.clock += timedelta(hours=25)
    [after] = await ways(shop, conversation)

    assert (before.hindrance, before.why, before.hours) == (Hindrance.NONE, "", 24)
    assert before.heard_us is not None
    assert before.until_us == after.until_us == before.heard_us + DAY_US
    assert after.hindrance is Hindrance.WINDOW_CLOSED
    assert "for 24 hours after that only" in after.why


async def test_the_last_moment_of_the_window_is_closed_and_the_one_before_open(shop: Workshop) -> None:
    conversation = await asked(shop)
    [way] = await ways(shop, conversation)
    assert way.until_us is not None
    shop.clock += timedelta(microseconds=way.until_us - 1 - to_us(shop.clock))
    [last] = await ways(shop, conversation)
    shop.clock += timedelta(microseconds=1)
    [closed] = await ways(shop, conversation)

    assert (last.hindrance, closed.hindrance) == (Hindrance.NONE, Hindrance.WINDOW_CLOSED)


async def test_open_ways_come_first_then_verified_then_the_newest(shop: Workshop) -> None:
    conversation = await asked(shop)
    await shop.take("mail", words("m1", Sender(handles=(MAIL, PHONE)), "Де замовлення?", minutes=1))
    claimed = handle("email:old@example.com")
    await shop.take("mail2", words("m2", Sender(handles=(claimed,)), "Агов", minutes=2))
    await joining.link(
        shop.acting, "agent:a", identity_of("email:old@example.com"), identity_of("email:ann@example.com")
    )
    before = await ways(shop, conversation)
    shop.clock += timedelta(hours=25)
    after = await ways(shop, conversation)

    assert [str(one.identity.key) for one in before] == [
        "email:ann@example.com",
        "telegram:77",
        "email:old@example.com",
    ]
    assert [str(one.identity.key) for one in after] == ["email:ann@example.com", "email:old@example.com", "telegram:77"]


async def test_who_blocked_the_account_is_offered_where_they_did_not(shop: Workshop) -> None:
    conversation = await asked(shop)
    await shop.take("mail", words("m1", Sender(handles=(MAIL, PHONE)), "Де замовлення?"))
    lost = Reach(
        identity_id=identity_of("telegram:77", "bot"), account="bot", is_reachable=False, at_us=to_us(shop.clock)
    )
    await shop.store.writer.command(lambda session: reach.save(session, [lost]))
    with pytest.raises(CommandRefused, match=r"blocked bot on .*; answer them at email:ann@example\.com by mail"):
        await replies.reply(shop.acting, "agent:a", conversation, "Вже їде")

    assert [one.hindrance for one in await ways(shop, conversation)] == [Hindrance.NONE, Hindrance.BLOCKED]


async def test_public_threads_have_no_window_and_are_never_offered(shop: Workshop) -> None:
    bot = replace(shop.book.accounts["bot"], is_public=lambda key: "#" in key)
    shop.book = replace(shop.book, accounts={**shop.book.accounts, "bot": bot})
    await shop.take("bot", words("c1", Sender(handles=(CHAT,)), "Скільки?", thread=Thread(key="post#77")))
    [public] = await shop.rows("SELECT id FROM conversations")
    shop.clock += timedelta(days=3)

    assert await replies.reply(shop.acting, "agent:a", public["id"], "100 грн")
    assert await ways(shop, public["id"]) == []


class TestWhereATemplateIsTakenAfterwards:
    @pytest.fixture
    async def late(self, shop: Workshop) -> int:
        bot = replace(
            shop.book.accounts["bot"], can_send_files=True, late_reply=LateReply(template="order_news", max_chars=20)
        )
        shop.book = replace(shop.book, accounts={**shop.book.accounts, "bot": bot})
        conversation = await asked(shop)
        shop.clock += timedelta(hours=25)
        return conversation

    async def test_words_that_fit_are_queued(self, shop: Workshop, late: int) -> None:
        [way] = await ways(shop, late)

        assert (way.hindrance, way.is_late) == (Hindrance.NONE, True)
        assert await replies.reply(shop.acting, "agent:a", late, "Вже   їде\nдо вас")

    async def test_longer_ones_and_files_are_refused_with_the_bound(self, shop: Workshop, late: int) -> None:
        file = OutgoingFile(filename="a.txt", content_type="text/plain", size=1, sha256="", content=b"a")
        with pytest.raises(CommandRefused, match="the template order_news only, with at most 20 characters and no fil"):
            await replies.reply(shop.acting, "agent:a", late, "a" * 21)
        with pytest.raises(CommandRefused, match="no files"):
            await replies.reply(shop.acting, "agent:a", late, "a", files=[file])

        assert await shop.rows("SELECT id FROM outbox") == []
