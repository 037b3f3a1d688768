"""Whom a notice goes to, in which words, and to whom it never goes."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channelhub.domain.inbound import Automatic, Reachability, Thread
from channelhub.domain.notices import NoticeKind, OptOutMeans
from channelhub.domain.outages import OutageState
from channelhub.domain.outbound import OutboxState
from channelhub.domain.people import Evidence, Sender
from channelhub.domain.times import to_us
from channelhub.pipeline.commands import notices as commands
from channelhub.pipeline.commands import optouts, people
from channelhub.pipeline.commands.acting import CommandRefused, Conflict, NotFound
from channelhub.rules import ratings
from channelhub.rules.notices import optout
from channelhub.sdk.errors import DiskFull
from channelhub.store import optouts as optout_store
from channelhub.store import outbox, recipients
from channelhub.store.database import Session
from tests.pipeline.announcing import AGENT, TELLING, TEXTS, Desk, addresses
from tests.pipeline.test_delivering import bounce
from tests.pipeline.workshop import at, handle, identity_of, mail, words, workshop


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with workshop(tmp_path) as shop:
        shop.book = TELLING
        made = Desk(shop)
        await made.open()
        yield made


async def mailed(desk: Desk, name: str, text: str = "Оплата не проходить", **changes: object) -> int:
    """A report by mail."""
    number = next(desk.shop.numbers)
    return await desk.shop.take("mail", mail(f"<{number}@x>", f"email:{name}@example.com", text, **changes))


async def reported(desk: Desk, name: str, text: str = "Оплата не проходить, не можу заплатити") -> None:
    await desk.report(await mailed(desk, name, text))


async def _mark_sent(session: Session) -> None:
    """Everything that waits is with its channel."""
    for one in await outbox.in_state(session, OutboxState.QUEUED):
        await outbox.settle(session, one, state=OutboxState.SENT, at_us=one.due_us)


async def test_everybody_who_reported_is_told_once_in_their_language_on_their_channel(desk: Desk) -> None:
    await reported(desk, "ann", "The payment does not go through, please help me")
    await reported(desk, "hanna", "Не можу сплатити замовлення, що робити?")
    chat = words(
        "t1", "telegram:7", "Почему не проходит оплата, что случилось?", thread=replace(mail("", "a:b").thread, key="7")
    )
    await desk.report(await desk.shop.take("bot", chat))
    notice_id = await desk.approved()
    await desk.tell()
    await desk.tell()
    sent = await desk.sent()

    assert [(one.account, one.payload.to, one.payload.language) for one in sent] == [
        ("mail", "ann@example.com", "en"), ("mail", "hanna@example.com", "uk"), ("bot", "7", "ru"),
    ]  # fmt: skip
    assert [one.payload.subject for one in sent] == ["Disruption", "Збій", ""]
    assert sent[2].payload.text == "Знаем!\n\n[ru] STOP\n"
    assert {one.dedupe_key for one in sent} == {f"notice:{notice_id}:{one.identity_id}" for one in sent}


async def test_a_mail_answers_the_report_and_carries_the_link_to_decline(desk: Desk) -> None:
    await reported(desk, "ann")
    await desk.approved()
    await desk.tell()
    [item] = await desk.sent()
    token = item.payload.unsubscribe_url.rpartition("/")[2]

    assert item.payload.in_reply_to == "<1@x>"
    assert item.payload.unsubscribe_url.startswith("https://hub.example/unsubscribe/")
    assert optout.read(token, secret=TELLING.secret) == item.identity_id
    assert item.payload.unsubscribe_url in item.payload.text
    assert item.payload.reply_token


async def test_who_writes_later_is_told_then(desk: Desk) -> None:
    await reported(desk, "ann")
    await desk.approved()
    stage = desk.stage()
    await desk.tell(stage)
    first = addresses(await desk.sent())
    await reported(desk, "ben")
    await reported(desk, "ann")
    await desk.tell(stage)

    assert first == ["ann@example.com"]
    assert addresses(await desk.sent()) == ["ann@example.com", "ben@example.com"]


async def test_one_customer_with_two_addresses_is_told_at_one(desk: Desk) -> None:
    both = Sender(
        handles=(handle("email:ann@example.com", Evidence.DMARC), handle("phone:+380671112233", Evidence.CALLER))
    )
    await desk.report(await desk.shop.take("mail", mail("<1@x>", both)))
    await reported(desk, "ann2")
    await people.link(
        desk.shop.acting, AGENT, identity_of("email:ann@example.com"), identity_of("email:ann2@example.com")
    )
    notice_id = await desk.approved()
    await desk.tell()

    assert addresses(await desk.sent()) == ["ann@example.com"]
    assert await desk.skipped(notice_id) == {"told-elsewhere": 1}


@pytest.mark.parametrize("names", [("ann", "ann2"), ("ann2", "ann")])
async def test_customers_that_were_joined_later_are_not_told_again(desk: Desk, names: tuple[str, str]) -> None:
    first, second = names
    await reported(desk, first)
    await desk.approved()
    await desk.tell()
    await reported(desk, second)
    ends = (identity_of(f"email:{name}@example.com") for name in names)
    await people.link(desk.shop.acting, AGENT, *ends)
    await desk.tell()

    assert addresses(await desk.sent()) == [f"{first}@example.com"]


async def test_machines_blocked_and_declining_customers_are_told_nothing(desk: Desk) -> None:
    await desk.report(await mailed(desk, "robot", automatic=Automatic(is_bulk=True)))
    await desk.report(await mailed(desk, "spam", spam_score=0.95))
    for name in ("blocked", "declined", "ann"):
        await reported(desk, name)
    await people.block(desk.shop.acting, AGENT, identity_of("email:blocked@example.com"))
    await optouts.opt_out(desk.shop.acting, AGENT, identity_of("email:declined@example.com"), means=OptOutMeans.AGENT)
    await desk.report(await desk.shop.take("form", words("f1", "email:form@example.com")))
    notice_id = await desk.approved()
    await desk.tell()

    assert addresses(await desk.sent()) == ["ann@example.com"]
    assert await desk.skipped(notice_id) == {"automatic": 2, "blocked": 1, "opted-out": 1, "unreachable": 1}


async def test_who_blocked_the_account_is_told_nothing_by_it(desk: Desk) -> None:
    chat = words("t1", "telegram:7", "Оплата не проходить", thread=Thread(key="7"))
    await desk.report(await desk.shop.take("bot", chat))
    await desk.shop.take("bot", Reachability(external_id="u1", sender=chat.sender, is_reachable=False, sent_at=at(30)))
    notice_id = await desk.approved()
    await desk.tell()

    assert await desk.sent() == []
    assert await desk.skipped(notice_id) == {"unreachable": 1}


@pytest.mark.parametrize("names", [("ann", "ann2"), ("ann2", "ann")])
async def test_who_declined_at_one_address_is_told_at_no_other(desk: Desk, names: tuple[str, str]) -> None:
    await reported(desk, names[0])
    await mailed(desk, names[1])
    ann, other = (identity_of(f"email:{name}@example.com") for name in names)
    await people.link(desk.shop.acting, AGENT, ann, other)
    await optouts.opt_out(desk.shop.acting, AGENT, other, means=OptOutMeans.AGENT)
    notice_id = await desk.approved()
    await desk.tell()

    assert await desk.sent() == []
    assert await desk.skipped(notice_id) == {"opted-out": 1}


async def test_a_person_behind_a_machine_is_told_when_they_write_themselves(desk: Desk) -> None:
    await desk.report(await mailed(desk, "ann", automatic=Automatic(is_reply=True)))
    await desk.approved()
    await desk.tell()
    before = addresses(await desk.sent())
    await desk.report(
        await desk.shop.take("mail", mail("<2@x>", "email:ann@example.com", "Оплата не працює", minutes=5))
    )
    await desk.tell()

    assert (before, addresses(await desk.sent())) == ([], ["ann@example.com"])


async def test_a_group_chat_is_told_once(desk: Desk) -> None:
    thread = replace(mail("", "a:b").thread, key="group")
    for number in (1, 2):
        await desk.report(await desk.shop.take("bot", words(f"t{number}", f"telegram:{number}", thread=thread)))
    notice_id = await desk.approved()
    await desk.tell()

    assert len(await desk.sent()) == 1
    assert await desk.skipped(notice_id) == {"told-elsewhere": 1}


async def test_notices_of_one_account_are_spread_over_time_and_do_not_hold_up_another(desk: Desk) -> None:
    for name in ("ann", "ben", "cid"):
        await reported(desk, name)
    await desk.report(await desk.shop.take("bot", words("t1", "telegram:7")))
    await desk.approved()
    await desk.tell()
    began_us = to_us(desk.shop.clock)

    assert [(one.account, (one.due_us - began_us) // 1_000_000) for one in await desk.sent()] == [
        ("mail", 0), ("mail", 1), ("mail", 2), ("bot", 0),
    ]  # fmt: skip


async def test_people_on_a_list_are_told_although_they_have_not_written(desk: Desk) -> None:
    await mailed(desk, "known", "Дякую за замовлення")
    known_id = identity_of("email:known@example.com")
    notice_id = await desk.approved(identities=["email:New@Example.COM", f"customer:{known_id}", "phone:+380671112233"])
    await desk.tell()
    sent = {one.payload.to: one for one in await desk.sent()}
    card = await desk.shop.card_of("email:new@example.com")

    assert sorted(sent) == ["New@Example.COM", "known@example.com"]
    assert await desk.skipped(notice_id) == {"never-wrote": 1}
    assert [(one.type, one.state, one.outage_id) for one in card.entries] == [("notice", "queued", desk.outage_id)]
    assert sent["known@example.com"].payload.in_reply_to == ""


@pytest.mark.parametrize("line", ["", "ann@example.com", "telegram:5", "email:nothing", "customer:5", "customer:x"])
async def test_a_line_that_names_nobody_is_refused_whole(desk: Desk, line: str) -> None:
    with pytest.raises(CommandRefused):
        await desk.draft(identities=["email:ann@example.com", line])

    assert await desk.shop.rows("SELECT * FROM notices") == []


async def test_an_update_goes_to_the_same_people_and_takes_the_place_of_the_first(desk: Desk) -> None:
    await reported(desk, "ann")
    first = await desk.approved(identities=["email:listed@example.com"])
    await desk.tell()
    await desk.shop.store.writer.command(_mark_sent)
    update = await desk.approved(NoticeKind.UPDATE)
    await reported(desk, "late")
    await desk.tell()

    assert addresses(await desk.sent(first)) == ["ann@example.com", "listed@example.com"]
    assert sorted(addresses(await desk.sent(update))) == ["ann@example.com", "late@example.com", "listed@example.com"]


async def test_what_still_waited_of_the_first_is_taken_back_by_an_update(desk: Desk) -> None:
    await reported(desk, "ann")
    first = await desk.approved(identities=["email:listed@example.com"])
    await desk.tell()
    update = await desk.approved(NoticeKind.UPDATE)
    await desk.tell()

    assert await desk.sent(first) == []
    assert await desk.skipped(first) == {"superseded": 2}
    assert sorted(addresses(await desk.sent(update))) == ["ann@example.com", "listed@example.com"]


async def test_a_second_first_word_goes_only_to_whom_the_first_did_not_reach(desk: Desk) -> None:
    await reported(desk, "ann")
    await desk.approved()
    await desk.tell()
    await desk.shop.store.writer.command(_mark_sent)
    await reported(desk, "ben")
    second = await desk.approved()
    await desk.tell()

    assert addresses(await desk.sent(second)) == ["ben@example.com"]
    assert await desk.skipped(second) == {"told-before": 1}


@pytest.mark.parametrize("names", [("ann", "ann2"), ("ann2", "ann")])
async def test_nor_to_another_address_of_who_was_reached(desk: Desk, names: tuple[str, str]) -> None:
    await reported(desk, names[0])
    await desk.approved()
    await desk.tell()
    await desk.shop.store.writer.command(_mark_sent)
    await mailed(desk, names[1])
    await people.link(desk.shop.acting, AGENT, *(identity_of(f"email:{name}@example.com") for name in names))
    second = await desk.approved()
    await desk.tell()

    assert await desk.sent(second) == []
    assert await desk.skipped(second) == {"told-before": 1}


async def test_a_merged_outage_tells_those_it_told_no_second_first_word(desk: Desk) -> None:
    await desk.open(outage_id=5)
    await desk.report(await mailed(desk, "ann"), outage_id=5)
    await desk.approved(outage_id=5)
    await desk.tell()
    await desk.shop.store.writer.command(_mark_sent)
    await desk.open(OutageState.RESOLVED, outage_id=5, merged_into=desk.outage_id)
    await reported(desk, "ann")
    await reported(desk, "ben")
    second = await desk.approved()
    await desk.tell()

    assert addresses(await desk.sent(second)) == ["ben@example.com"]


async def test_the_end_is_told_to_all_with_a_question_that_only_they_can_answer(desk: Desk) -> None:
    await reported(desk, "ann", "The payment does not go through, please help me")
    await desk.open(OutageState.RESOLVED)
    await desk.approved(NoticeKind.RESOLUTION)
    await desk.tell()
    [item] = await desk.sent()
    link = next(line for line in item.payload.text.splitlines() if line.startswith("[en] how?")).rpartition("/")[2]
    asked = ratings.read(link, secret=TELLING.secret)

    assert asked is not None
    assert (asked.subject_id, asked.identity_id) == (desk.outage_id, item.identity_id)


async def test_the_question_is_put_once_about_an_outage(desk: Desk) -> None:
    await reported(desk, "ann")
    await desk.open(OutageState.RESOLVED)
    first = await desk.approved(NoticeKind.RESOLUTION)
    await desk.tell()
    await desk.shop.store.writer.command(_mark_sent)
    again = await desk.approved(NoticeKind.RESOLUTION)
    await desk.tell()
    [asked], [silent] = await desk.sent(first), await desk.sent(again)

    assert "how?" in asked.payload.text
    assert "how?" not in silent.payload.text


async def test_a_cancelled_notice_is_taken_back(desk: Desk) -> None:
    await reported(desk, "ann")
    notice_id = await desk.approved()
    await desk.tell()
    await commands.cancel(desk.shop.acting, AGENT, notice_id)
    await reported(desk, "ben")
    await desk.tell()
    card = await desk.shop.card_of("email:ann@example.com")

    assert await desk.sent() == []
    assert await desk.skipped(notice_id) == {"cancelled": 1}
    assert [(one.state, one.reason) for one in card.entries if one.type == "notice"] == [("withdrawn", "cancelled")]


@pytest.mark.parametrize(
    ("state", "kind", "is_taken"),
    [
        (OutageState.SUSPECTED, NoticeKind.NOTICE, False),
        (OutageState.CONFIRMED, NoticeKind.NOTICE, True),
        (OutageState.MONITORING, NoticeKind.UPDATE, True),
        (OutageState.CONFIRMED, NoticeKind.RESOLUTION, False),
        (OutageState.RESOLVED, NoticeKind.UPDATE, False),
        (OutageState.RESOLVED, NoticeKind.RESOLUTION, True),
        (OutageState.DISMISSED, NoticeKind.NOTICE, False),
    ],
)
async def test_only_what_fits_the_outages_state_is_approved(
    desk: Desk, state: OutageState, kind: NoticeKind, is_taken: bool
) -> None:
    await desk.open(state)
    notice_id = await desk.draft(kind)
    if is_taken:
        await commands.approve(desk.shop.acting, AGENT, notice_id)
    else:
        with pytest.raises(CommandRefused):
            await commands.approve(desk.shop.acting, AGENT, notice_id)

    assert len(await desk.shop.events("notice.approved")) == is_taken


async def test_a_notice_is_approved_once_and_as_it_was_read(desk: Desk) -> None:
    notice_id = await desk.draft()
    await commands.change(desk.shop.acting, AGENT, notice_id, texts={"en": TEXTS["en"]})
    with pytest.raises(Conflict):
        await commands.approve(desk.shop.acting, AGENT, notice_id, version=1)
    await commands.approve(desk.shop.acting, AGENT, notice_id, version=2)
    for command in (commands.approve, commands.change):
        with pytest.raises(Conflict):
            await command(desk.shop.acting, AGENT, notice_id)
    with pytest.raises(NotFound):
        await commands.approve(desk.shop.acting, AGENT, 999)

    assert len(await desk.shop.events("notice.approved")) == 1


async def test_a_draft_tells_nobody(desk: Desk) -> None:
    await reported(desk, "ann")
    await desk.draft()
    await desk.tell()

    assert await desk.sent() == []


async def test_a_notice_says_once_that_everybody_was_told(desk: Desk) -> None:
    await reported(desk, "ann")
    await desk.approved()
    await desk.tell()
    early = await desk.shop.events("notice.sent")
    await desk.shop.store.writer.command(_mark_sent)
    await desk.tell()
    await reported(desk, "ben")
    await desk.tell()
    [told] = await desk.shop.events("notice.sent")

    assert early == []
    assert told.data["counts"] == {"sent": 1}


@pytest.mark.parametrize(("text", "is_declined"), [("СТОП", True), ("stop it, please: nothing works", False)])
async def test_a_bare_word_in_answer_to_a_notice_declines(desk: Desk, text: str, is_declined: bool) -> None:
    thread = replace(mail("", "a:b").thread, key="7")
    await desk.report(await desk.shop.take("bot", words("t1", "telegram:7", thread=thread)))
    stage = desk.stage()
    await desk.tell(stage)
    await desk.approved()
    await desk.tell(stage)
    await desk.shop.store.writer.command(_mark_sent)
    await desk.shop.take("bot", words("t2", "telegram:7", text, thread=thread))
    await desk.shop.take("bot", words("t3", "telegram:8", "СТОП", thread=replace(thread, key="8")))
    await desk.tell(stage)
    told, other = await desk.shop.card_of("telegram:7", "bot"), await desk.shop.card_of("telegram:8", "bot")

    assert bool(told.opted_out) is is_declined
    assert not other.opted_out


async def test_the_word_elsewhere_than_in_answer_to_a_notice_declines_nothing(desk: Desk) -> None:
    await reported(desk, "ann")
    stage = desk.stage()
    await desk.tell(stage)
    await desk.approved()
    await desk.tell(stage)
    await desk.shop.store.writer.command(_mark_sent)
    await mailed(desk, "ann", "STOP")
    await desk.tell(stage)

    assert not (await desk.shop.card_of("email:ann@example.com")).opted_out


async def test_a_word_that_is_read_again_does_not_undo_what_an_agent_lifted(desk: Desk) -> None:
    thread = replace(mail("", "a:b").thread, key="7")
    await desk.report(await desk.shop.take("bot", words("t1", "telegram:7", thread=thread)))
    early, late = desk.stage(), desk.stage()
    await desk.tell(early)
    await desk.tell(late)
    await desk.approved()
    await desk.tell(early)
    await desk.shop.store.writer.command(_mark_sent)
    await desk.shop.take("bot", words("t2", "telegram:7", "STOP", thread=thread))
    await desk.tell(early)
    desk.shop.clock += timedelta(minutes=1)
    await optouts.opt_in(desk.shop.acting, AGENT, identity_of("telegram:7", "bot"))
    await desk.tell(late)

    assert not (await desk.shop.card_of("telegram:7", "bot")).opted_out


async def test_a_bounce_of_a_notice_shows_where_people_look_and_nobody_is_told_again(desk: Desk) -> None:
    await reported(desk, "ann")
    notice_id = await desk.approved()
    await desk.tell()
    await desk.shop.store.writer.command(_mark_sent)
    [item] = await desk.sent()
    await desk.shop.take("mail", *bounce(item.payload.message_id))
    await reported(desk, "ann")
    await desk.tell()
    card = await desk.shop.card_of("email:ann@example.com")
    async with desk.shop.store.readers.read() as session:
        [troubled] = await recipients.troubled(session, notice_id, limit=10)

    assert (troubled.state, troubled.shown) == ("failed", "ann@example.com")
    assert "no such user" in troubled.error
    assert [one.state for one in card.entries if one.type == "notice"] == ["failed"]
    assert len(await desk.sent()) == 1


async def test_an_answer_to_a_notice_goes_on_in_its_conversation(desk: Desk) -> None:
    await reported(desk, "ann")
    await desk.approved(identities=["email:new@example.com"])
    await desk.tell()
    for number, item in enumerate(await desk.sent()):
        thread = Thread(message_id=f"<answer{number}@x>", in_reply_to=f"<{item.payload.message_id}>")
        message_id = await desk.shop.take(
            "mail", mail(f"<answer{number}@x>", f"email:{item.payload.to}", "Дякую", thread=thread)
        )
        [stored] = await desk.shop.rows(f"SELECT conversation_id FROM messages WHERE id = {message_id}")

        assert stored["conversation_id"] == item.conversation_id


async def test_a_word_is_not_lost_to_a_full_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    thread = replace(mail("", "a:b").thread, key="7")
    await desk.report(await desk.shop.take("bot", words("t1", "telegram:7", thread=thread)))
    stage, save = desk.stage(), optout_store.save
    await desk.tell(stage)
    await desk.approved()
    await desk.tell(stage)
    await desk.shop.store.writer.command(_mark_sent)
    await desk.shop.take("bot", words("t2", "telegram:7", "STOP", thread=thread))

    async def full(*_args: object, **_values: object) -> None:
        raise DiskFull("the disk is full")

    monkeypatch.setattr(optout_store, "save", full)
    with pytest.raises(DiskFull):
        await stage.turn()
    monkeypatch.setattr(optout_store, "save", save)
    await desk.tell(stage)

    assert (await desk.shop.card_of("telegram:7", "bot")).opted_out


@pytest.mark.parametrize(("days", "told"), [(6, 2), (8, 1)])
async def test_that_it_is_over_is_news_for_a_week(desk: Desk, days: int, told: int) -> None:
    await reported(desk, "ann")
    await desk.open(OutageState.RESOLVED)
    notice_id = await desk.approved(NoticeKind.RESOLUTION)
    await desk.tell()
    desk.shop.clock += timedelta(days=days)
    await reported(desk, "ben")
    await desk.tell()

    assert len(await desk.sent(notice_id)) == told


async def test_what_waits_is_taken_back_at_once_when_the_outage_is_over(desk: Desk) -> None:
    await reported(desk, "ann")
    notice_id = await desk.approved()
    stage = desk.stage()
    await desk.tell(stage)
    await desk.open(OutageState.RESOLVED)
    await desk.tell(stage)

    assert await desk.sent() == []
    assert await desk.skipped(notice_id) == {"out-of-season": 1}


def windowed(desk: Desk, **changes: Any) -> None:
    """The bot takes answers for a day."""
    bot = replace(desk.shop.book.accounts["bot"], reply_window_us=24 * 3_600_000_000, **changes)
    desk.shop.book = replace(desk.shop.book, accounts={**desk.shop.book.accounts, "bot": bot})


async def chatted(desk: Desk, *, key: str = "77", minutes: float = 0) -> None:
    """A customer reports in a chat, and says their phone."""
    sender = Sender(
        handles=(handle("telegram:77", Evidence.CHANNEL_ID), handle("phone:+380671112233", Evidence.CHANNEL_CONTACT))
    )
    said = words(f"{key}:1", sender, "Не проходить оплата", thread=Thread(key=key), minutes=minutes)
    await desk.report(await desk.shop.take("bot", said))


async def test_who_wrote_too_long_ago_for_a_channel_is_told_at_another_address(desk: Desk) -> None:
    windowed(desk)
    await chatted(desk)
    by_mail = Sender(
        handles=(handle("email:ann@example.com", Evidence.DMARC), handle("phone:+380671112233", Evidence.CALLER))
    )
    await desk.report(await desk.shop.take("mail", mail("<1@x>", by_mail)))
    desk.shop.clock += timedelta(hours=25)
    notice_id = await desk.approved()
    await desk.tell()

    assert addresses(await desk.sent()) == ["ann@example.com"]
    assert set(await desk.skipped(notice_id)) <= {"window-closed", "told-elsewhere"}


async def test_who_has_no_other_is_counted_and_nothing_fails(desk: Desk) -> None:
    windowed(desk)
    await chatted(desk)
    desk.shop.clock += timedelta(hours=25)
    notice_id = await desk.approved()
    await desk.tell()

    assert await desk.sent() == []
    assert await desk.skipped(notice_id) == {"window-closed": 1}


async def test_nobody_is_told_under_a_public_comment(desk: Desk) -> None:
    windowed(desk, is_public=lambda key: "#" in key)
    await chatted(desk, key="post#77")
    notice_id = await desk.approved()
    await desk.tell()

    assert await desk.sent() == []
    assert await desk.skipped(notice_id) == {"unreachable": 1}
