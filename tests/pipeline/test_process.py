"""What one message makes: an entry, an event, an incident, an acknowledgement, or none of them, and why."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from channelhub.domain.inbound import (
    Attachment,
    Automatic,
    Content,
    DeletedMessage,
    Direction,
    EditedMessage,
    JourneyEvent,
    Thread,
)
from channelhub.domain.people import Evidence, Sender
from channelhub.pipeline import searching
from channelhub.pipeline.commands import people as people_commands
from channelhub.rules import tokens
from channelhub.rules.identity import CROWD
from tests.pipeline.workshop import BOOK, Workshop, at, handle, identity_of, mail, words

ANN = "email:ann@example.com"
BOB = "email:bob@example.com"


async def count(shop: Workshop, table: str) -> int:
    (row,) = await shop.rows(f"SELECT count(*) AS n FROM {table}")
    return int(row["n"])


async def test_a_mail_makes_an_entry_an_event_an_incident_and_an_acknowledgement(shop: Workshop) -> None:
    made = await shop.take("mail", mail("<m1>", Sender(name="Ann", handles=(handle(ANN),)), "where is it?", minutes=5))
    ann = await shop.card_of(ANN)
    (received,) = await shop.events("message.received")
    (opened,) = await shop.events("incident.opened")
    (queued,) = await shop.rows("SELECT * FROM outbox")

    assert ann.name == "Ann"
    assert [(one.direction, one.preview) for one in ann.entries] == [("out", "[en] #1"), ("in", "where is it?")]
    assert [(one.id, one.number, str(one.state)) for one in ann.incidents] == [(made, 1, "new")]
    assert ann.entries[1].incident_id == made
    assert received.data["message_id"] == opened.data["incident_id"] == str(made)
    assert "where" not in str(received.data)
    assert (queued["kind"], queued["state"], queued["identity_id"]) == ("acknowledgement", "queued", identity_of(ANN))


@pytest.mark.parametrize(
    ("text", "language"),
    [("Где мой заказ, он не приехал?", "ru"), ("Де моє замовлення, воно не приїхало?", "uk"), ("Where is it?", "en")],
)
async def test_the_acknowledgement_speaks_the_language_of_the_message(shop: Workshop, text: str, language: str) -> None:
    await shop.take("mail", mail("<m1>", ANN, text))
    entry = (await shop.card_of(ANN)).entries[0]

    assert entry.preview == f"[{language}] #1"
    assert entry.flags == ("automatic",)


async def test_what_is_said_in_public_gets_no_acknowledgement(shop: Workshop) -> None:
    bot = replace(BOOK.accounts["bot"], is_public=lambda key: "#" in key)
    shop.book = replace(BOOK, accounts={**BOOK.accounts, "bot": bot})
    await shop.take("bot", words("c1", "telegram:77", "Де замовлення?", thread=Thread(key="post#77")))
    before = await shop.rows("SELECT id FROM outbox")
    await shop.take("bot", words("c2", "telegram:77", "Де замовлення?", thread=Thread(key="77")))

    assert before == []
    assert len(await shop.rows("SELECT id FROM outbox")) == 1
    assert len(await shop.rows("SELECT id FROM incidents")) >= 1


async def test_the_acknowledgement_comes_once_for_a_conversation_and_day(shop: Workshop) -> None:
    await shop.take("mail", mail("<m1>", ANN, "first"))
    await shop.take("mail", mail("<m2>", ANN, "second", thread=Thread(message_id="<m2>", references=("<m1>",))))
    same_day = await count(shop, "outbox")
    await shop.take("mail", mail("<n1>", ANN, "about a lamp"))
    other_thread = await count(shop, "outbox")
    shop.clock += timedelta(days=1)
    await shop.take("mail", mail("<m3>", ANN, "third", thread=Thread(message_id="<m3>", references=("<m1>",))))

    assert (same_day, other_thread, await count(shop, "outbox")) == (1, 2, 3)


@pytest.mark.parametrize(
    "changes",
    [
        {"automatic": Automatic(is_reply=True)},
        {"automatic": Automatic(is_bounce=True)},
        {"automatic": Automatic(is_bulk=True)},
        {"automatic": Automatic(is_list=True)},
        {"spam_score": 0.95},
        {"direction": Direction.OUT},
        {"sender": Sender(handles=(handle("email:Support@Shop.example"),))},
    ],
)
async def test_machines_spam_and_our_own_words_open_nothing_and_get_no_answer(
    shop: Workshop, changes: dict[str, Any]
) -> None:
    await shop.take("mail", replace(mail("<m1>", ANN, "the parcel did not arrive"), **changes))
    entries = await count(shop, "timeline")
    reports = [row["report"] for row in await shop.rows("SELECT report FROM features")]

    assert (entries, await count(shop, "incidents"), await count(shop, "outbox")) == (1, 0, 0)
    assert all('"is_automatic":true' in report for report in reports)


async def test_a_blocked_sender_stays_visible_and_unblocking_undoes_it(shop: Workshop) -> None:
    await shop.take("mail", mail("<m0>", ANN, "hello", automatic=Automatic(is_reply=True)))
    await people_commands.block(shop.acting, "agent:a", identity_of(ANN), reason="abuse")
    await shop.take("mail", mail("<m1>", ANN, "the parcel did not arrive"))
    blocked = (await count(shop, "incidents"), await count(shop, "outbox"))
    reports = await shop.rows("SELECT report FROM features ORDER BY seq DESC LIMIT 1")
    shown = [one.preview for one in (await shop.card_of(ANN)).entries]
    await people_commands.unblock(shop.acting, "agent:a", identity_of(ANN))
    await shop.take("mail", mail("<m2>", ANN, "the parcel did not arrive"))

    assert blocked == (0, 0)
    assert '"is_automatic":true' in reports[0]["report"]
    assert "the parcel did not arrive" in shown
    assert (await count(shop, "incidents"), await count(shop, "outbox")) == (1, 1)


async def test_somebody_without_an_address_is_never_written_to(shop: Workshop) -> None:
    await shop.take("mail", mail("<m1>", Sender(), "no From at all"))

    assert (await count(shop, "incidents"), await count(shop, "outbox")) == (1, 0)


async def test_a_mail_through_two_accounts_is_one_entry_with_two_sources(shop: Workshop) -> None:
    one, two = mail("<m1>", ANN, "to both"), mail("<m1>", ANN, "to both")
    await shop.process(await shop.delivered("mail", one), await shop.delivered("mail2", two))
    sources = await shop.rows("SELECT i.account FROM message_sources AS s JOIN inbox AS i ON i.id = s.inbox_id")

    assert [entry.preview for entry in (await shop.card_of(ANN)).entries if entry.direction == "in"] == ["to both"]
    assert sorted(row["account"] for row in sources) == ["mail", "mail2"]
    assert (await count(shop, "incidents"), await count(shop, "outbox")) == (1, 1)
    assert len(await shop.events("message.received")) == 1


async def test_history_enters_timelines_and_usual_rates_only(shop: Workshop) -> None:
    await shop.take("mail", mail("<old>", ANN, "from last week", minutes=-7 * 24 * 60), is_backfill=True)
    old = (await count(shop, "incidents"), await count(shop, "outbox"))
    (report,) = await shop.rows("SELECT report FROM features")
    await shop.take("mail", mail("<new>", BOB, "an hour ago"), is_backfill=True)

    assert old == (0, 0)
    assert '"is_backfill":true' in report["report"]
    assert [one.preview for one in (await shop.card_of(ANN)).entries] == ["from last week"]
    assert (await count(shop, "incidents"), await count(shop, "outbox")) == (1, 1)


async def test_an_incident_is_joined_in_its_conversation_and_across_channels_on_the_same_problem(
    shop: Workshop,
) -> None:
    both = Sender(handles=(handle("phone:0501112233", Evidence.TRUSTED_ACCOUNT), handle(ANN, Evidence.TRUSTED_ACCOUNT)))
    first = await shop.take("mail", mail("<m1>", ANN, "the green lamp arrived broken"))
    await shop.take("mail", mail("<m2>", ANN, "any news?", thread=Thread(message_id="<m2>", references=("<m1>",))))
    await shop.take("shop", words("a1", both, "green lamp arrived broken"))
    await shop.take("shop", words("a2", both, "please change my delivery address to Kyiv"))
    entries = {one.preview: one.incident_id for one in (await shop.card_of(ANN)).entries if one.direction == "in"}

    assert (
        entries["the green lamp arrived broken"]
        == entries["any news?"]
        == entries["green lamp arrived broken"]
        == first
    )
    assert entries["please change my delivery address to Kyiv"] != first
    assert await count(shop, "incidents") == 2


async def test_a_stranger_who_answers_with_our_token_gets_a_conversation_of_their_own(shop: Workshop) -> None:
    await shop.take("mail", mail("<m1>", ANN, "private words"))
    (conversation,) = await shop.rows("SELECT id FROM conversations")
    token = tokens.message_id(tokens.write(conversation["id"], 7, secret=BOOK.secret), "shop.example")
    forged = token.replace("@", "0@")
    await shop.take("mail", mail("<b1>", BOB, "let me in", thread=Thread(message_id="<b1>", in_reply_to=token)))
    await shop.take("mail", mail("<a2>", ANN, "it is me", thread=Thread(message_id="<a2>", in_reply_to=token)))
    await shop.take("mail", mail("<a3>", ANN, "a forged one", thread=Thread(message_id="<a3>", in_reply_to=forged)))
    bob = (await shop.card_of(BOB)).entries
    ann = {one.preview: one.conversation_id for one in (await shop.card_of(ANN)).entries}

    assert all(one.conversation_id != conversation["id"] for one in bob)
    assert ann["private words"] == ann["it is me"] == conversation["id"]
    assert ann["a forged one"] != conversation["id"]


async def test_a_message_and_its_edits_in_one_batch_are_one_entry_and_the_last_words_are_found(shop: Workshop) -> None:
    chat = words("c1", "telegram:7", "apples", thread=Thread(key="7"))
    batch = [
        await shop.delivered("bot", chat),
        await shop.delivered(
            "bot", EditedMessage(external_id="c1", revision=1, message=replace(chat, content=Content(text="pears")))
        ),
        await shop.delivered(
            "bot", EditedMessage(external_id="c1", revision=2, message=replace(chat, content=Content(text="plums")))
        ),
    ]
    await shop.process(*batch)
    async with shop.store.readers.read() as session:
        found = {word: len((await searching.search(session, word)).items) for word in ("apples", "pears", "plums")}
    with closing(sqlite3.connect(shop.store.path)) as database:  # raises when the index is broken
        database.execute("INSERT INTO message_search (message_search) VALUES ('integrity-check')")

    assert found == {"apples": 0, "pears": 0, "plums": 1}
    assert [
        one["text"]
        for one in await shop.rows("SELECT text FROM message_texts WHERE text NOT LIKE '[%' ORDER BY revision")
    ] == ["apples", "pears", "plums"]


async def test_a_deleted_message_keeps_its_words_and_files(shop: Workshop) -> None:
    photo = Attachment(filename="a.jpg", content_type="image/jpeg", size=3)
    chat = words("c1", "telegram:7", thread=Thread(key="7"), content=Content(text="apples", attachments=(photo,)))
    await shop.take("bot", chat)
    await shop.take("bot", DeletedMessage(external_id="c1", at=at(9)))
    entry = next(one for one in (await shop.card_of("telegram:7", "bot")).entries if one.direction == "in")
    told = (await shop.events("message.edited"))[-1]

    assert (entry.preview, entry.flags, entry.attachments) == ("apples", ("deleted",), 1)
    assert told.data["deleted"] is True


async def test_a_journey_event_stands_on_the_timeline_and_asks_for_nothing(shop: Workshop) -> None:
    event = JourneyEvent(
        external_id="j1",
        sender=Sender(handles=(handle(ANN, Evidence.TRUSTED_ACCOUNT),)),
        name="order.paid",
        sent_at=at(3),
        attributes={"sum": "100"},
    )
    await shop.process(await shop.delivered("shop", event), await shop.delivered("shop", event))
    (entry,) = (await shop.card_of(ANN)).entries

    assert (entry.type, entry.subject, entry.preview) == ("journey", "order.paid", "sum=100")
    assert await count(shop, "incidents") == 0


async def test_an_address_of_very_many_people_joins_nobody_and_stays_cheap(shop: Workshop) -> None:
    everyone = CROWD + 20
    for start in range(0, everyone, 14):
        batch = []
        for n in range(start, min(start + 14, everyone)):
            both = (
                handle(f"email:p{n}@example.com", Evidence.TRUSTED_ACCOUNT),
                handle("phone:0440000000", Evidence.TRUSTED_ACCOUNT),
            )
            batch.append(await shop.delivered("shop", words(f"o{n}", Sender(handles=both), minutes=n)))
        await shop.process(*batch)
    await shop.take("shop", words("early", "email:p0@example.com", minutes=-9))
    customers = await shop.rows("SELECT DISTINCT customer_id FROM identities")

    assert len(customers) == everyone + 1
    assert await count(shop, "links") == CROWD + 1


async def test_events_tell_that_two_became_one_customer(shop: Workshop) -> None:
    both = Sender(handles=(handle("phone:0501112233", Evidence.TRUSTED_ACCOUNT), handle(ANN, Evidence.TRUSTED_ACCOUNT)))
    await shop.take("shop", words("a1", both))
    await shop.take("shop", words("a2", both))
    (linked,) = await shop.events("customer.linked")

    assert {linked.data["left_identity_id"], linked.data["right_identity_id"]} == {
        str(identity_of(ANN)),
        str(identity_of("phone:0501112233")),
    }
    assert linked.data["left_customer_id"] == linked.data["right_customer_id"]
