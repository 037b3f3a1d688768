"""Answers that nobody read in a chat go to the address that its visitor left: once, and to nobody else."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
import structlog

from channelhub.domain.inbound import ContactShared, DeliveryStatus, Thread
from channelhub.domain.outbound import OutboxState as S
from channelhub.domain.people import Evidence, Sender
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.commands import people as people_commands
from channelhub.pipeline.commands import replies
from channelhub.pipeline.handing_over import HandoverStage
from channelhub.pipeline.rulebook import AccountFacts, Wording
from channelhub.store import outbox, people
from channelhub.store.outbox import OutboxItem
from tests.pipeline.workshop import BOOK, Workshop, handle, identity_of, words

MINUTE_US = 60_000_000
CHAT = AccountFacts(
    name="chat", kind="webchat", channel="chat", can_send=True, can_send_files=True, identity_kind="webchat",
    unread_by="mail", unread_after_us=10 * MINUTE_US,
)  # fmt: skip
ANN, EMAIL = "v.ann", "ann@example.com"
VISITOR = handle(f"webchat:{ANN}", Evidence.CHANNEL_ID)
numbers = count(1)


@pytest.fixture
async def chat(shop: Workshop) -> Workshop:
    """Ann wrote in the chat."""
    shop.book = replace(
        BOOK,
        is_acknowledging=False,
        accounts={**BOOK.accounts, "chat": CHAT},
        handover=lambda language, answer: Wording(subject=f"[{language}] chat", text=f"{answer}\n--\nfooter\n"),
    )
    await shop.take("chat", words("m1", Sender(handles=(VISITOR,)), "Де моє замовлення?", thread=Thread(key=ANN)))
    return shop


async def leaves(chat: Workshop, email: str = EMAIL, evidence: Evidence = Evidence.CLAIMED) -> None:
    sender = Sender(handles=(VISITOR, handle(f"email:{email}", evidence)))
    await chat.take("chat", ContactShared(external_id=f"c{next(numbers)}", sender=sender, thread=Thread(key=ANN)))


async def answers(chat: Workshop, text: str = "Вже їде", state: S = S.SENT) -> OutboxItem:
    [row] = await chat.rows("SELECT id FROM conversations WHERE account = 'chat'")
    sent = await replies.reply(chat.acting, "agent:a", row["id"], text)
    async with chat.store.readers.read() as session:
        item = await outbox.of_message(session, sent)
    assert item is not None
    await chat.store.writer.command(
        lambda session: outbox.settle(session, item, state=state, at_us=item.created_us, external_ref="")
    )
    return item


async def look(chat: Workshop, *, minutes: float = 0) -> list[tuple[str, str]]:
    """The mails that are queued after a look, later by some minutes: to whom, and the words."""
    chat.clock += timedelta(minutes=minutes)
    stage = HandoverStage(
        chat.store, book=lambda: chat.book, queued=Bell(), now=lambda: chat.clock, log=structlog.get_logger()
    )
    await stage.turn()
    async with chat.store.readers.read() as session:
        rows = await chat.rows("SELECT id FROM outbox WHERE account = 'mail' ORDER BY id")
        mails = [await outbox.get(session, row["id"]) for row in rows]
    return [(one.payload.to, one.payload.text.partition("\n--")[0]) for one in mails if one is not None]


async def test_unread_answers_are_one_mail_after_a_while_and_only_once(chat: Workshop) -> None:
    await leaves(chat)
    await answers(chat, "Вже їде")
    await answers(chat, "Буде завтра", S.DELIVERED)

    assert await look(chat, minutes=9) == []
    assert await look(chat, minutes=2) == [(EMAIL, "Вже їде\n\nБуде завтра")]
    assert await look(chat) == await look(chat, minutes=60) == [(EMAIL, "Вже їде\n\nБуде завтра")]
    shown = [(one.type, one.channel, one.direction) for one in (await chat.card_of(f"email:{EMAIL}")).entries]
    assert shown == [("message", "email", "out")]
    [link] = await chat.rows("SELECT left_id, right_id, reason FROM conversation_links")
    accounts = {row["id"]: row["account"] for row in await chat.rows("SELECT id, account FROM conversations")}
    assert (accounts[link["left_id"]], accounts[link["right_id"]], link["reason"]) == ("mail", "chat", "token")


async def test_later_answers_go_on_in_the_same_mail_conversation(chat: Workshop) -> None:
    await leaves(chat)
    await answers(chat, "перша")
    await look(chat, minutes=11)
    await answers(chat, "друга")

    assert await look(chat, minutes=11) == [(EMAIL, "перша"), (EMAIL, "друга")]
    assert len(await chat.rows("SELECT id FROM conversations WHERE account = 'mail'")) == 1


async def test_answer_that_was_read_goes_nowhere(chat: Workshop) -> None:
    await leaves(chat)
    read = await answers(chat)
    token = read.payload.reply_token
    await chat.take("chat", DeliveryStatus(external_id="r", about=(token,), status="read"))
    await answers(chat, "не дійшло", S.FAILED)
    await answers(chat, "ще чекає", S.QUEUED)

    assert await look(chat, minutes=11) == []


async def test_answer_that_is_read_at_the_last_moment_goes_nowhere(chat: Workshop) -> None:
    """Between the look and the commit that would queue the mail."""
    await leaves(chat)
    item = await answers(chat)
    stage = HandoverStage(
        chat.store, book=lambda: chat.book, queued=Bell(), now=lambda: chat.clock, log=structlog.get_logger()
    )
    await chat.take("chat", DeliveryStatus(external_id="r", about=(item.payload.reply_token,), status="read"))

    assert await stage._hand_over(chat.book, CHAT, [item.id]) == 0
    assert await look(chat) == []


async def test_address_may_be_left_after_the_answer_but_not_days_later(chat: Workshop) -> None:
    await answers(chat)
    assert await look(chat, minutes=60) == []
    await leaves(chat)
    assert await look(chat) == [(EMAIL, "Вже їде")]
    await answers(chat, "давно")

    assert len(await look(chat, minutes=3 * 24 * 60 + 1)) == 1


async def test_address_that_the_site_signed_is_taken_before_one_that_was_typed(chat: Workshop) -> None:
    signed = Sender(
        handles=(
            handle("webchat:v.ann", Evidence.SITE_SIGNED),
            handle("email:signed@example.com", Evidence.SITE_SIGNED),
        )
    )
    await chat.take("chat", words("m2", signed, thread=Thread(key=ANN)))
    await leaves(chat)
    await answers(chat)

    assert [to for to, _ in await look(chat, minutes=11)] == ["signed@example.com"]


async def test_address_typed_last_is_taken_and_never_one_that_was_rejected(chat: Workshop) -> None:
    await leaves(chat, "first@example.com")
    chat.clock += timedelta(minutes=1)
    await leaves(chat, "second@example.com")
    await answers(chat)
    assert [to for to, _ in await look(chat, minutes=11)] == ["second@example.com"]
    for row in await chat.rows("SELECT id FROM suggestions"):
        await people_commands.reject(chat.acting, "agent:a", row["id"])
    await answers(chat, "ще")

    assert len(await look(chat, minutes=11)) == 1


async def test_an_address_that_many_visitors_typed_gets_a_copy_all_the_same(chat: Workshop) -> None:
    for number in range(5):
        named = (handle(f"webchat:v.{number}", Evidence.CHANNEL_ID), handle(f"email:{EMAIL}"))
        await chat.take("form", words(f"v{number}", Sender(handles=named)))
    await leaves(chat)
    await answers(chat)

    assert {row["state"] for row in await chat.rows("SELECT state FROM suggestions")} == {"shared"}
    assert await look(chat, minutes=11) == [(EMAIL, "Вже їде")]


@pytest.mark.parametrize("who", ["blocked", "ours"])
async def test_nothing_goes_to_the_blocked_and_to_ourselves(chat: Workshop, who: str) -> None:
    await leaves(chat, EMAIL if who == "blocked" else "support@shop.example")
    if who == "blocked":
        blocked_id = identity_of(f"email:{EMAIL}")
        await chat.store.writer.command(
            lambda session: people.block(session, blocked_id, actor="agent:a", reason="", at_us=1)
        )
    await answers(chat)

    assert await look(chat, minutes=11) == []
    [row] = await chat.rows("SELECT mail_id, reason FROM handovers")
    assert row == {"mail_id": None, "reason": "blocked" if who == "blocked" else "own-address"}


async def test_chat_without_a_mail_account_hands_nothing_over(chat: Workshop) -> None:
    await leaves(chat)
    await answers(chat)
    chat.book = replace(chat.book, accounts={**chat.book.accounts, "chat": replace(CHAT, unread_by="")})

    assert await look(chat, minutes=11) == []
