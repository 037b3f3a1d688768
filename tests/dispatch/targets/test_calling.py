"""What a receiver answers is read rightly: try later, mend the secret, never. No secret shows in it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
import pytest

from channelhub.dispatch.targets.calling import Caller
from channelhub.dispatch.targets.table import target_of
from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import AuthFailed, ConnectorError, Rejected, Unavailable
from channelhub.settings.alerts import ALERT_KINDS
from tests.dispatch.targets.configurations import notice, target
from tests.servers.receivers import KEY, BadDay, Receivers

KINDS = sorted(ALERT_KINDS.keys() - {"email"})  # those that speak HTTP
TOLD = {"topic": "support", "message": "x", "priority": 3, "tags": []}
TOKEN = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture
async def server() -> AsyncIterator[Receivers]:
    async with Receivers() as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_receiver_that_asks_to_wait_is_waited_for(
    kind: str, status: int, server: Receivers, http: aiohttp.ClientSession
) -> None:
    server.bad(kind, BadDay(status=status, headers={"Retry-After": "37"}, text="not now"))
    with pytest.raises(Unavailable) as caught:
        await target_of(target(kind, server), http).tell(notice())

    if (kind, status) != ("telegram", 429):  # it says so in its JSON
        assert caught.value.retry_after_s == 37


@pytest.mark.parametrize(("minutes", "wait_s"), [(5, 300), (-5, 0), (60 * 48, 24 * 3600)])
async def test_a_receiver_that_names_the_moment_is_waited_for_a_day_at_most(
    minutes: int, wait_s: float, server: Receivers, http: aiohttp.ClientSession
) -> None:
    answered = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    until = format_datetime(answered + timedelta(minutes=minutes), usegmt=True)
    server.bad(
        "slack", BadDay(status=503, headers={"Retry-After": until, "Date": format_datetime(answered, usegmt=True)})
    )
    with pytest.raises(Unavailable) as caught:
        await target_of(target("slack", server), http).tell(notice())

    assert caught.value.retry_after_s == wait_s


async def test_telegram_says_in_its_json_how_long_to_wait(server: Receivers, http: aiohttp.ClientSession) -> None:
    said = '{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":41}}'
    server.bad("telegram", BadDay(status=429, text=said, headers={"Content-Type": "application/json"}))
    with pytest.raises(Unavailable, match="Too Many Requests") as caught:
        await target_of(target("telegram", server), http).tell(notice())

    assert caught.value.retry_after_s == 41


@pytest.mark.parametrize(("status", "kind_of"), [(400, Rejected), (404, Rejected), (302, Rejected), (401, AuthFailed)])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_refusal_is_told_with_the_receivers_words_and_no_secret(
    kind: str, status: int, kind_of: type[ConnectorError], server: Receivers, http: aiohttp.ClientSession
) -> None:
    elsewhere = f"{server.url}/elsewhere/"
    server.bad(kind, BadDay(status=status, text=f"no good: {KEY}", headers={"Location": elsewhere}))
    with pytest.raises(kind_of) as caught:
        await target_of(target(kind, server), http).tell(notice())

    assert KEY not in str(caught.value)
    assert server.asked == [kind], "a redirect is not followed"
    if (kind, status) != ("telegram", 400):  # which answers 400 in JSON of its own
        assert str(status) in str(caught.value)


async def test_slack_refuses_inside_its_200(server: Receivers, http: aiohttp.ClientSession) -> None:
    with pytest.raises(AuthFailed, match="invalid_auth"):
        await target_of(target("slack", server, token=Secret("xoxb-wrong")), http).tell(notice())
    with pytest.raises(Rejected, match="channel_not_found"):
        await target_of(target("slack", server, channel="#other"), http).tell(notice())


@pytest.mark.parametrize("kind", KINDS)
async def test_a_receiver_that_is_not_there_surely_took_nothing(
    kind: str, server: Receivers, http: aiohttp.ClientSession
) -> None:
    one = target(kind, server)
    await server.__aexit__(None, None, None)
    with pytest.raises(Unavailable, match="can't be reached") as caught:
        await target_of(one, http).tell(notice())

    assert KEY not in str(caught.value)


@pytest.mark.parametrize("day", [BadDay(hangs=True), BadDay(resets=True, takes=True)])
async def test_a_lost_answer_is_neither_yes_nor_no(day: BadDay, server: Receivers, http: aiohttp.ClientSession) -> None:
    server.bad("ntfy", replace(day))
    caller = Caller(name="phone", http=http, timeout_s=0.3)
    with pytest.raises((TimeoutError, aiohttp.ClientError)) as caught:
        await caller.call("POST", f"{server.url}/ntfy/", json={**TOLD}, headers=TOKEN)

    assert not isinstance(caught.value, ConnectorError)


async def test_an_endless_answer_costs_little(http: aiohttp.ClientSession) -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 65536)
                await writer.drain()
        except ConnectionError:
            return

    listening = await asyncio.start_server(endless, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    answer = await Caller(name="x", http=http).call("GET", f"http://127.0.0.1:{port}/")
    listening.close()

    assert answer.json is None
