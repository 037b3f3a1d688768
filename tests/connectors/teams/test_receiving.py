"""Only who Microsoft vouches for gets in, where answers go is kept with the message, the probe says what is wrong."""

import asyncio
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from channelhub.sdk.errors import HubBusy, Unavailable
from connectors.teams.config import TeamsConfig
from connectors.teams.signature import NotProved, key_named, verify
from tests.connectors.teams import vectors as v
from tests.connectors.teams.conftest import Desk
from tests.connectors.telegram.conftest import until
from tests.servers.teams import APP_ID, ISSUER, PASSWORD, SHORT_KID, token


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://login.microsoftonline.com/x"},
        {"aud": "00000000-0000-4000-8000-000000000000"},
        {"serviceurl": "https://smba.trafficmanager.net/amer/"},
        {"exp": 1},
        {"nbf": 99999999999},
        {"alg": "RS384"},
        {"alg": "none"},
        {"alg": "HS256"},
        {"kid": "key-2"},
    ],
)
async def test_token_that_proves_something_else_is_refused(desk: Desk, claims: dict[str, Any]) -> None:
    async with desk.running(desk.connector()):
        assert await desk.tell(v.TEXT, **claims) == 401
        assert await desk.tell(v.TEXT) == 200

    assert len(desk.hub.stored) == 1


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ї", "Bearer a.b.c", "Basic eA==", "Bearer " + "a" * 8000])
async def test_what_is_no_token_is_refused(desk: Desk, header: str) -> None:
    async with (
        desk.running(desk.connector()),
        aiohttp.ClientSession() as session,
        session.post(desk.hub.url("teams"), data=b"{}", headers={"Authorization": header}) as answer,
    ):
        assert answer.status == 401


async def test_key_for_other_channels_is_refused(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        assert await desk.tell(v.TEXT | {"channelId": "skype"}) == 401


def test_key_has_to_be_a_known_one() -> None:
    with pytest.raises(NotProved, match="key"):
        verify(token("s"), keys={}, issuer=ISSUER, audience=APP_ID, now_s=0)
    assert key_named(token("s", kid="key-7")) == "key-7"


@pytest.mark.parametrize(("late_s", "status"), [(3600 + 299, 200), (3600 + 301, 401), (-299, 200), (-301, 401)])
async def test_token_is_good_for_its_time_and_five_minutes(desk: Desk, late_s: int, status: int) -> None:
    async with desk.running(desk.connector()):
        assert await desk.tell(v.TEXT, at=desk.hub.now - timedelta(seconds=late_s)) == status


async def test_new_key_is_asked_for_once_an_hour(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        desk.server.kids.append("key-2")
        assert await desk.tell(v.TEXT, kid="key-2") == 401
        assert desk.server.asked.count("/keys") == 1
        desk.hub.now += timedelta(hours=1)
        assert await desk.tell(v.TEXT, kid="key-2") == 200
        assert await desk.tell(v.TEXT, kid="key-3") == 401

    assert desk.server.asked.count("/keys") == 2


async def test_503_before_the_keys_are_known_and_while_the_hub_cannot_store(desk: Desk) -> None:
    desk.server.refusals["/keys"] = (500, {})
    connector = desk.connector()
    with pytest.raises(Unavailable):
        await connector.run(desk.hub.deliver)
    assert await desk.tell(v.TEXT) == 503

    desk.server.refusals.clear()
    async with desk.running(connector):
        desk.hub.refuse(HubBusy("the queue is full"))
        assert await desk.tell(v.TEXT) == 503
    assert not desk.hub.stored


async def test_invoke_is_answered_with_an_object_and_typing_is_not_kept(desk: Desk) -> None:
    service = {"serviceUrl": desk.server.service}
    headers = {"Authorization": f"Bearer {token(desk.server.service)}"}
    async with desk.running(desk.connector()), aiohttp.ClientSession(headers=headers) as session:
        async with session.post(desk.hub.url("teams"), json=v.INVOKED | service) as answer:
            assert (answer.status, await answer.json()) == (200, {})
        assert await desk.tell(v.TYPING) == 200

    assert len(desk.hub.stored) == 1


async def test_where_answers_go_is_kept_with_the_message_and_moves_with_it(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        assert await desk.tell(v.TEXT) == 200
        assert await desk.tell(v.said(number=1)) == 200
        moved = v.said(number=2, service="https://smba.trafficmanager.net/emea/new/")
        url = desk.hub.url("teams")
        assert await desk.server.tell(url, moved, serviceurl=moved["serviceUrl"]) == 200

    cursors = [call.cursor.value if call.cursor else None for call in desk.hub.calls]
    assert cursors == [desk.server.service, None, moved["serviceUrl"]]
    assert all(call.raws for call in desk.hub.calls)


async def test_posts_of_a_new_conversation_at_once_are_all_taken(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        desk.hub.hold()
        posts = [asyncio.create_task(desk.tell(v.said(number=number))) for number in range(3)]
        await until(lambda: len(desk.hub._requests) == 3 and desk.hub.is_holding)
        for _ in range(20):
            await asyncio.sleep(0)
        desk.hub.accept()
        answers = await asyncio.gather(*posts)

    assert answers == [200] * 3


async def test_key_that_is_too_short_is_not_trusted(desk: Desk) -> None:
    desk.server.kids.append(SHORT_KID)
    async with desk.running(desk.connector()):
        assert await desk.tell(v.TEXT, kid=SHORT_KID) == 401


async def test_keys_are_renewed_each_day(desk: Desk) -> None:
    connector = desk.connector()
    async with desk.running(connector):
        desk.hub.now += timedelta(hours=24)
        assert connector._keyring.is_old
        report = await connector.check()
        await until(lambda: desk.server.asked.count("/keys") == 2)

    assert report.health is Health.OK


async def test_probe_says_that_the_secret_is_refused(desk: Desk) -> None:
    refused = await desk.connector(app_password=Secret("another")).check()
    desk.server.refusals["/openid"] = (503, {})
    down = await desk.connector().check()

    assert refused.health is Health.AUTH_FAILED
    assert "client secret" in refused.detail
    assert "another" not in refused.detail
    assert down.health is Health.DOWN


def test_configuration_says_what_is_missing() -> None:
    with pytest.raises(ValueError, match="Certificates & secrets"):
        TeamsConfig(app_id=APP_ID, app_password=Secret(""))
    assert TeamsConfig(app_id=APP_ID, app_password=Secret(PASSWORD)).tenant == ""
