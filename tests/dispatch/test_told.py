"""A person hears at once of an answer that did not go out: an event, and its incident waits no more."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from channelhub.domain.inbound import Thread
from channelhub.domain.incidents import IncidentState
from channelhub.domain.outbound import OutboxState
from channelhub.domain.people import Evidence, Sender
from channelhub.domain.times import to_us
from channelhub.pipeline.commands import replies
from channelhub.pipeline.unsent import tell
from channelhub.sdk.errors import Rejected
from channelhub.store import incidents, outbox
from tests.dispatch.test_honesty import Channel, dispatching, failing
from tests.pipeline.workshop import BOOK, Workshop, handle, words, workshop

OLENA = Sender(handles=(handle("telegram:77", Evidence.CHANNEL_ID),))


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    async with workshop(tmp_path) as made:
        made.book = replace(BOOK, is_acknowledging=False)
        yield made


async def answered(shop: Workshop) -> int:
    """An answer is queued, and its incident waits for the customer; the message's id."""
    await shop.take("bot", words("77:1", OLENA, "Де замовлення?", thread=Thread(key="77")))
    [conversation] = await shop.rows("SELECT id FROM conversations")
    message_id = await replies.reply(shop.acting, "agent:a", conversation["id"], "Який номер?")
    [row] = await shop.rows("SELECT id FROM incidents")
    async with shop.store.readers.read() as session:
        known = await incidents.get(session, row["id"])
    assert known is not None
    waiting = replace(known, state=IncidentState.WAITING, version=known.version + 1)
    await shop.store.writer.command(lambda session: incidents.save(session, [waiting]))
    return message_id


async def ended(shop: Workshop, channel: Channel, *states: OutboxState) -> None:
    async with dispatching(shop, {"bot": channel}) as bell:
        bell.ring()
        while True:
            async with shop.store.readers.read() as session:
                if any([await outbox.in_state(session, state) for state in states]):
                    return
            await bell.wait(bell.rings, timeout_s=0.01)


async def test_a_refused_answer_is_told_and_its_incident_is_taken_up(shop: Workshop) -> None:
    message_id = await answered(shop)
    await ended(shop, Channel(answer=failing(Rejected("too long"))), OutboxState.FAILED)
    [told] = await shop.events("message.status")
    [incident] = await shop.rows("SELECT state FROM incidents")

    assert told.data["message_id"] == str(message_id)
    assert (told.data["reported"], told.data["state"], told.data["permanent"]) == ("failed", "failed", True)
    assert incident["state"] == "in_progress"
    assert [one.data["state"] for one in await shop.events("incident.changed")][-1] == "in_progress"


async def test_an_answer_that_may_have_arrived_is_told_and_still_waited_for(shop: Workshop) -> None:
    await answered(shop)
    await ended(shop, Channel(answer=failing(ConnectionResetError("cut off"))), OutboxState.UNCERTAIN)
    [told] = await shop.events("message.status")
    [incident] = await shop.rows("SELECT state FROM incidents")

    assert (told.data["reported"], told.data["permanent"]) == ("uncertain", False)
    assert incident["state"] == "waiting_for_customer"


async def test_what_was_taken_makes_no_noise(shop: Workshop) -> None:
    await answered(shop)
    await ended(shop, Channel(), OutboxState.SENT)

    assert await shop.events("message.status") == []


async def test_a_notice_that_failed_stands_on_its_own_page(shop: Workshop) -> None:
    await answered(shop)
    async with shop.store.readers.read() as session:
        [item] = await outbox.in_state(session, OutboxState.QUEUED)
    notice, at_us = replace(item, kind="notice"), to_us(shop.clock)
    await shop.store.writer.command(lambda session: tell(session, notice, OutboxState.FAILED, at_us=at_us))

    assert await shop.events("message.status") == []
