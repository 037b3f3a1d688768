"""A Zendesk's past and present: fetched whole, once, through crashes and refusals; posts only bring it sooner."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from channelhub.domain.completeness import NoteLevel
from channelhub.domain.inbound import EditedMessage, NewMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from channelhub.sdk.errors import AuthFailed, HubBusy, Unavailable
from channelhub.sdk.proof import is_signed
from channelhub.sdk.testing import Fault, MemoryHub
from connectors.helpdesk.desk import HelpDesk
from connectors.helpdesk.zendesk.config import ZendeskConfig
from connectors.helpdesk.zendesk.parse import parse
from connectors.helpdesk.zendesk.plugin import build
from tests.connectors.helpdesk.waiting import is_parked, read_to_the_end, running
from tests.connectors.helpdesk.zendesk import vectors as v
from tests.connectors.telegram.conftest import until
from tests.servers.zendesk import EMAIL, SECRET, TOKEN, ZendeskServer


@dataclass(kw_only=True)
class Desk:
    """What a test of the connector works with."""

    server: ZendeskServer
    hub: MemoryHub

    def connector(self, **settings: Any) -> HelpDesk:
        values: dict[str, Any] = {
            "url": self.server.address,
            "email": EMAIL,
            "api_token": Secret(TOKEN),
            "signing_secret": Secret(SECRET),
            "history_days": 30,
            "poll_s": 1,
            "request_timeout_s": 2,
        }
        return build(ZendeskConfig(**values | settings), self.hub.context("desk"))

    def texts(self) -> list[str]:
        items = [item for raw in self.hub.stored.values() if not is_parked(raw, parse) for item in parse(raw)]
        return sorted(item.content.text for item in items if isinstance(item, NewMessage))


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with ZendeskServer(users=[v.OLHA, v.AGENT]) as server, MemoryHub() as hub:
        server.hook = hub.url("desk")
        yield Desk(server=server, hub=hub)


def fill(server: ZendeskServer, tickets: int, comments: int) -> list[str]:
    """Tickets that changed one after the other; what was said in them."""
    said = []
    for number in range(1, tickets + 1):
        texts = [f"ticket {number} comment {place}" for place in range(comments)]
        server.say(
            v.ticket(number, updated_at=f"2026-01-14T10:{number:02}:00Z"),
            *(v.comment(number * 100 + place, text) for place, text in enumerate(texts)),
        )
        said += texts
    return sorted(said)


async def test_the_past_is_fetched_in_pages_to_its_end(desk: Desk) -> None:
    said = fill(desk.server, 5, 5)
    desk.server.page_size = 2
    connector = desk.connector()
    desk.hub.hold(skip=8)  # the beginning, two tickets in three pages each, the place behind them
    async with running(connector, desk.hub):
        await until(lambda: desk.hub.is_holding)
        told = (await connector.check()).detail
    desk.hub.crash()
    await read_to_the_end(connector, desk.hub)

    assert desk.texts() == said
    assert all(raw.is_backfill for raw in desk.hub.stored.values())
    assert told == "as Олена; its past is being read, now 2026-01-14 10:02 UTC"
    assert (await connector.check()).detail == "as Олена"
    assert [one.listed for one in desk.hub.comparisons] == [len(said)]


async def test_second_run_fetches_what_is_new_and_nothing_else(desk: Desk) -> None:
    said = fill(desk.server, 3, 2)
    await read_to_the_end(desk.connector(), desk.hub)
    desk.server.say(v.ticket(2, updated_at="2026-01-15T11:30:00Z"), v.comment(299, "і ще одне"))
    desk.server.asked.clear()
    await read_to_the_end(desk.connector(), desk.hub)

    assert desk.texts() == sorted([*said, "і ще одне"])
    assert [one for one in desk.server.asked if "comments" in one and "/tickets/2/" not in one] == []


async def test_crash_in_the_middle_loses_and_doubles_nothing(desk: Desk) -> None:
    said = fill(desk.server, 4, 2)
    desk.server.page_size = 2
    desk.hub.hold(after_commit=True, skip=2)
    async with running(desk.connector(), desk.hub):
        await until(lambda: desk.hub.is_holding)
    desk.hub.crash()
    await read_to_the_end(desk.connector(), desk.hub)

    assert desk.texts() == said
    assert len(desk.hub.stored) == len(said)


async def test_busy_hub_has_the_same_messages_later(desk: Desk) -> None:
    said = fill(desk.server, 3, 1)
    desk.hub.refuse(HubBusy("the queue is full", retry_after_s=0.01))
    with pytest.raises(Unavailable):
        await desk.connector().run(desk.hub.deliver)
    desk.hub.accept()
    await read_to_the_end(desk.connector(), desk.hub)

    assert desk.texts() == said


async def test_nothing_before_the_history_is_taken_and_its_beginning_stays(desk: Desk) -> None:
    desk.server.say(
        v.ticket(1),
        v.comment(1, "дуже давно", created_at="2025-10-01T10:00:00Z"),
        v.comment(2, "позавчора", created_at="2026-01-13T10:00:00Z"),
    )
    await read_to_the_end(desk.connector(history_days=3), desk.hub)
    place = desk.hub.cursors["history"]
    desk.hub.now += timedelta(days=30)
    await read_to_the_end(desk.connector(history_days=3000), desk.hub)

    assert desk.texts() == ["позавчора"]
    assert desk.hub.cursors["history"] == place


async def test_deleted_and_hidden_tickets_hold_up_nobody(desk: Desk) -> None:
    said = fill(desk.server, 3, 1)
    desk.server.hidden["2"] = 404
    await read_to_the_end(desk.connector(), desk.hub)

    assert desk.texts() == [said[0], said[2]]
    assert desk.hub.comparisons[-1].note == "conversations that can't be read with these credentials: 1"
    assert desk.hub.comparisons[-1].level is NoteLevel.INFO


async def test_page_of_a_proxy_is_no_refusal(desk: Desk) -> None:
    fill(desk.server, 1, 1)
    connector = desk.connector()
    desk.server.befall(Fault.HTML_OK)
    with pytest.raises(Unavailable):
        await connector.run(desk.hub.deliver)
    desk.server.befall(None)
    await read_to_the_end(connector, desk.hub)

    assert len(desk.texts()) == 1


async def test_posted_comment_is_stored_at_once_and_the_list_adds_its_files_only(desk: Desk) -> None:
    async with running(desk.connector(), desk.hub):
        await until(desk.server.is_asked.is_set)
        assert await desk.server.tell(v.event()) == 200
        assert await desk.server.tell(v.event(number=772, text="без файлів")) == 200
        assert await desk.server.tell(v.event("status_changed")) == 200
    desk.server.say(v.ticket(), v.comment(attachments=[v.RECEIPT]), v.comment(772, "без файлів"))
    desk.hub.cursors.clear()
    await read_to_the_end(desk.connector(), desk.hub)

    first, second, amended = (item for raw in desk.hub.stored.values() for item in parse(raw))
    assert isinstance(first, NewMessage)
    assert isinstance(second, NewMessage)
    assert isinstance(amended, EditedMessage)
    assert (amended.external_id, len(amended.message.content.attachments)) == (first.external_id, 1)


async def test_posts_are_taken_while_the_api_fails(desk: Desk) -> None:
    desk.server.befall(Fault.SERVER_ERROR)
    connector = desk.connector()
    with pytest.raises(Unavailable):
        await connector.run(desk.hub.deliver)

    assert await desk.server.tell(v.event()) == 200
    assert desk.texts() == ["Надсилаю чек"]


async def test_without_a_signing_secret_no_post_is_believed(desk: Desk) -> None:
    async with running(desk.connector(signing_secret=Secret("")), desk.hub):
        await until(desk.server.is_asked.is_set)
        assert await desk.server.tell(v.event()) == 401

    assert not desk.hub.stored


def test_signature_of_the_documented_form() -> None:
    body = '2026-01-02T03:04:05Z{"text":"Привет"}'.encode()

    given = "as+uc2FEuyjfrM4O/np7ixQLe4EdpEFfcFszXQ1U+aA="
    assert is_signed(given, body, secret=Secret("s3cret"), encoding="base64")


async def test_wrong_token_waits_for_a_person_and_says_where_to_make_one(desk: Desk) -> None:
    connector = desk.connector(api_token=Secret("revoked"))
    with pytest.raises(AuthFailed, match="Admin Center"):
        await connector.run(desk.hub.deliver)

    assert (await connector.check()).health is Health.AUTH_FAILED


@pytest.mark.parametrize(
    ("me", "health"),
    [
        ({"id": 1, "name": "Олена", "role": "agent"}, Health.OK),
        ({"id": 8899, "name": "Ольга", "role": "end-user"}, Health.AUTH_FAILED),
        ({"id": None, "name": "Anonymous user", "role": "end-user"}, Health.AUTH_FAILED),
    ],
)
async def test_credentials_have_to_be_an_agent_s(desk: Desk, me: dict[str, Any], health: Health) -> None:
    desk.server.me = me

    assert (await desk.connector().check()).health is health


@pytest.mark.parametrize("fault", [{"body": 5}, {"id": None}])
async def test_comment_in_an_odd_shape_is_parked_once_and_holds_up_nothing(desk: Desk, fault: dict[str, Any]) -> None:
    odd = v.comment(102, "дивне") | fault
    desk.server.say(v.ticket(1), v.comment(101, "перед"), odd, v.comment(103, "після"))
    desk.server.say(v.ticket(2), v.comment(201, "далі"))
    for _ in range(2):
        await read_to_the_end(desk.connector(), desk.hub)

    assert [is_parked(raw, parse) for raw in desk.hub.stored.values()].count(True) == 1
    assert desk.texts() == ["далі", "перед", "після"]


async def test_person_in_an_odd_shape_holds_up_nothing(desk: Desk) -> None:
    desk.server.users.append(v.OLHA | {"id": 999, "phone": 5})
    said = fill(desk.server, 2, 1)
    await read_to_the_end(desk.connector(), desk.hub)

    assert desk.texts() == said
