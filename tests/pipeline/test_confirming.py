"""Who declines notices by a word hears once that it was heard."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from channelhub.domain.inbound import Automatic, Thread
from channelhub.domain.notices import OptOutMeans
from channelhub.domain.outbound import OutboxState
from channelhub.pipeline.commands import optouts, people
from channelhub.pipeline.noticing import NoticeStage
from channelhub.store import outbox
from channelhub.store.database import Session
from channelhub.store.outbox import OutboxItem
from tests.pipeline.announcing import AGENT, TELLING, Desk
from tests.pipeline.workshop import identity_of, mail, words, workshop

CHAT = Thread(key="7")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with workshop(tmp_path) as shop:
        shop.book = TELLING
        made = Desk(shop)
        await made.open()
        yield made


async def told_in_chat(desk: Desk) -> NoticeStage:
    """Somebody in a chat was sent a notice; the stage that did it."""
    text = "Почему не проходит оплата, что случилось?"
    await desk.report(await desk.shop.take("bot", words("t1", "telegram:7", text, thread=CHAT)))
    return await _notified(desk)


async def _notified(desk: Desk) -> NoticeStage:
    stage = desk.stage()
    await desk.tell(stage)
    await desk.approved()
    await desk.tell(stage)

    async def write(session: Session) -> None:
        for one in await outbox.in_state(session, OutboxState.QUEUED):
            await outbox.settle(session, one, state=OutboxState.SENT, at_us=one.due_us)

    await desk.shop.store.writer.command(write)
    return stage


async def confirmations(desk: Desk) -> list[OutboxItem]:
    return [one for one in await desk.in_state(OutboxState.QUEUED) if one.kind == "declined"]


async def test_a_word_in_a_chat_is_answered_there_in_the_customers_language(desk: Desk) -> None:
    stage = await told_in_chat(desk)
    await desk.shop.take("bot", words("t2", "telegram:7", "СТОП", thread=CHAT))
    await desk.tell(stage)
    [said] = await confirmations(desk)
    card = await desk.shop.card_of("telegram:7", "bot")

    assert (said.account, said.payload.to, said.payload.conversation_key) == ("bot", "7", "7")
    assert (said.payload.subject, said.payload.text) == ("", "[ru] no more.")
    assert said.payload.is_automatic
    assert card.opted_out
    assert card.entries[0].preview == "[ru] no more."


async def test_a_mail_that_declines_is_answered_in_its_thread(desk: Desk) -> None:
    await desk.report(await desk.shop.take("mail", mail("<1@x>", "email:ann@example.com", "The payment fails, please")))
    stage = await _notified(desk)
    [notice] = await desk.sent()
    thread = Thread(message_id="<2@x>", in_reply_to=notice.payload.message_id)
    await desk.shop.take("mail", mail("<2@x>", "email:ann@example.com", "STOP", thread=thread))
    await desk.tell(stage)
    [said] = await confirmations(desk)

    assert said.payload.subject == "[en] no more"
    assert said.payload.in_reply_to == "<2@x>"
    assert said.conversation_id == notice.conversation_id


async def test_it_is_said_once_for_an_opt_out_whatever_is_written_or_read_again(desk: Desk) -> None:
    late = desk.stage()
    await desk.tell(late)
    stage = await told_in_chat(desk)
    for number in range(3):
        await desk.shop.take("bot", words(f"s{number}", "telegram:7", "СТОП", thread=CHAT))
        await desk.tell(stage)
    await desk.tell(late)

    assert len(await confirmations(desk)) == 1


async def acknowledgements(desk: Desk) -> int:
    return sum(one.kind == "acknowledgement" for one in await desk.in_state(OutboxState.QUEUED))


async def test_who_declines_hears_that_and_gets_no_acknowledgement(desk: Desk) -> None:
    stage = await told_in_chat(desk)
    desk.shop.book = replace(TELLING, is_acknowledging=True)
    await desk.shop.take("bot", words("s1", "telegram:7", " Стоп! ", thread=CHAT))
    await desk.tell(stage)

    assert (len(await confirmations(desk)), await acknowledgements(desk)) == (1, 0)


@pytest.mark.parametrize(("who", "text"), [("telegram:8", "СТОП"), ("telegram:7", "Стоп, а когда заработает?")])
async def test_who_was_sent_no_notice_or_says_more_is_acknowledged(desk: Desk, who: str, text: str) -> None:
    stage = await told_in_chat(desk)
    desk.shop.book = replace(TELLING, is_acknowledging=True)
    await desk.shop.take("bot", words("s1", who, text, thread=Thread(key=who.removeprefix("telegram:"))))
    await desk.tell(stage)

    assert (len(await confirmations(desk)), await acknowledgements(desk)) == (0, 1)


async def test_a_new_opt_out_is_confirmed_anew(desk: Desk) -> None:
    stage = await told_in_chat(desk)
    await desk.shop.take("bot", words("s1", "telegram:7", "СТОП", thread=CHAT))
    await desk.tell(stage)
    desk.shop.clock += timedelta(minutes=1)
    await optouts.opt_in(desk.shop.acting, AGENT, identity_of("telegram:7", "bot"))
    desk.shop.clock += timedelta(minutes=1)
    await desk.shop.take("bot", words("s2", "telegram:7", "СТОП", thread=CHAT))
    await desk.tell(stage)

    assert len(await confirmations(desk)) == 2


async def test_a_machine_that_declines_hears_nothing(desk: Desk) -> None:
    stage = await told_in_chat(desk)
    await desk.shop.take("bot", words("s1", "telegram:7", "STOP", thread=CHAT, automatic=Automatic(is_reply=True)))
    await desk.tell(stage)

    assert (await desk.shop.card_of("telegram:7", "bot")).opted_out
    assert await confirmations(desk) == []


@pytest.mark.parametrize("means", [OptOutMeans.LINK, OptOutMeans.AGENT])
async def test_who_declines_by_a_link_or_through_an_agent_hears_nothing(desk: Desk, means: OptOutMeans) -> None:
    stage = await told_in_chat(desk)
    await optouts.opt_out(desk.shop.acting, "customer", identity_of("telegram:7", "bot"), means=means)
    await desk.shop.take("bot", words("s1", "telegram:7", "СТОП", thread=CHAT))
    await desk.tell(stage)

    assert await confirmations(desk) == []


async def test_nothing_is_said_where_it_cannot_be_or_to_who_is_blocked(desk: Desk) -> None:
    stage = await told_in_chat(desk)
    bot = replace(TELLING.accounts["bot"], can_send=False)
    desk.shop.book = replace(TELLING, accounts={**TELLING.accounts, "bot": bot})
    await desk.shop.take("bot", words("s1", "telegram:7", "СТОП", thread=CHAT))
    await desk.tell(stage)
    silent = await confirmations(desk)
    desk.shop.book = TELLING
    identity_id = identity_of("telegram:7", "bot")
    desk.shop.clock += timedelta(minutes=1)
    await optouts.opt_in(desk.shop.acting, AGENT, identity_id)
    await people.block(desk.shop.acting, AGENT, identity_id, reason="abuse")
    desk.shop.clock += timedelta(minutes=1)
    await desk.shop.take("bot", words("s2", "telegram:7", "СТОП", thread=CHAT))
    await desk.tell(stage)

    assert silent == await confirmations(desk) == []
