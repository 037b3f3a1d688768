"""The live stream."""

import asyncio
import json
from datetime import datetime, timedelta

import aiohttp
import pytest

from channelhub.domain.events.messages import MessageParked
from channelhub.store import events, retention, tokens
from channelhub.store.events import NewEvent
from channelhub.web import feed as feed_module
from channelhub.web.routes.stream import FEED, STREAMS
from tests.web.conftest import BEGAN, Hub


async def happen(hub: Hub, *numbers: int) -> None:
    new = [
        NewEvent(at=BEGAN, account="shop", data=MessageParked(inbox_id=str(n), reason="unparseable", detail=""))
        for n in numbers
    ]
    await hub.store.writer.command(lambda session: events.append(session, new))
    hub.committed()


async def next_events(answer: aiohttp.ClientResponse, count: int) -> list[dict[str, str]]:
    """The next events of the stream, comments left out."""
    found: list[dict[str, str]] = []
    current: dict[str, str] = {}
    async with asyncio.timeout(60):
        while len(found) < count:
            line = (await answer.content.readline()).decode().rstrip("\n")
            if line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                current[name] = value
            elif not line and "data" in current:
                found.append(current)
                current = {}
            elif not line:
                current = {}
    return found


def numbers(found: list[dict[str, str]]) -> list[int]:
    return [int(json.loads(event["data"])["data"]["inbox_id"]) for event in found]


async def test_new_events_arrive_as_they_happen(hub: Hub) -> None:
    async with hub.http.get(f"{hub.url}/api/v1/stream", headers=hub.admin()) as answer:
        await happen(hub, 1, 2)
        found = await next_events(answer, 2)

    body = json.loads(found[0]["data"])

    assert answer.content_type == "text/event-stream"
    assert numbers(found) == [1, 2]
    assert found[0]["event"] == "message.parked"
    assert found[0]["id"] == body["id"]
    assert (body["version"], body["timestamp"], body["replayed"]) == (1, "2026-03-02T09:00:00Z", False)


async def test_a_client_resumes_after_the_last_event_it_saw(hub: Hub) -> None:
    await happen(hub, *range(700))
    resume = hub.admin() | {"Last-Event-ID": "3"}
    async with hub.http.get(f"{hub.url}/api/v1/stream", headers=resume) as answer:
        found = await next_events(answer, 697)

    assert numbers(found) == list(range(3, 700))


async def test_a_client_far_behind_reads_the_table_and_misses_nothing(hub: Hub) -> None:
    count = feed_module.KEPT + 700
    await happen(hub, *range(count))
    feed = hub.server._runner.app[FEED]
    async with asyncio.timeout(60):
        while feed.newest_id < count:
            await feed.changed(feed.newest_id, feed.told, timeout_s=1)
    async with hub.http.get(f"{hub.url}/api/v1/stream?after=0", headers=hub.admin()) as answer:
        found = await next_events(answer, count)

    assert numbers(found) == list(range(count))


async def test_a_client_that_was_away_too_long_is_told_what_it_missed(hub: Hub) -> None:
    await happen(hub, *range(10))
    in_year = 365 * 86_400 * 1_000_000
    before_us = int(BEGAN.timestamp() * 1_000_000) + in_year
    await hub.store.writer.command(lambda session: retention.forget_events(session, before_us=before_us, most=6))
    async with hub.http.get(f"{hub.url}/api/v1/stream", headers=hub.admin() | {"Last-Event-ID": "2"}) as answer:
        missed, *found = await next_events(answer, 5)
    async with hub.http.get(f"{hub.url}/api/v1/stream", headers=hub.admin() | {"Last-Event-ID": "6"}) as answer:
        resumed = await next_events(answer, 4)

    assert (missed["event"], missed["id"]) == ("stream.gap", "6")
    assert json.loads(missed["data"]) == {"after": "2", "oldest": "7"}
    assert numbers(found) == numbers(resumed) == [6, 7, 8, 9]


async def test_an_id_that_is_not_ours_is_refused(hub: Hub) -> None:
    async with hub.http.get(f"{hub.url}/api/v1/stream", headers=hub.admin() | {"Last-Event-ID": "9" * 30}) as answer:
        status = answer.status

    assert status == 422


async def test_the_stream_ends_when_its_token_is_revoked(hub: Hub) -> None:
    headers = await hub.token("agent")
    async with hub.http.get(f"{hub.url}/api/v1/stream", headers=headers) as answer:
        await hub.store.writer.command(lambda session: tokens.revoke(session, 1, at=BEGAN))
        hub.server.security.authenticator.forget()
        await happen(hub, 1)
        async with asyncio.timeout(60):
            rest = await answer.content.read()

    assert b"data:" not in rest


async def test_streams_are_counted_and_capped(hub: Hub) -> None:
    app = hub.server._runner.app
    app[STREAMS].update(range(200))
    async with hub.http.get(f"{hub.url}/api/v1/stream", headers=hub.admin()) as answer:
        status = answer.status

    assert status == 503
    assert "Retry-After" in answer.headers


async def test_streams_end_when_the_server_stops(hub: Hub) -> None:
    async with hub.http.get(f"{hub.url}/api/v1/stream", headers=hub.admin()) as answer:
        assert answer.status == 200
        await hub.server._runner.app[FEED].close()
        async with asyncio.timeout(60):
            await answer.content.read()

    assert hub.server._runner.app[STREAMS] == set()


async def test_a_stream_begins_with_where_it_begins(hub: Hub) -> None:
    await happen(hub, 1, 2, 3)
    async with hub.http.get(f"{hub.url}/api/v1/stream?after=2", headers=hub.admin()) as answer:
        begin = await answer.content.readuntil(b"\n\n")

    assert begin == b"retry: 2000\nid: 2\n\n"


async def happen_at(hub: Hub, *hours: int) -> None:
    """One parked delivery for each hour after the begin, numbered by it."""
    new = [
        NewEvent(
            at=BEGAN + timedelta(hours=hour),
            account="shop",
            data=MessageParked(inbox_id=str(hour), reason="unparseable", detail=""),
        )
        for hour in hours
    ]
    await hub.store.writer.command(lambda session: events.append(session, new))
    hub.committed()


def since(moment: datetime) -> dict[str, str]:
    return {"since": moment.isoformat()}


async def test_a_stream_begins_with_the_first_event_of_a_time(hub: Hub) -> None:
    await happen_at(hub, 1, 2, 3, 2)
    hub.clock[0] = BEGAN + timedelta(hours=4)
    asked = since(BEGAN + timedelta(hours=2))
    async with hub.http.get(f"{hub.url}/api/v1/stream", headers=hub.admin(), params=asked) as answer:
        found = await next_events(answer, 3)

    assert numbers(found) == [2, 3, 2]


async def test_a_time_before_everything_begins_with_the_first_that_is_kept(hub: Hub) -> None:
    await happen_at(hub, *range(5))
    in_year = 365 * 86_400 * 1_000_000
    before_us = int(BEGAN.timestamp() * 1_000_000) + in_year
    await hub.store.writer.command(lambda session: retention.forget_events(session, before_us=before_us, most=2))
    asked = since(BEGAN - timedelta(days=900))
    async with hub.http.get(f"{hub.url}/api/v1/stream", headers=hub.admin(), params=asked) as answer:
        found = await next_events(answer, 3)

    assert numbers(found) == [2, 3, 4]
    assert {event["event"] for event in found} == {"message.parked"}


@pytest.mark.parametrize("later", [timedelta(minutes=1), timedelta(days=9000)])
async def test_a_time_at_which_nothing_happened_yet_begins_with_the_next_event(hub: Hub, later: timedelta) -> None:
    await happen_at(hub, 0)
    async with hub.http.get(f"{hub.url}/api/v1/stream", headers=hub.admin(), params=since(BEGAN + later)) as answer:
        await happen(hub, 7)
        found = await next_events(answer, 1)

    assert numbers(found) == [7]


async def test_a_client_that_resumes_is_past_the_time_it_began_with(hub: Hub) -> None:
    await happen_at(hub, 1, 2, 3)
    resume = hub.admin() | {"Last-Event-ID": "2"}
    async with hub.http.get(f"{hub.url}/api/v1/stream", headers=resume, params=since(BEGAN)) as answer:
        found = await next_events(answer, 1)

    assert numbers(found) == [3]


@pytest.mark.parametrize(
    "query", ["after=1&since=2026-03-02T09:00:00Z", "since=yesterday", "since=2026-03-02T09:00:00"]
)
async def test_a_begin_that_can_not_be_meant_is_refused(hub: Hub, query: str) -> None:
    async with hub.http.get(f"{hub.url}/api/v1/stream?{query}", headers=hub.admin()) as answer:
        problem = await answer.json()

    assert answer.status == 422
    assert "since" in problem["detail"]
