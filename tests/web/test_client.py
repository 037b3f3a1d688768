"""The Python client against the real server: typed answers, whole lists, changes that overwrite nobody's, events."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from channelhub.client import HubClient, HubProblem, shapes
from channelhub.client.awaiting import AsyncHubClient
from tests.web.conftest import Hub
from tests.web.flow import receive


@pytest.fixture
async def client(hub: Hub) -> AsyncIterator[AsyncHubClient]:
    async with AsyncHubClient(hub.url, hub.local_token) as made:
        yield made


def holds(kind: Any, value: object) -> None:
    """Raises ValidationError unless the value is of this shape."""
    msgspec.convert(value, kind)


async def test_answers_have_the_shapes_that_the_client_names(hub: Hub, client: AsyncHubClient) -> None:
    message_id = await receive(hub, "Оплата не проходить")
    card = await client.customers.lookup(identity="email:hanna@example.com")

    holds(shapes.CardView, card)
    holds(shapes.MessageView, await client.messages.get(message_id))
    holds(shapes.ArrivalPage, await client.messages.page(account="shop"))
    holds(shapes.TimelineView, await client.customers.timeline(card["customer"]["id"], limit=5))
    holds(shapes.IncidentPage, await client.incidents.page(state="new"))
    holds(shapes.CustomerHits, await client.customers.page(q="Ганна"))
    holds(shapes.OutagePage, await client.outages.page(open=False))
    holds(shapes.ConnectorList, await client.operations.connectors())
    holds(shapes.EventTypeList, await client.events.types())
    assert b"external_id" in await client.messages.raw(message_id)
    assert await client.operations.metrics() == "channelhub_up 1\n"


async def test_both_faces_give_the_same(hub: Hub, client: AsyncHubClient) -> None:
    await receive(hub, "Where is my order?")

    def blocking() -> Any:
        with HubClient(hub.url, hub.local_token) as waiting:
            return waiting.incidents.page(), list(waiting.messages.every(limit=1)), waiting.operations.livez()

    page, messages, livez = await asyncio.to_thread(blocking)
    assert page == await client.incidents.page()
    assert messages == [one async for one in client.messages.every(limit=1)]
    assert livez == await client.operations.livez()


async def test_a_whole_list_is_read_page_by_page(hub: Hub, client: AsyncHubClient) -> None:
    sent = [await receive(hub, f"message {number}") for number in range(5)]
    found = [one["id"] async for one in client.messages.every(account="shop", limit=2)]
    begun = [one["id"] async for one in client.messages.every(account="shop", limit=2, after=found[2])]

    assert found == sent
    assert begun == sent[3:]


async def test_nobodys_change_is_overwritten(hub: Hub, client: AsyncHubClient) -> None:
    await receive(hub, "It is broken")
    [incident] = (await client.incidents.page())["items"]
    seen = await client.incidents.get_tagged(incident["id"])
    changed = await client.incidents.change(
        incident["id"], {"version": seen.value["version"], "priority": "high"}, if_match=seen.etag
    )
    with pytest.raises(HubProblem) as refused:
        await client.incidents.change(incident["id"], {"version": changed["version"]}, if_match=seen.etag)
    now = await client.incidents.get_if_changed(incident["id"], seen.etag)

    assert refused.value.status == 412
    assert refused.value.type == "/problems/precondition-failed"
    assert now is not None
    assert now.value["priority"] == "high"
    assert await client.incidents.get_if_changed(incident["id"], now.etag) is None


async def test_bytes_and_nothing_come_out(hub: Hub, client: AsyncHubClient) -> None:
    message_id = await receive(hub, "Hello")
    made = await client.tokens.create({"name": "of a test", "role": "agent"})
    revoked = [one["id"] for one in (await client.tokens.page())["items"] if one["name"] == "of a test"]
    for token_id in revoked:
        await client.tokens.revoke(token_id)

    assert b"Hello" in await client.messages.raw(message_id)
    async with AsyncHubClient(hub.url, made["token"]) as late:
        with pytest.raises(HubProblem, match="token"):
            await late.outages.page()


async def test_the_same_key_is_the_same_request(hub: Hub, client: AsyncHubClient) -> None:
    body: shapes.TokenRequest = {"name": "once", "role": "agent"}
    first = await client.tokens.create(body, key="k-1")

    assert await client.tokens.create(body, key="k-1") == first
    with pytest.raises(HubProblem) as refused:
        await client.tokens.create({"name": "twice", "role": "agent"}, key="k-1")
    assert refused.value.status == 422


async def test_events_are_followed_and_resumed(hub: Hub, client: AsyncHubClient) -> None:
    stream = client.follow(after=0)
    await receive(hub, "first")
    async for event in stream:
        holds(shapes.EventBody, event)
        if event["type"] == "message.received":
            break
    await receive(hub, "second")
    again = [event async for event in _until(client.follow(after=stream.last_id), "message.received")]

    assert again[-1]["type"] == "message.received"
    assert {int(event["id"]) > int(stream.last_id) for event in again} == {True}


async def test_events_are_followed_while_waiting(hub: Hub) -> None:
    await receive(hub, "first")

    def first() -> list[Any]:
        with HubClient(hub.url, hub.local_token) as waiting:
            events = iter(waiting.follow(after="0"))
            return [next(events), next(events)]

    one, two = await asyncio.to_thread(first)
    assert int(one["id"]) < int(two["id"])


async def _until(events: Any, kind: str) -> AsyncIterator[Any]:
    async for event in events:
        yield event
        if event["type"] == kind:
            return
