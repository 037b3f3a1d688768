"""A Chatwoot's past and present: pass after pass, whole and once, while conversations move."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from channelhub.domain.inbound import NewMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from channelhub.sdk.testing import MemoryHub
from connectors.helpdesk.chatwoot.config import ChatwootConfig
from connectors.helpdesk.chatwoot.parse import parse
from connectors.helpdesk.chatwoot.plugin import build
from connectors.helpdesk.desk import HelpDesk
from tests.connectors.helpdesk.chatwoot import vectors as v
from tests.connectors.helpdesk.waiting import is_parked, read_to_the_end, running
from tests.connectors.telegram.conftest import until
from tests.servers.chatwoot import ACCOUNT, SECRET, TOKEN, ChatwootServer


@dataclass(kw_only=True)
class Desk:
    """What a test of the connector works with."""

    server: ChatwootServer
    hub: MemoryHub

    def connector(self, **settings: Any) -> HelpDesk:
        values: dict[str, Any] = {
            "url": self.server.address,
            "account_id": ACCOUNT,
            "api_token": Secret(TOKEN),
            "signing_secret": Secret(SECRET),
            "history_days": 30,
            "poll_s": 1,
            "request_timeout_s": 2,
        }
        return build(ChatwootConfig(**values | settings), self.hub.context("desk"))

    def texts(self) -> list[str]:
        items = [item for raw in self.hub.stored.values() if not is_parked(raw, parse) for item in parse(raw)]
        return sorted(item.content.text for item in items if isinstance(item, NewMessage))


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with ChatwootServer() as server, MemoryHub() as hub:
        yield Desk(server=server, hub=hub)


def fill(server: ChatwootServer, talks: int, messages: int) -> list[str]:
    """Conversations, the first one's activity being the oldest; what was said in them."""
    said = []
    for number in range(1, talks + 1):
        at_s = v.BEGUN_S - 86_400 + number * 600
        texts = [f"conversation {number} message {place:02}" for place in range(messages)]
        server.say(
            v.talk(number, last_activity_at=at_s),
            *(v.listed(number * 1000 + place, text, created_at=at_s) for place, text in enumerate(texts)),
            v.listed(number * 1000 + 999, "Олена took it", message_type=2, created_at=at_s),
        )
        said += texts
    return sorted(said)


async def test_long_conversations_on_several_pages_are_fetched_whole(desk: Desk) -> None:
    said = fill(desk.server, 5, 45)
    desk.server.page_size = 2
    await read_to_the_end(desk.connector(), desk.hub)

    assert desk.texts() == said


async def test_next_pass_asks_only_for_what_moved(desk: Desk) -> None:
    said = fill(desk.server, 5, 1)
    await read_to_the_end(desk.connector(), desk.hub)
    desk.server.say(v.talk(1, last_activity_at=v.BEGUN_S), v.listed(9000, "і ще одне", created_at=v.BEGUN_S))
    desk.server.asked.clear()
    await read_to_the_end(desk.connector(), desk.hub)

    assert desk.texts() == sorted([*said, "і ще одне"])
    assert {one.split("/conversations/")[1].split("/")[0] for one in desk.server.asked if "messages" in one} == {
        "1",
        "5",
    }


@pytest.mark.slow
async def test_long_conversation_is_read_backwards_once(desk: Desk) -> None:
    said = fill(desk.server, 1, 65)
    async with running(desk.connector(), desk.hub):
        await until(lambda: len(desk.texts()) == len(said))
        await until(lambda: bool(desk.hub.comparisons))
        desk.server.asked.clear()
        desk.server.say(v.talk(1, last_activity_at=v.BEGUN_S), v.listed(9000, "і ще одне", created_at=v.BEGUN_S))
        await until(lambda: "і ще одне" in desk.texts())
        told = len(desk.hub.comparisons)
        await until(lambda: len(desk.hub.comparisons) > told)

    assert not [one for one in desk.server.asked if "before=" in one]


async def test_conversation_that_moves_up_during_a_pass_is_met_by_the_next(desk: Desk) -> None:
    said = fill(desk.server, 4, 1)
    desk.server.page_size = 1
    desk.hub.hold(skip=3)  # the pass is on its way
    connector = desk.connector()
    async with running(connector, desk.hub):
        await until(lambda: desk.hub.is_holding)
        desk.server.talks[1]["last_activity_at"] = v.BEGUN_S + 5
        desk.hub.accept()
        await until(lambda: len(desk.texts()) == len(said))

    assert desk.texts() == said


async def test_nothing_before_the_history_is_taken(desk: Desk) -> None:
    old_s = v.BEGUN_S - 90 * 86_400
    desk.server.say(v.talk(1), v.listed(1, "дуже давно", created_at=old_s), v.listed(2, "вчора"))
    desk.server.say(v.talk(2, last_activity_at=old_s), v.listed(3, "забуте", created_at=old_s))
    await read_to_the_end(desk.connector(), desk.hub)

    assert desk.texts() == ["вчора"]


async def test_posted_message_is_not_fetched_again(desk: Desk) -> None:
    async with running(desk.connector(), desk.hub):
        await until(desk.server.is_asked.is_set)
        url, at_s = desk.hub.url("desk"), desk.hub.now.timestamp()
        assert await desk.server.tell(url, v.event(), at_s=at_s) == 200
        assert await desk.server.tell(url, v.event(number=5), at_s=at_s, secret="guessed") == 401
        assert await desk.server.tell(f"{url}?token=", v.event(number=6), at_s=at_s, secret="") == 401
    desk.server.say(v.talk(), v.listed())
    await read_to_the_end(desk.connector(), desk.hub)

    assert [raw.delivery_id for raw in desk.hub.stored.values()] == ["message:9911"]


@pytest.mark.parametrize(("token", "status"), [("right-token", 200), ("wrong-token", 401), ("", 401)])
async def test_version_that_signs_nothing_is_known_by_the_address(desk: Desk, token: str, status: int) -> None:
    connector = desk.connector(signing_secret=Secret(""), hook_token=Secret("right-token"))
    async with running(connector, desk.hub):
        await until(desk.server.is_asked.is_set)
        told = desk.server.tell(f"{desk.hub.url('desk')}?token={token}", v.event(), at_s=0)
        assert await told == status


@pytest.mark.parametrize(
    ("settings", "health"),
    [
        ({}, Health.OK),
        ({"api_token": Secret("revoked")}, Health.AUTH_FAILED),
        ({"account_id": 2}, Health.AUTH_FAILED),
    ],
)
async def test_check_says_whose_token_it_is(desk: Desk, settings: dict[str, Any], health: Health) -> None:
    report = await desk.connector(**settings).check()

    assert report.health is health
    assert report.detail


@pytest.mark.parametrize("fault", [{"content": 5}, {"id": None}])
async def test_message_in_an_odd_shape_is_parked_once_and_holds_up_nothing(desk: Desk, fault: dict[str, Any]) -> None:
    said = fill(desk.server, 2, 45)
    desk.server.messages[1].append(v.listed(1998, "дивне") | fault)
    for _ in range(2):
        await read_to_the_end(desk.connector(), desk.hub)

    assert [is_parked(raw, parse) for raw in desk.hub.stored.values()].count(True) == 1
    assert desk.texts() == said
