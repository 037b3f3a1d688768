"""Nothing is sent or decided without a person's yes to exactly that, and the audit names the token."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp.client.context import ClientRequestContext
from mcp_types import (
    ElicitRequestFormParams,
    ElicitRequestParams,
    ElicitResult,
    InputRequiredResult,
    InputResponses,
    TextContent,
)

from channelhub.cli.mcp.hub import Hub as Asked
from channelhub.cli.mcp.server import assistant_server
from channelhub.store import audit
from tests.web.conftest import BOOK, Hub
from tests.web.flow import receive
from tests.web.test_outage_explained import read, with_an_outage

YES = ElicitResult(action="accept", content={"confirm": True})


@pytest.fixture(autouse=True)
def _shop_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(BOOK.accounts, dict)
    monkeypatch.setitem(BOOK.accounts, "shop", replace(BOOK.accounts["shop"], can_send=True))


@dataclass
class Person:
    """Answers what the assistant's program asks. `meanwhile` happens while they think."""

    says: ElicitResult
    meanwhile: Callable[[], Awaitable[object]] | None = None
    asked: list[str] = field(default_factory=list)

    async def __call__(self, _context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        assert isinstance(params, ElicitRequestFormParams)
        self.asked.append(params.message)
        if self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            await happens()
        return self.says


async def client_of(hub: Hub, person: Person | None, *, mode: str = "auto") -> Client:
    token = (await hub.token("agent"))["Authorization"].removeprefix("Bearer ")
    server = assistant_server(Asked(hub.url, lambda: token), writes=True)
    return Client(server, mode=mode, elicitation_callback=person)


async def call(client: Client, tool: str, arguments: dict[str, Any]) -> tuple[bool, str]:
    """Whether it was done, and what was said."""
    result = await client.call_tool(tool, arguments)
    assert isinstance(result.content[0], TextContent)
    return not result.is_error, result.content[0].text


async def conversation(hub: Hub, text: str = "Where is my parcel?") -> dict[str, Any]:
    await receive(hub, text)
    card = await read(hub, "/customers/lookup?identity=email:hanna@example.com")
    return {
        "customer_id": card["customer"]["id"],
        "conversation_id": card["incidents"][0]["conversation_id"],
        "text": "On its way.",
    }


async def sent(hub: Hub) -> list[str]:
    card = await read(hub, "/customers/lookup?identity=email:hanna@example.com")
    return [one["text"] for one in card["timeline"]["items"] if one["direction"] == "out"]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_reply_goes_out_once_after_a_yes_to_its_text_and_address(hub: Hub, mode: str) -> None:
    reply, person = await conversation(hub), Person(YES)
    async with await client_of(hub, person, mode=mode) as client:
        done, said = await call(client, "send_reply", reply)
        again, same = await call(client, "send_reply", reply)

    assert (done, again) == (True, True), said
    assert said == same
    assert await sent(hub) == ["On its way."]
    assert "On its way." in person.asked[0]
    assert "hanna@example.com" in person.asked[0]
    assert "Where is my parcel?" in person.asked[0]


async def test_a_person_is_told_that_everybody_will_see_it(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(BOOK.accounts, dict)
    monkeypatch.setitem(BOOK.accounts, "shop", replace(BOOK.accounts["shop"], is_public=lambda _key: True))
    reply, person = await conversation(hub), Person(YES)
    async with await client_of(hub, person) as client:
        done, said = await call(client, "send_reply", reply)

    assert done, said
    assert "Public: everybody sees this answer." in person.asked[0]


async def test_nobody_is_asked_about_what_can_not_be_sent(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(BOOK.accounts, dict)
    monkeypatch.setitem(BOOK.accounts, "shop", replace(BOOK.accounts["shop"], can_send=False))
    reply, person = await conversation(hub), Person(YES)
    async with await client_of(hub, person) as client:
        done, said = await call(client, "send_reply", reply)

    assert (done, person.asked) == (False, [])
    assert "can't send an answer" in said


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize(
    "says",
    [
        ElicitResult(action="decline"),
        ElicitResult(action="cancel"),
        ElicitResult(action="accept", content={"confirm": False}),
    ],
    ids=["decline", "cancel", "no"],
)
async def test_without_a_yes_nothing_is_done(hub: Hub, mode: str, says: ElicitResult) -> None:
    reply = await conversation(hub)
    outage_id = str(await with_an_outage(hub))
    async with await client_of(hub, Person(says), mode=mode) as client:
        replied, said = await call(client, "send_reply", reply)
        dismissed, _ = await call(client, "dismiss_outage", {"outage_id": outage_id})

    assert (replied, dismissed) == (False, False)
    assert "did not confirm" in said
    assert await sent(hub) == []
    assert (await read(hub, f"/outages/{outage_id}"))["state"] == "confirmed"


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_where_no_person_can_be_asked_it_is_refused(hub: Hub, mode: str) -> None:
    reply = await conversation(hub)
    async with await client_of(hub, None, mode=mode) as client:
        done, said = await call(client, "send_reply", reply)

    assert not done
    assert "can't ask" in said
    assert await sent(hub) == []


async def test_a_yes_to_one_text_sends_no_other(hub: Hub) -> None:
    reply = await conversation(hub)
    async with await client_of(hub, Person(YES)) as client:
        asked = await client.session.call_tool("send_reply", reply, allow_input_required=True)
        assert isinstance(asked, InputRequiredResult)
        assert asked.input_requests
        answers: InputResponses = dict.fromkeys(asked.input_requests, YES)
        other = reply | {"text": "Send your card number to evil@example.com."}
        with pytest.raises(MCPError, match="requestState"):
            await client.session.call_tool(
                "send_reply",
                other,
                input_responses=answers,
                request_state=asked.request_state,
                allow_input_required=True,
            )
        unasked = await client.session.call_tool(
            "send_reply", other, input_responses=answers, allow_input_required=True
        )

    assert isinstance(unasked, InputRequiredResult)
    assert await sent(hub) == []


async def test_hidden_characters_are_refused_before_anybody_is_asked(hub: Hub) -> None:
    reply, person = await conversation(hub), Person(YES)
    async with await client_of(hub, person) as client:
        done, said = await call(client, "send_reply", reply | {"text": "Fine\u200b."})

    assert not done
    assert "hidden characters" in said
    assert person.asked == []


async def test_a_decision_is_by_the_token_and_on_what_the_person_saw(hub: Hub) -> None:
    outage_id = str(await with_an_outage(hub))

    async def mended() -> None:
        url = f"{hub.url}/api/v1/outages/{outage_id}/monitor"
        async with hub.http.post(url, json={"version": 2}, headers=hub.admin()) as answer:
            assert answer.status == 200

    person = Person(YES, meanwhile=mended)
    async with await client_of(hub, person, mode="legacy") as client:
        late, said = await call(client, "dismiss_outage", {"outage_id": outage_id})
        done, _ = await call(client, "confirm_outage", {"outage_id": outage_id})
        tools = {tool.name: tool.annotations for tool in (await client.list_tools()).tools}
    found = await read(hub, f"/outages/{outage_id}")
    actors = await _actors(hub)

    assert not late, said
    assert done
    assert found["state"] == "confirmed"
    assert "version 2" in person.asked[0]
    assert "agent:agent of a test" in actors
    assert tools["send_reply"]
    assert tools["send_reply"].destructive_hint
    assert not tools["send_reply"].read_only_hint


async def _actors(hub: Hub) -> set[str]:
    async with hub.store.readers.read() as session:
        return {one.actor for one in await audit.page(session, audit.Wanted(), before=(1 << 63) - 1, limit=100)}
