"""A Zammad's past and present: by the time of change, whole and once, while tickets change meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from channelhub.domain.inbound import JourneyEvent, NewMessage
from channelhub.domain.media import MediaReference
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from channelhub.sdk.errors import AuthFailed, Unavailable
from channelhub.sdk.media import MediaRefused
from channelhub.sdk.testing import MemoryHub
from connectors.helpdesk.desk import HelpDesk
from connectors.helpdesk.following import Place
from connectors.helpdesk.zammad.config import ZammadConfig
from connectors.helpdesk.zammad.export import TICKETS
from connectors.helpdesk.zammad.parse import parse
from connectors.helpdesk.zammad.plugin import build
from tests.connectors.helpdesk.waiting import is_parked, read_to_the_end, running
from tests.connectors.helpdesk.zammad import vectors as v
from tests.connectors.telegram.conftest import until
from tests.servers.zammad import SECRET, TOKEN, ZammadServer


@dataclass(kw_only=True)
class Desk:
    """What a test of the connector works with."""

    server: ZammadServer
    hub: MemoryHub

    def connector(self, **settings: Any) -> HelpDesk:
        values: dict[str, Any] = {
            "url": self.server.address,
            "api_token": Secret(TOKEN),
            "signing_secret": Secret(SECRET),
            "history_days": 30,
            "poll_s": 1,
            "request_timeout_s": 5,
        }
        return build(ZammadConfig(**values | settings), self.hub.context("desk"))

    def messages(self) -> list[NewMessage]:
        items = [item for raw in self.hub.stored.values() if not is_parked(raw, parse) for item in parse(raw)]
        return [item for item in items if isinstance(item, NewMessage)]

    def texts(self) -> list[str]:
        return sorted(item.content.text for item in self.messages())


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with ZammadServer(users=[v.IRYNA, v.AGENT]) as server, MemoryHub() as hub:
        yield Desk(server=server, hub=hub)


def fill(server: ZammadServer, tickets: int, *, each_at: str = "2026-01-14T10:{:02}:{:02}.500Z") -> list[str]:
    """Tickets, changed one after the other, the last ones in the list's order first; what was said in them."""
    for number in range(tickets, 0, -1):
        at = each_at.format(*divmod(number, 60))
        said = v.article(number, f"ticket {number:04}", created_at="2026-01-14T09:00:00.000Z")
        server.say(v.ticket(number, updated_at=at), said, v.article(9000 + number, "merged", **v.BY_ZAMMAD))
    return [f"ticket {number:04}" for number in range(1, tickets + 1)]


async def test_the_past_is_fetched_over_many_pages_with_its_people(desk: Desk) -> None:
    said = fill(desk.server, TICKETS * 2 + 50)
    await read_to_the_end(desk.connector(), desk.hub)

    assert desk.texts() == said
    assert all(raw.is_backfill for raw in desk.hub.stored.values())
    assert {item.sender.name for item in desk.messages()} == {"Ірина Мельник"}
    assert sum("/users/" in one for one in desk.server.asked) <= 4  # once for each page


async def test_crash_in_the_middle_loses_and_doubles_nothing(desk: Desk) -> None:
    said = fill(desk.server, TICKETS + 10)
    desk.hub.hold(after_commit=True, skip=TICKETS + 3)
    async with running(desk.connector(), desk.hub):
        await until(lambda: desk.hub.is_holding)
    desk.hub.crash()
    await read_to_the_end(desk.connector(), desk.hub)

    assert desk.texts() == said


@pytest.mark.slow
async def test_only_what_changed_is_read_again(desk: Desk) -> None:
    said = fill(desk.server, 5)
    async with running(desk.connector(), desk.hub):
        await until(lambda: bool(desk.hub.comparisons))
        desk.server.asked.clear()
        desk.server.say(v.ticket(2, updated_at="2026-01-15T10:00:00.000Z"), v.article(500, "і ще одне"))
        await until(lambda: "і ще одне" in desk.texts())
        told = len(desk.hub.comparisons)
        await until(lambda: len(desk.hub.comparisons) > told)

    assert desk.texts() == sorted([*said, "і ще одне"])
    assert [one.rpartition("/")[2] for one in desk.server.asked if "by_ticket" in one] == ["2"]


async def test_change_that_shows_late_is_met(desk: Desk) -> None:
    now = desk.hub.now
    desk.server.say(v.ticket(1, updated_at=now.isoformat()), v.article(1, "перше"))
    async with running(desk.connector(), desk.hub):
        await until(lambda: bool(desk.hub.comparisons))
        desk.server.say(v.ticket(2, updated_at=(now - timedelta(minutes=4)).isoformat()), v.article(2, "друге"))
        await until(lambda: "друге" in desk.texts())


async def test_place_is_the_latest_change_and_stays_where_nothing_changes(desk: Desk) -> None:
    fill(desk.server, 3)
    await read_to_the_end(desk.connector(), desk.hub)
    place = msgspec.json.decode(desk.hub.cursors["history"], type=Place)
    await read_to_the_end(desk.connector(), desk.hub)

    latest = datetime.fromisoformat(desk.server.tickets[3]["updated_at"])
    assert place.at == f"{int(latest.timestamp() * 1000)}:1:0"
    assert msgspec.json.decode(desk.hub.cursors["history"], type=Place) == place


async def test_more_changes_in_one_moment_than_a_page_holds_are_all_met(desk: Desk) -> None:
    said = fill(desk.server, TICKETS * 3 + 1, each_at="2026-01-14T10:00:00.000Z")
    await read_to_the_end(desk.connector(), desk.hub)

    assert desk.texts() == said


async def test_ticket_that_leaves_such_a_moment_moves_no_other_out_of_sight(desk: Desk) -> None:
    said = fill(desk.server, TICKETS * 3 + 1, each_at="2026-01-14T10:00:00.000Z")
    desk.server.moving = [{"id": one, "updated_at": f"2026-01-14T11:00:0{one}.000Z"} for one in (1, 2, 3)]
    await read_to_the_end(desk.connector(), desk.hub)

    assert desk.texts() == said
    assert not desk.server.moving


async def test_list_that_passes_over_the_condition_is_not_believed(desk: Desk) -> None:
    desk.server.say(v.ticket(1, updated_at="2025-01-01T10:00:00.000Z"), v.article())
    desk.server.keeps_conditions = False
    with pytest.raises(Unavailable, match="version"):
        async with asyncio.timeout(10):
            await desk.connector().run(desk.hub.deliver)


@pytest.mark.slow
async def test_ticket_with_more_articles_than_an_answer_holds_is_read_one_by_one(desk: Desk) -> None:
    desk.server.say(v.ticket(1), *(v.article(one, f"article {one}") for one in (11, 12, 13)))
    desk.server.long.add(1)
    async with running(desk.connector(), desk.hub):
        await until(lambda: bool(desk.hub.comparisons))
        desk.server.asked.clear()
        desk.server.say(v.ticket(1, updated_at="2026-01-15T10:00:05.000Z"), v.article(14, "article 14"))
        await until(lambda: "article 14" in desk.texts())

    assert desk.texts() == ["article 11", "article 12", "article 13", "article 14"]
    assert [one for one in desk.server.asked if "/ticket_articles/1" in one] == ["/desk/api/v1/ticket_articles/14"]


async def test_nothing_before_the_history_is_taken(desk: Desk) -> None:
    old = v.article(1, "дуже давно", created_at="2025-01-01T10:00:00.000Z")
    desk.server.say(v.ticket(1), old, v.article(2, "вчора", created_at="2026-01-14T10:00:00.000Z"))
    desk.server.say(v.ticket(2, updated_at="2025-01-01T10:00:00.000Z"), v.article(3, "забуте"))
    await read_to_the_end(desk.connector(), desk.hub)

    assert desk.texts() == ["вчора"]


async def test_hidden_tickets_and_people_hold_up_nobody(desk: Desk) -> None:
    desk.server.refused = {"/by_ticket/2": 403, "/users/8": 404}
    said = fill(desk.server, 3)
    await read_to_the_end(desk.connector(), desk.hub)

    assert desk.texts() == [said[0], said[2]]
    assert {item.sender.handles[0].value for item in desk.messages()} == {"8"}
    assert desk.hub.comparisons[-1].note == "conversations that can't be read with these credentials: 1"


async def test_damaged_article_is_kept_and_holds_up_nobody(desk: Desk) -> None:
    desk.server.say(v.ticket(1), v.article(1, "перше") | {"body": {"not": "text"}}, v.article(2, "друге"))
    await read_to_the_end(desk.connector(), desk.hub)

    assert [raw.delivery_id for raw in desk.hub.stored.values()] == ["article:1", "article:2"]


async def test_note_that_is_shown_later_becomes_a_message(desk: Desk) -> None:
    desk.server.say(v.ticket(1), v.article(1, "нотатка", internal=True, **v.BY_AGENT))
    await read_to_the_end(desk.connector(), desk.hub)
    desk.server.articles[1][0]["internal"] = False
    desk.server.tickets[1]["updated_at"] = "2026-01-15T10:00:05.000Z"
    await read_to_the_end(desk.connector(), desk.hub)

    note, shown = (item for raw in desk.hub.stored.values() for item in parse(raw))
    assert isinstance(note, JourneyEvent)
    assert isinstance(shown, NewMessage)


async def test_posted_article_is_stored_at_once_and_not_fetched_again(desk: Desk) -> None:
    async with running(desk.connector(), desk.hub):
        await until(desk.server.is_asked.is_set)
        url = desk.hub.url("desk")
        assert await desk.server.tell(url, v.event()) == 200
        assert await desk.server.tell(url, v.post(None)) == 200
        assert await desk.server.tell(url, v.event(5), secret="guessed") == 401
    desk.server.say(v.ticket(), v.article(attachments=[v.RECEIPT]))
    await read_to_the_end(desk.connector(), desk.hub)

    assert [raw.delivery_id for raw in desk.hub.stored.values()] == ["article:104"]


async def test_without_a_signing_secret_no_post_is_believed(desk: Desk) -> None:
    async with running(desk.connector(signing_secret=Secret("")), desk.hub):
        await until(desk.server.is_asked.is_set)
        assert await desk.server.tell(desk.hub.url("desk"), v.event(), secret="") == 401


@pytest.mark.parametrize(
    ("settings", "me", "refused", "health"),
    [
        ({}, v.AGENT, {}, Health.OK),
        ({"api_token": Secret("revoked")}, v.AGENT, {}, Health.AUTH_FAILED),
        ({}, v.IRYNA, {}, Health.AUTH_FAILED),
        ({}, v.AGENT, {"/users/me": 403}, Health.AUTH_FAILED),
        ({}, v.AGENT, {"/users/me": 404}, Health.DOWN),
    ],
)
async def test_check_says_whose_token_it_is(
    desk: Desk, settings: dict[str, Any], me: dict[str, Any], refused: dict[str, int], health: Health
) -> None:
    desk.server.me, desk.server.refused = me, refused
    report = await desk.connector(**settings).check()

    assert report.health is health
    assert ("as Олена Коваль" in report.detail) is (health is Health.OK)
    assert ("ticket.agent" in report.detail) is (health is Health.AUTH_FAILED)


async def test_token_without_the_right_waits_for_a_person(desk: Desk) -> None:
    desk.server.refused = {"/tickets/search": 403}
    with pytest.raises(AuthFailed, match="right to read"):
        await desk.connector().run(desk.hub.deliver)


@pytest.mark.parametrize("reference", ["", "1/2", "1/2/3/4", "1/2/../../users/1", "https://a.example/1/2/3", "١/2/3"])
async def test_token_goes_to_no_other_address_than_a_file_s(desk: Desk, reference: str) -> None:
    connector = desk.connector()
    asked = await connector.media(MediaReference(reference="81/104/174", size=5))

    assert asked.url == f"{desk.server.address}/api/v1/ticket_attachment/81/104/174"
    with pytest.raises(MediaRefused):
        await connector.media(MediaReference(reference=reference))


@pytest.mark.parametrize("fault", [{"body": 5}, {"id": None}])
async def test_article_in_an_odd_shape_is_parked_once_and_holds_up_nothing(desk: Desk, fault: dict[str, Any]) -> None:
    odd = v.article(102, "дивне") | fault
    desk.server.say(v.ticket(1), v.article(101, "перед"), odd, v.article(103, "після"))
    for _ in range(2):
        await read_to_the_end(desk.connector(), desk.hub)

    assert [is_parked(raw, parse) for raw in desk.hub.stored.values()].count(True) == 1
    assert desk.texts() == ["перед", "після"]
