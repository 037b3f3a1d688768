"""Messages that are too old go without a trace; what is counted, and who customers are, stays."""

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
import structlog

from channelhub.domain.inbound import Attachment, Content, EditedMessage
from channelhub.domain.incidents import IncidentState
from channelhub.domain.outages import OutageState
from channelhub.domain.outbound import OutboxState, OutgoingFile, SentParts
from channelhub.domain.people import Evidence, Sender
from channelhub.domain.ratings import RatedKind
from channelhub.domain.raw import RawMessage
from channelhub.domain.times import to_us
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.commands import drafts, incidents, notes, ratings
from channelhub.pipeline.commands import erasing as erasing_commands
from channelhub.pipeline.commands.incidents import Change
from channelhub.pipeline.commands.notes import Writer
from channelhub.pipeline.commands.replies import reply
from channelhub.pipeline.erasing import expiring as steps
from channelhub.pipeline.erasing.stage import EVERY_BYTE, ErasingStage
from channelhub.pipeline.expiring import Expiry
from channelhub.pipeline.grouping import GroupingStage
from channelhub.pipeline.outage_rules import LifeRules
from channelhub.rules import ratings as rating_rules
from channelhub.rules.erasing import Step
from channelhub.rules.outage.reasons import SharedTerms
from channelhub.rules.outage.thresholds import OutageRules
from channelhub.settings.retention import MessageRetention, RetentionSettings
from channelhub.store import conversations, erasures, inbox, outages, outbox, parking, sent_parts
from channelhub.store import outage_words as said
from channelhub.store.check import check
from channelhub.store.database import Session
from channelhub.store.inbox import Delivery
from channelhub.store.outages import Member, Outage
from tests.erasure import traces
from tests.pipeline.workshop import BOOK, Workshop, handle, identity_of, mail, words, workshop

OLENA, BO, CHAT = "email:olena@example.org", "email:bo@example.org", "telegram:739100417"
#: Each stands where another part of the hub keeps what somebody wrote.
WORDS = (
    "зеброкод", "zebrasubject", "zebraphoto.png", "zebrafile", "zebraparked", "zebrareply", "zebrarating", "zebratitle",
    "zebralarge", "zebraconv", "zebranote", "zebraedited", "zebradraft", "zebraseen",
    "zebrapart", "zebraours",
)  # fmt: skip
MAIL = MessageRetention(account="mail", days=30)
BOT = MessageRetention(channel="telegram", days=400)


def _expiry(shop: Workshop, *rules: MessageRetention) -> Expiry:
    return Expiry(
        shop.store,
        lambda: RetentionSettings(messages=rules),
        lambda: {name: one.channel for name, one in shop.book.accounts.items()},
        asked=Bell(),
        now=lambda: shop.clock,
        log=structlog.get_logger(),
    )


def _stage(shop: Workshop, folder: Path) -> ErasingStage:
    return ErasingStage(
        shop.store, folder, detects=False, asked=Bell(), now=lambda: shop.clock, log=structlog.get_logger(),
        rewritten_bytes=EVERY_BYTE,
    )  # fmt: skip


async def _expire(shop: Workshop, folder: Path, *rules: MessageRetention) -> erasures.Erasure | None:
    """As if the rules had stood for a day."""
    expiry = _expiry(shop, *rules)
    made = await expiry.ask()
    if made is None:
        shop.clock += timedelta(days=1)
        made = await expiry.ask()
    stage = _stage(shop, folder)
    while await stage.work():
        pass
    if made is None:
        return None
    async with shop.store.readers.read() as session:
        return await erasures.get(session, made.id)


async def _write(shop: Workshop, work: Callable[[Session], Awaitable[Any]]) -> Any:
    return await shop.store.writer.command(work)


async def _only(shop: Workshop, sql: str) -> list[Any]:
    return [next(iter(row.values())) for row in await shop.rows(sql)]


async def _close(shop: Workshop, incident_id: int) -> None:
    done = Change(state=IncidentState.CLOSED)
    await incidents.change(shop.acting, "agent:kate", incident_id, done, version=None)


async def _history(shop: Workshop) -> int:
    """Olena and Bo write by mail; what Olena wrote is in every part of the hub. Her incident is closed at last."""
    photo = secrets.token_bytes(64) + b"zebrafile"
    shared = b"everybody's price list"
    files = [
        Attachment(filename=name, content_type="image/png", size=len(content), sha256=shop.store.blobs.put(content))
        for name, content in {"zebraphoto.png": photo, "prices.pdf": shared}.items()
    ]
    olena = Sender(name="Олена", handles=(handle(OLENA, Evidence.DMARC),))
    content = Content(subject="zebrasubject", text="зеброкод не працює оплата zebratitle", attachments=tuple(files))
    first = await shop.take(
        "mail", mail("<one@zebraconv>", olena, content=content), body="зеброкод".encode(), delivery_id="<one@zebraconv>"
    )
    edited = replace(content, text="зеброкод zebraedited не працює оплата")
    changed = mail("<one@zebraconv>", olena, content=edited)
    await shop.take(
        "mail", EditedMessage(external_id="<one@zebraconv>", revision=1, message=changed), body=b"zebraedited"
    )
    (conversation_id,) = await _only(shop, "SELECT id FROM conversations")
    shop.book = replace(BOOK, accounts={**BOOK.accounts, "mail": replace(BOOK.accounts["mail"], can_send_files=True)})
    ours = OutgoingFile(
        filename="bill.pdf",
        content_type="application/pdf",
        size=9,
        sha256=hashlib.sha256(b"zebraours").hexdigest(),
        content=b"zebraours",
    )
    await reply(shop.acting, "agent:kate", conversation_id, "zebrareply", files=[ours])
    await drafts.save(shop.acting, "kate", conversation_id, "zebradraft")
    who = Writer(actor="agent:kate", name="kate")
    await notes.write(shop.acting, who, "zebranote", customer_id=identity_of(OLENA), conversation_id=conversation_id)
    tagged = Change(tags=("zebratag",))
    await incidents.change(shop.acting, "agent:kate", first, tagged, version=None)
    asked = rating_rules.asked(RatedKind.INCIDENT, first, identity_of(OLENA), at_us=to_us(shop.clock))
    await ratings.rate(shop.acting, asked, score=2, comment="zebrarating")
    await _close(shop, first)
    large = b"zebralarge " * 20_000
    blob = shop.store.blobs.put(large)
    raw = RawMessage(account="mail", delivery_id="large", body=large)
    delivery = Delivery(raws=[raw], blobs=[blob], cursor=None, cursor_account="mail", received_at=shop.clock)
    (receipt,) = await shop.store.writer.deliver(delivery)
    seen, _ = await shop.store_raw("mail", body=b"zebraseen")
    await _write(shop, partial(_done, ids=[receipt.inbox_id, seen]))
    bo = Sender(name="Bo", handles=(handle(BO),))
    text = Content(text="не працює оплата карткою", attachments=(files[1],))
    bos = await shop.take("mail", mail("<two@example.org>", bo, content=text), body=b"bo's")
    await _write(shop, lambda session: _outage(session, shop, first, bos))
    await _write(shop, partial(_sent, at_us=to_us(shop.clock)))
    return first


async def _sent(session: Session, at_us: int) -> None:
    """Everything that waits went out, to Olena as a message of two parts."""
    for one in await outbox.in_state(session, OutboxState.QUEUED):
        if one.identity_id == identity_of(OLENA):
            await sent_parts.save(session, one, SentParts(names=("zebrapart1", "zebrapart2"), total=2))
        await outbox.settle(session, one, state=OutboxState.SENT, at_us=at_us)


async def _done(session: Session, ids: list[int]) -> None:
    await inbox.mark_done(session, ids)


async def _outage(session: Session, shop: Workshop, first: int, bos: int) -> None:
    now_us = to_us(shop.clock)
    terms = SharedTerms(terms=("оплата",))
    outage = Outage(
        id=first, state=OutageState.RESOLVED, version=1, title="зеброкод не працює оплата zebratitle",
        terms=("оплата",), reasons=(terms,), began_us=now_us, opened_us=now_us, changed_us=now_us,
    )  # fmt: skip
    await outages.save(session, [outage])
    members = [
        Member(message_id=one, identity_id=identity_of(who), weight=1.0, reasons=(terms,), at_us=now_us)
        for one, who in ((first, OLENA), (bos, BO))
    ]
    await outages.add_members(session, first, members)
    await said.add(session, first, {"оплат": "оплата"})


@pytest.fixture
async def aged(shop: Workshop) -> Workshop:
    """Olena and Bo wrote by mail forty days ago; Bo wrote in the chat, too, and again yesterday."""
    await _history(shop)
    await shop.take("bot", words("t1", CHAT, "про чат"))
    shop.clock += timedelta(days=40)
    await shop.take("mail", mail("<three@example.org>", BO, "новий лист"))
    young, _ = await shop.store_raw("mail", body=b"zebrayoung")
    await _write(shop, partial(_done, ids=[young]))
    return shop


async def test_no_byte_of_what_is_too_old_is_left(aged: Workshop, tmp_path: Path) -> None:
    before = {line.split(" ")[0] for line in traces(tmp_path, WORDS)}
    done = await _expire(aged, tmp_path, MAIL)

    assert before == set(WORDS) - {"zebraparked"}
    assert list(traces(tmp_path, WORDS)) == []
    assert done is not None
    assert done.step is Step.DONE
    assert done.counts["messages"] == 3  # hers, an acknowledgement, an answer: Bo's incident is open
    assert done.counts["deliveries"] == 4
    assert done.counts["files"] == 3


async def test_what_is_young_or_of_another_account_stays(aged: Workshop, tmp_path: Path) -> None:
    await _expire(aged, tmp_path, MAIL, BOT)
    bo, chat = await aged.card_of(BO), await aged.card_of(CHAT, "bot")
    report = await check(tmp_path)

    assert {one.preview for one in bo.entries if one.direction == "in"} == {"не працює оплата карткою", "новий лист"}
    assert list(traces(tmp_path, ("zebrayoung",))) != []
    assert "про чат" in {one.preview for one in chat.entries}
    assert report.is_whole, report.damages
    assert not report.miscounts
    assert len(aged.store.blobs.names()) == 1, "the price list is Bo's, too"


async def test_the_customer_stays_and_so_do_figures(aged: Workshop, tmp_path: Path) -> None:
    await _expire(aged, tmp_path, MAIL)
    olena = await aged.card_of(OLENA)
    (outage,) = await aged.rows("SELECT title, terms FROM outages")

    assert [one.name for one in olena.identities] == ["Олена"]
    assert olena.entries == []
    assert await _only(aged, "SELECT tag FROM incident_tags") == []
    assert await aged.rows("SELECT score, comment FROM ratings") == [{"score": 2, "comment": ""}]
    assert await _only(aged, "SELECT count(DISTINCT identity_id) FROM outage_members") == [2]
    assert outage == {"title": "не працює оплата", "terms": '["оплата"]'}


async def test_a_redelivery_is_known_and_brings_nothing_back(aged: Workshop, tmp_path: Path) -> None:
    await _expire(aged, tmp_path, MAIL)
    raw = RawMessage(account="mail", delivery_id="<one@zebraconv>", body=b"again")
    delivery = Delivery(raws=[raw], blobs=[""], cursor=None, cursor_account="mail", received_at=aged.clock)
    (receipt,) = await aged.store.writer.deliver(delivery)

    assert receipt.is_duplicate
    assert await aged.rows("SELECT inbox_id FROM pending") == []


async def test_who_writes_again_begins_anew(aged: Workshop, tmp_path: Path) -> None:
    await _expire(aged, tmp_path, MAIL)
    answer = mail("<four@example.org>", OLENA, "і знову")
    await aged.take("mail", replace(answer, thread=replace(answer.thread, references=("<one@zebraconv>",))))
    card = await aged.card_of(OLENA)
    numbers = await _only(aged, "SELECT number FROM incidents ORDER BY number")

    assert "і знову" in {one.preview for one in card.entries}
    assert len(numbers) == len(set(numbers))
    assert numbers[-1] == 5, "a number that went isn't given again"


async def test_the_newest_number_is_not_given_again(shop: Workshop, tmp_path: Path) -> None:
    first = await shop.take("mail", mail("<a@b>", BO, "зеброкод"))
    await _write(shop, partial(_sent, at_us=to_us(shop.clock)))
    await _close(shop, first)
    shop.clock += timedelta(days=40)
    await _expire(shop, tmp_path, MAIL)
    await shop.take("mail", mail("<c@d>", BO, "новий"))

    assert await _only(shop, "SELECT number FROM incidents ORDER BY number") == [1, 2]
    assert list(traces(tmp_path, ("зеброкод",))) == []


async def test_an_open_incident_keeps_its_messages_unless_the_rule_says_otherwise(
    aged: Workshop, tmp_path: Path
) -> None:
    kept = await _expire(aged, tmp_path, MAIL)
    gone = await _expire(aged, tmp_path, replaced(MAIL, keep_open=False))

    assert kept is not None
    assert gone is not None
    assert gone.counts["messages"] == 2  # Bo's first mail and what acknowledged it
    assert "не працює оплата карткою" not in {one.preview for one in (await aged.card_of(BO)).entries}


async def test_an_incident_goes_as_a_whole(shop: Workshop, tmp_path: Path) -> None:
    first = await shop.take("mail", mail("<a@b>", BO, "перший"))
    shop.clock += timedelta(days=20)
    await shop.take("mail", replace(mail("<c@d>", BO, "другий"), thread=mail("<c@d>", BO).thread))
    await _write(shop, partial(_sent, at_us=to_us(shop.clock)))
    for one in await _only(shop, "SELECT id FROM incidents"):
        await _close(shop, one)
    shop.clock += timedelta(days=15)

    assert await _expire(shop, tmp_path, MAIL) is None, "it was closed fifteen days ago"
    assert first in await _only(shop, "SELECT id FROM messages")


async def test_without_keep_open_an_incident_outlives_its_first_message(shop: Workshop, tmp_path: Path) -> None:
    sender = Sender(handles=(handle(BO, Evidence.DMARC),))
    first = await shop.take("mail", mail("<a@b>", sender, content=Content(subject="оплата", text="зеброкод оплата")))
    shop.clock += timedelta(days=10)
    later = mail("<c@d>", sender, minutes=14_400, content=Content(subject="Re: оплата", text="оплата і досі"))
    await shop.take("mail", replace(later, thread=replace(later.thread, in_reply_to="<a@b>")))
    await _write(shop, partial(_sent, at_us=to_us(shop.clock)))
    shop.clock += timedelta(days=25)
    done = await _expire(shop, tmp_path, replaced(MAIL, keep_open=False))

    assert done is not None
    assert list(traces(tmp_path, ("зеброкод",))) == []
    assert await shop.rows("SELECT id, subject, terms FROM incidents") == [{"id": first, "subject": "", "terms": "[]"}]
    assert await _only(shop, "SELECT subject FROM conversations") == ["Re: оплата"]


async def test_an_answer_that_waits_to_be_sent_stays(shop: Workshop, tmp_path: Path) -> None:
    await shop.take("mail", mail("<a@b>", BO, "привіт"))
    shop.clock += timedelta(days=40)
    done = await _expire(shop, tmp_path, replaced(MAIL, keep_open=False))

    assert done is not None
    assert done.counts["messages"] == 1
    assert await _only(shop, "SELECT state FROM outbox") == ["queued"]


async def test_parked_deliveries_wait_for_a_person(shop: Workshop, tmp_path: Path) -> None:
    await _history(shop)
    inbox_id, _ = await shop.store_raw("mail", body=b"zebraparked")
    await _write(
        shop,
        lambda session: parking.park(
            session, inbox_id, account="mail", reason="unreadable", detail="", salvage={}, at=shop.clock
        ),
    )
    shop.clock += timedelta(days=40)
    await _expire(shop, tmp_path, MAIL)

    assert list(traces(tmp_path, ("zebraparked",))) != []
    await _expire(shop, tmp_path, replaced(MAIL, keep_open=False))
    assert list(traces(tmp_path, ("zebraparked",))) == []


async def test_a_delivery_stays_with_a_message_that_stays(shop: Workshop, tmp_path: Path) -> None:
    """One post of a messenger may bring what several people wrote."""
    bot = replaced(BOT, days=30)
    first = await shop.take("bot", words("t1", CHAT, "перше"), words("t2", "telegram:5", "друге"), body=b"zebrabatch")
    await _write(shop, partial(_sent, at_us=to_us(shop.clock)))
    await _close(shop, first)
    shop.clock += timedelta(days=40)
    await _expire(shop, tmp_path, bot)

    assert await _only(shop, "SELECT count(*) FROM messages WHERE direction = 'in'") == [1]
    assert list(traces(tmp_path, ("zebrabatch",))) != []
    await _expire(shop, tmp_path, replaced(bot, keep_open=False))
    assert list(traces(tmp_path, ("zebrabatch",))) == []


async def test_nothing_leads_to_a_conversation_that_went(aged: Workshop, tmp_path: Path) -> None:
    """Not Message-IDs, not conversations that had become parts of it, nor links."""
    (conversation_id,) = await _only(
        aged, f"SELECT conversation_id FROM incidents WHERE identity_id = {identity_of(OLENA)}"
    )
    async with aged.store.readers.read() as session:
        known = (await conversations.get_many(session, [conversation_id]))[conversation_id]
    part = replace(known, id=11, key="a part", merged_into=known.id)
    parts_part = replace(part, id=12, key="a part's part", merged_into=11)
    await _write(aged, partial(conversations.save, changed=[part, parts_part]))
    refs = await _only(aged, f"SELECT ref FROM thread_ids WHERE conversation_id = {conversation_id}")
    await _expire(aged, tmp_path, MAIL)

    assert refs
    assert conversation_id not in await _only(aged, "SELECT id FROM conversations")
    assert not {11, 12} & set(await _only(aged, "SELECT id FROM conversations"))
    assert not await _only(
        aged, "SELECT ref FROM thread_ids WHERE conversation_id NOT IN (SELECT id FROM conversations)"
    )


async def test_rules_act_a_day_after_they_were_seen_first(aged: Workshop, tmp_path: Path) -> None:
    expiry = _expiry(aged, MAIL)
    first = await expiry.ask()
    aged.clock += timedelta(hours=23)
    second = await expiry.ask()
    changed = await _expiry(aged, replaced(MAIL, days=35)).ask()
    aged.clock += timedelta(hours=2)
    third = await _expiry(aged, replaced(MAIL, days=35)).ask()

    assert (first, second, changed, third) == (None, None, None, None)
    aged.clock += timedelta(hours=23)
    assert await _expiry(aged, replaced(MAIL, days=35)).ask() is not None


async def test_no_rule_no_loss(aged: Workshop, tmp_path: Path) -> None:
    assert await _expire(aged, tmp_path) is None
    assert await _expiry(aged).announced() is None


async def test_one_round_at_a_time(aged: Workshop) -> None:
    expiry = _expiry(aged, MAIL)
    await expiry.ask()
    aged.clock += timedelta(days=1)

    assert await expiry.ask() is not None
    assert await expiry.ask() is None


async def test_a_round_is_bounded_and_the_next_one_goes_on(
    aged: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "MOST", 1)
    monkeypatch.setattr(steps, "LOOKED_AT", 1)
    first = await _expire(aged, tmp_path, MAIL)
    second = await _expire(aged, tmp_path, MAIL)

    assert first is not None
    assert second is not None
    assert (first.counts["messages"], second.counts["messages"]) == (1, 1)
    while await _expire(aged, tmp_path, MAIL):
        pass
    assert list(traces(tmp_path, WORDS)) == []


async def test_a_preview_counts_what_goes(aged: Workshop, tmp_path: Path) -> None:
    (count,) = await _expiry(aged).preview([MAIL])
    (strict,) = await _expiry(aged).preview([replaced(MAIL, keep_open=False)])
    done = await _expire(aged, tmp_path, MAIL)

    assert done is not None
    assert count.goes == done.counts["messages"]
    assert (count.open, len(count.incidents), count.channel) == (2, 1, "email")
    assert (strict.goes, strict.open) == (5, 0)


async def test_the_first_rule_that_fits_counts(aged: Workshop) -> None:
    everything = MessageRetention(days=30, keep_open=False)
    counts = await _expiry(aged).preview([BOT, everything])

    assert {one.limit.account: one.goes for one in counts}["bot"] == 0
    assert {one.limit.account: one.goes for one in counts}["mail"] == 5


async def test_cut_off_after_any_piece_it_goes_on(tmp_path: Path) -> None:
    """A new stage for each piece, and each piece done twice: as a crash between its commit and the next would."""
    async with workshop(tmp_path) as shop:
        await _history(shop)
        shop.clock += timedelta(days=40)
        expiry = _expiry(shop, MAIL)
        await expiry.ask()
        shop.clock += timedelta(days=1)
        made = await expiry.ask()
        assert made is not None
        steps: list[str] = []
        while await _stage(shop, tmp_path).work():
            async with shop.store.readers.read() as session:
                now = await erasures.get(session, made.id)
            assert now is not None
            if now.step not in steps and now.step is not Step.DONE:
                steps.append(now.step)
                earlier = list(Step)[list(Step).index(now.step) - 1]
                await _write(shop, partial(erasures.save, erasure=replace(now, step=earlier, place=0)))

        assert list(traces(tmp_path, WORDS)) == []
        assert (await check(tmp_path)).is_whole


async def test_a_customer_is_erased_before_what_is_only_old(aged: Workshop, tmp_path: Path) -> None:
    expiry = _expiry(aged, MAIL)
    await expiry.ask()
    aged.clock += timedelta(days=1)
    await expiry.ask()
    stage = _stage(aged, tmp_path)
    await stage.work()
    aged.clock += timedelta(hours=1)
    asked = await erasing_commands.erase(aged.acting, "admin:kate", identity_of(OLENA), confirm="Олена")
    await stage.work()
    async with aged.store.readers.read() as session:
        first = await erasures.oldest_open(session)
    while await stage.work():
        pass

    assert first is not None
    assert first.id == asked.id
    assert list(traces(tmp_path, (*WORDS, "Олена"))) == []
    assert (await check(tmp_path)).is_whole


async def test_it_is_told_and_noted(aged: Workshop, tmp_path: Path) -> None:
    done = await _expire(aged, tmp_path, MAIL)
    told = (await aged.events())[-1]
    (line,) = await aged.rows("SELECT actor, action, detail FROM audit WHERE action = 'messages.expire'")

    assert done is not None
    assert told.type == "message.expired"
    assert told.data["erasure_id"] == str(done.id)
    assert told.data["messages"] == 3
    assert line["actor"] == "retention"
    assert '"messages":"3"' in line["detail"].replace(" ", "")
    async with aged.store.readers.read() as session:
        assert await erasures.newest(session, limit=10) == []


async def test_running_detection_forgets_what_one_customer_said(tmp_path: Path) -> None:
    async with workshop(tmp_path) as shop:
        detector = GroupingStage(
            shop.store, OutageRules(), life=LifeRules(), processed=Bell(), grouped=Bell(), now=lambda: shop.clock,
            log=structlog.get_logger(),
        )  # fmt: skip
        await shop.take("mail", mail("<a@b>", OLENA, "зеброкод не працює оплата"))
        await shop.take("mail", mail("<c@d>", BO, "не працює оплата"))
        shop.clock += timedelta(days=40)
        expiry = _expiry(shop, replaced(MAIL, keep_open=False))
        await expiry.ask()
        shop.clock += timedelta(days=1)
        await expiry.ask()
        stage = ErasingStage(
            shop.store, tmp_path, detects=True, asked=Bell(), now=lambda: shop.clock, log=structlog.get_logger()
        )
        grouping = asyncio.ensure_future(stage.detection.run(detector))
        try:
            while await stage.work():
                pass
        finally:
            grouping.cancel()
            await asyncio.gather(grouping, return_exceptions=True)
        (known,) = await shop.rows("SELECT snapshot FROM group_checkpoint")

        assert "оплат".encode() in known["snapshot"] or "працю".encode() in known["snapshot"]
        assert list(traces(tmp_path, ("зеброкод",))) == []


def replaced(rule: MessageRetention, **changes: Any) -> MessageRetention:
    return msgspec.structs.replace(rule, **changes)
