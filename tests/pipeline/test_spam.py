"""A person takes spam for a customer's words: what would have followed from them follows."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from channelhub.domain.inbound import Automatic
from channelhub.domain.times import to_us
from channelhub.pipeline.commands import people, spam
from channelhub.pipeline.commands.acting import CommandRefused, NotFound
from channelhub.pipeline.replay import Replay
from channelhub.rules.outage.report import Report
from tests.pipeline.test_replay import Parser
from tests.pipeline.workshop import Workshop, identity_of, mail, workshop

ANN, AGENT = "email:ann@example.com", "agent:olena"
LOST = "the parcel did not arrive"
TABLES = {
    "incidents": "SELECT id, number, identity_id, conversation_id, state, priority, subject, opened_us FROM incidents",
    "acknowledgements": "SELECT kind, account, identity_id, conversation_id FROM outbox",
    "entries": "SELECT incident_id, preview FROM timeline ORDER BY direction",
}


async def take_spam(shop: Workshop, text: str = LOST, **changes: Any) -> int:
    return await shop.take("mail", mail("<m1>", ANN, text, spam_score=0.95, **changes))


async def reports(shop: Workshop) -> list[Report]:
    rows = await shop.rows("SELECT report FROM features WHERE message_id > 0 ORDER BY seq")
    return [msgspec.json.decode(row["report"], type=Report) for row in rows]


async def state(shop: Workshop) -> dict[str, Any]:
    return {name: await shop.rows(query) for name, query in TABLES.items()}


async def test_all_is_as_if_it_had_never_been_spam(shop: Workshop, tmp_path: Path) -> None:
    message_id = await take_spam(shop)
    before = await state(shop)
    cleared = await spam.clear(shop.acting, AGENT, message_id)
    async with workshop(tmp_path / "other") as other:
        await other.take("mail", mail("<m1>", ANN, LOST))
        wanted, wanted_reports = await state(other), await reports(other)

    assert not before["incidents"]
    assert not before["acknowledgements"]
    assert await state(shop) == wanted
    assert await reports(shop) == wanted_reports
    assert cleared.incident is not None
    assert (cleared.incident.id, cleared.incident.number) == (message_id, 1)


async def test_it_is_told_and_written_down_who_said_so(shop: Workshop) -> None:
    message_id = await take_spam(shop)
    await spam.clear(shop.acting, AGENT, message_id)
    [entry] = [one for one in (await shop.card_of(ANN)).entries if one.id == message_id]
    told = [(one.type, one.data.get("fields")) for one in await shop.events()]
    [audit] = await shop.rows("SELECT actor, action, target, detail FROM audit")

    assert entry.flags == ("not-spam",)
    assert ("message.edited", ["spam_score"]) in told
    assert ("incident.opened", None) in told
    assert (audit["actor"], audit["action"], audit["target"]) == (AGENT, "message.not_spam", str(message_id))
    assert audit["detail"] == f'{{"score":"0.95","incident":"{message_id}"}}'


async def test_saying_it_twice_does_it_once(shop: Workshop) -> None:
    message_id = await take_spam(shop)
    first = await spam.clear(shop.acting, AGENT, message_id)
    before, heard = await state(shop), await shop.rows("SELECT count(*) AS n FROM features")
    again = await spam.clear(shop.acting, AGENT, message_id)

    assert again == first
    assert await state(shop) == before
    assert await shop.rows("SELECT count(*) AS n FROM features") == heard
    assert len(await shop.rows("SELECT 1 FROM audit")) == 1


async def test_only_a_customers_message_that_is_marked_can_be_cleared(shop: Workshop) -> None:
    honest = await shop.take("mail", mail("<m0>", "email:ben@example.com", "hello"))
    [acknowledged] = await shop.rows("SELECT id FROM messages WHERE direction = 'out'")
    with pytest.raises(CommandRefused, match="not marked as spam"):
        await spam.clear(shop.acting, AGENT, honest)
    for stranger in (acknowledged["id"], 5):
        with pytest.raises(NotFound):
            await spam.clear(shop.acting, AGENT, stranger)


async def test_it_joins_the_incident_that_a_later_message_opened(shop: Workshop) -> None:
    message_id = await take_spam(shop)
    later = await shop.take("mail", mail("<m2>", ANN, "my parcel did not arrive yet"))
    cleared = await spam.clear(shop.acting, AGENT, message_id)

    assert cleared.incident is not None
    assert (cleared.incident.id, len(await shop.rows("SELECT 1 FROM incidents"))) == (later, 1)


@pytest.mark.parametrize("changes", [{"automatic": Automatic(is_reply=True)}, {"marks": "blocked"}])
async def test_machines_and_blocked_senders_still_open_nothing(shop: Workshop, changes: dict[str, Any]) -> None:
    if changes.pop("marks", None):
        await shop.take("mail", mail("<m0>", ANN, "hello", automatic=Automatic(is_reply=True)))
        await people.block(shop.acting, AGENT, identity_of(ANN), reason="abuse")
    message_id = await take_spam(shop, **changes)
    cleared = await spam.clear(shop.acting, AGENT, message_id)

    assert cleared.incident is None
    assert not await shop.rows("SELECT 1 FROM incidents UNION ALL SELECT 1 FROM outbox")
    assert all(one.is_automatic for one in await reports(shop))


async def test_after_more_than_a_day_it_opens_an_incident_and_says_nothing_by_itself(shop: Workshop) -> None:
    message_id = await take_spam(shop)
    [came] = await shop.rows("SELECT received_us FROM messages")
    shop.clock += timedelta(days=2)
    cleared = await spam.clear(shop.acting, AGENT, message_id)
    [report] = await reports(shop)

    assert cleared.incident is not None
    assert cleared.incident.opened_us == came["received_us"] < to_us(shop.clock)
    assert not await shop.rows("SELECT 1 FROM outbox")
    assert (report.is_automatic, report.is_backfill) == (False, True)


async def test_its_vote_is_heard_after_what_is_in_the_stream_and_the_stream_before_stays(shop: Workshop) -> None:
    message_id = await take_spam(shop)
    other = await shop.take("mail", mail("<m2>", "email:ben@example.com", LOST))
    before = await shop.rows("SELECT seq FROM features ORDER BY seq")
    await spam.clear(shop.acting, AGENT, message_id)
    after = await shop.rows("SELECT seq, message_id, report FROM features ORDER BY seq")

    assert [row["message_id"] for row in after] == [-before[0]["seq"], other, message_id]
    assert [row["seq"] for row in after[:2]] == [row["seq"] for row in before]
    assert '"action":"tick"' in after[0]["report"]


async def test_a_replay_leaves_what_a_person_said(shop: Workshop) -> None:
    message = mail("<m1>", ANN, LOST, spam_score=0.95)
    message_id = await shop.take("mail", message)
    await spam.clear(shop.acting, AGENT, message_id)
    before = await state(shop), await reports(shop)

    parser = Parser()
    parser.items[message_id // 1024] = (message,)
    replayed = await Replay(shop.acting, read=parser.read).page(is_dry_run=False)

    assert (replayed.deliveries, list(replayed.changed)) == (1, [])
    assert (await state(shop), await reports(shop)) == before
