"""A report on a message of ours changes what is shown of it, once, and only where it names what we signed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelhub.domain.inbound import Automatic, Content, DeliveryStatus, Thread
from channelhub.domain.incidents import IncidentState
from channelhub.domain.outbound import OutboxState as S
from channelhub.pipeline.commands import incidents as incident_commands
from channelhub.pipeline.commands import replies
from channelhub.rules import acknowledgement, tokens
from channelhub.rules.delivery import state_after
from channelhub.store import delivery_reports, outbox
from channelhub.store.outbox import OutboxItem
from tests.examples import examples
from tests.pipeline.workshop import BOOK, Workshop, mail

ANN, BOB, DAEMON = "email:ann@example.com", "email:bob@example.com", "email:mailer-daemon@mx.example.net"
QUIET = replace(BOOK, is_acknowledging=False)


async def answered(shop: Workshop, *, state: S = S.SENT) -> tuple[OutboxItem, str]:
    """An agent's answer that was handed to the relay, and its Message-ID."""
    shop.book = QUIET
    opened = await shop.take("mail", mail("<m1>", ANN, "the lamp is broken"))
    (conversation,) = await shop.rows("SELECT id FROM conversations")
    sent = await replies.reply(shop.acting, "agent:a", conversation["id"], "we send another")
    assert opened
    async with shop.store.readers.read() as session:
        item = await outbox.of_message(session, sent)
    assert item is not None
    await shop.store.writer.command(lambda session: outbox.settle(session, item, state=state, at_us=item.created_us))
    return item, item.payload.message_id


def bounce(about: str, status: str = "failed", *, number: int = 0, **more: Any) -> tuple[Any, DeliveryStatus]:
    """A bounce as the parser reads it: a message of the mail server, and what it reports."""
    name = f"<bounce{number}>"
    notice = mail(
        name,
        DAEMON,
        "could not be delivered",
        automatic=Automatic(is_bounce=True),
        content=Content(subject="failure", text="no"),
    )
    said: dict[str, Any] = {"recipient": "ann@example.com", "detail": "550 5.1.1 no such user", "is_permanent": True}
    return notice, DeliveryStatus(external_id=f"{name}/0", about=(about,), status=status, **{**said, **more})


async def shown(shop: Workshop) -> list[tuple[str, str, str, str]]:
    return [(one.type, one.direction, one.state, one.preview) for one in (await shop.card_of(ANN)).entries]


async def test_a_bounce_marks_our_answer_as_failed_says_why_and_tells_of_it(shop: Workshop) -> None:
    item, message_id = await answered(shop)
    await shop.take("mail", *bounce(message_id))
    entries = await shown(shop)
    (told,) = await shop.events("message.status")
    async with shop.store.readers.read() as session:
        settled = await outbox.get(session, item.id)
        (kept,) = await delivery_reports.of_message(session, item.message_id)

    assert ("delivery", "in", "failed", "ann@example.com: 550 5.1.1 no such user") in entries
    assert ("message", "out", "failed", "we send another") in entries
    assert settled is not None
    assert (settled.state, settled.error) == (S.FAILED, "550 5.1.1 no such user")
    assert (kept.status, kept.is_permanent, kept.recipient) == (S.FAILED, True, "ann@example.com")
    assert (told.data["message_id"], told.data["state"], told.data["permanent"]) == (
        str(item.message_id),
        "failed",
        True,
    )
    assert "ann@" not in str(told.data)


async def test_the_bounce_itself_is_an_automatic_message_that_opens_nothing_and_counts_nowhere(shop: Workshop) -> None:
    _, message_id = await answered(shop)
    await shop.take("mail", *bounce(message_id))
    (entry,) = (await shop.card_of(DAEMON)).entries
    reports = await shop.rows("SELECT report FROM features ORDER BY seq DESC LIMIT 1")

    assert (entry.direction, entry.flags) == ("in", ("automatic",))
    assert len(await shop.rows("SELECT id FROM incidents")) == 1
    assert len(await shop.rows("SELECT id FROM outbox")) == 1
    assert '"is_automatic":true' in reports[0]["report"]


@pytest.mark.parametrize("state", [IncidentState.WAITING, IncidentState.IN_PROGRESS])
async def test_a_customer_whose_mail_failed_is_not_blocked_and_is_no_longer_waited_for(
    shop: Workshop, state: IncidentState
) -> None:
    _, message_id = await answered(shop)
    (row,) = await shop.rows("SELECT id, version FROM incidents")
    until_they_write = incident_commands.Snooze(until_us=None)
    asleep = incident_commands.Change(state=state, snooze=until_they_write)
    await incident_commands.change(shop.acting, "agent:a", row["id"], asleep, version=row["version"])
    await shop.take("mail", *bounce(message_id))
    (incident,) = await shop.rows("SELECT state, is_snoozed FROM incidents")

    assert (incident["state"], incident["is_snoozed"]) == ("in_progress", 0)
    assert await shop.rows("SELECT * FROM blocks") == []
    (conversation,) = await shop.rows(f"SELECT conversation_id AS id FROM messages WHERE message_ref = '{message_id}'")
    assert await replies.reply(shop.acting, "agent:a", conversation["id"], "by another way")


async def test_the_same_bounce_through_two_mailboxes_and_again_is_one_report(shop: Workshop) -> None:
    _, message_id = await answered(shop)
    first, second = (
        await shop.delivered("mail", *bounce(message_id)),
        await shop.delivered("mail2", *bounce(message_id)),
    )
    await shop.process(first, second)
    await shop.take("mail", *bounce(message_id))

    assert len(await shop.events("message.status")) == 1
    assert len([one for one in await shown(shop) if one[0] == "delivery"]) == 1
    assert len(await shop.rows("SELECT * FROM delivery_reports")) == 1


@pytest.mark.parametrize(
    "forge",
    [
        lambda message_id: message_id.replace("ch.", "ch.0", 1),
        lambda message_id: message_id[:-30] + ("0" if message_id[-30] != "0" else "1") + message_id[-29:],
        lambda message_id: tokens.write(1, 2, secret=b"a guess") + "@shop.example",
        lambda message_id: tokens.write(1, 1023, secret=BOOK.secret) + "@shop.example",  # signed, of no message
        lambda message_id: "m1",
        lambda message_id: "",
    ],
)
async def test_a_bounce_that_names_nothing_we_sent_changes_nothing(shop: Workshop, forge: Any) -> None:
    _, message_id = await answered(shop)
    before = await shown(shop)
    await shop.take("mail", *bounce(forge(message_id)))

    assert await shown(shop) == before
    assert await shop.events("message.status") == []
    assert [one.flags for one in (await shop.card_of(DAEMON)).entries] == [("automatic",)]


async def test_a_report_before_the_relay_has_answered_is_kept_for_then(shop: Workshop) -> None:
    item, message_id = await answered(shop, state=S.SENDING)
    await shop.take("mail", *bounce(message_id))
    async with shop.store.readers.read() as session:
        waiting = await outbox.get(session, item.id)
        reports = await delivery_reports.of_message(session, item.message_id)

    assert waiting is not None
    assert waiting.state is S.SENDING
    assert [one.status for one in reports] == [S.FAILED]


async def test_reports_on_one_message_are_bounded(shop: Workshop) -> None:
    _, message_id = await answered(shop)
    for number in range(delivery_reports.MOST_KEPT + 5):
        await shop.take("mail", *bounce(message_id, "delayed", number=number))

    assert len(await shop.rows("SELECT * FROM delivery_reports")) == delivery_reports.MOST_KEPT


REPORTED = st.lists(st.sampled_from([S.DELAYED, S.DELIVERED, S.FAILED, S.READ]), max_size=6)


@given(first=REPORTED, second=REPORTED, start=st.sampled_from([S.SENT, S.UNCERTAIN]))
@settings(max_examples=examples(200))
def test_the_state_is_the_same_in_any_order_of_reports(first: list[S], second: list[S], start: S) -> None:
    state = start
    for one in (*first, *second):
        state = state_after(state, [one])

    assert state is state_after(start, [*second, *first])


@pytest.mark.parametrize("state", [S.QUEUED, S.SENDING])
def test_what_waits_or_is_being_sent_stays_so(state: S) -> None:
    assert state_after(state, [S.FAILED]) is state


async def test_a_machine_that_answers_everything_gets_no_more_answers_and_people_are_told_once_a_day(
    shop: Workshop,
) -> None:
    most = acknowledgement.MOST_A_DAY
    for number in range(most + 5):
        await shop.take("mail", mail(f"<x{number}>", BOB, f"thank you for your mail {number}"))
    sent = len(await shop.rows("SELECT id FROM outbox"))
    alarms = await shop.events("loop.stopped")
    entries = [one for one in (await shop.card_of(BOB)).entries if one.type == "loop"]
    await shop.take("mail", mail("<a1>", ANN, "a customer"))
    others = len(await shop.rows("SELECT id FROM outbox"))
    shop.clock += timedelta(hours=25)
    await shop.take("mail", mail("<later>", BOB, "the next day"))

    assert sent == most
    assert [one.data["reason"] for one in alarms] == ["too many automatic answers"]
    assert len(entries) == 1
    assert others == most + 1
    assert len(await shop.rows("SELECT id FROM outbox")) == most + 2


async def test_our_own_mail_coming_back_raises_one_alarm_a_day(shop: Workshop) -> None:
    _, message_id = await answered(shop)
    token = message_id.partition("@")[0]
    for number in range(3):
        back = mail(f"<back{number}>", BOB, "again", thread=Thread(message_id=f"<back{number}>", mark=token))
        await shop.take("mail", back)
    mark = tokens.write(1, 2, secret=b"another hub")
    await shop.take("mail", mail("<other>", ANN, "hello", thread=Thread(message_id="<other>", mark=mark)))

    assert [one.data["reason"] for one in await shop.events("loop.stopped")] == ["our own mail came back"]
    assert len(await shop.rows("SELECT id FROM incidents")) == 2
