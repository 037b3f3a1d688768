"""The webhook: only X gets in, its challenges are answered, and nobody gets a post signed by one."""

import json

import aiohttp
import pytest

from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from channelhub.sdk.errors import AuthFailed, HubBusy, Unavailable
from channelhub.sdk.proof import is_signed
from connectors.x.receive import SIGNATURE_HEADER
from tests.connectors.telegram.conftest import until
from tests.connectors.x import vectors as v
from tests.connectors.x.conftest import Desk
from tests.servers.x import signature


async def ask(desk: Desk, token: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(desk.hub.url("x"), params={"crc_token": token}) as answer,
    ):
        return answer.status, (await answer.json(content_type=None)).get("response_token", "")


async def post(desk: Desk, body: bytes, given: str) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(desk.hub.url("x"), data=body, headers={SIGNATURE_HEADER: given}) as answer,
    ):
        return answer.status


def test_signature_is_the_documented_one() -> None:
    body = '{"text":"Привет"}'.encode()
    right = "sha256=KPbD+PY872cdETYPf6DNTTqi9gcNitbXzqW5FBlkeOM="

    assert signature(body, "s3cret") == right
    assert is_signed(right, body, secret=Secret("s3cret"), encoding="base64", prefix="sha256=")


async def test_challenge_is_answered_as_documented(desk: Desk) -> None:
    async with desk.running(desk.connector(consumer_secret=Secret("s3cret"))):
        assert await ask(desk, "abc") == (200, "sha256=Ty8wqvSle9YKtHPI6cLN/vwYZyPUcn7W8x8ENTyROJo=")


@pytest.mark.parametrize("token", ["", '{"data":{"event_type":"dm.received"}}', "a b", "ї", "a" * 201])
async def test_nobody_has_anything_but_a_challenge_signed(desk: Desk, token: str) -> None:
    """The key that signs challenges signs posts: an event as a challenge would be a forged post."""
    async with desk.running(desk.connector()):
        status, given = await ask(desk, token)

    assert (status, given) == (400, "")


async def test_signature_of_a_challenge_lets_nothing_in(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        _, given = await ask(desk, "MmMxZTlhNDc")
        assert await post(desk, b"MmMxZTlhNDc", given) == 401
        assert await post(desk, v.encoded(v.DIRECT), given) == 401

    assert not desk.hub.stored


async def test_its_address_is_told_and_tried_once(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        await desk.server.is_hooked.wait()
    async with desk.running(desk.connector()):
        await until(lambda: len([path for method, path, _ in desk.server.calls if method == "GET"]) == 2)

    [hook] = desk.server.hooks
    assert (hook["url"], hook["valid"]) == (desk.hub.url("x"), True)
    assert [method for method, _, _ in desk.server.calls].count("POST") == 1


async def test_event_is_stored_as_it_came_and_then_answered(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        await desk.server.is_hooked.wait()
        assert await desk.server.tell(v.DIRECT) == 200

    [raw] = desk.hub.raws
    assert json.loads(raw.body) == v.DIRECT
    assert raw.channel_time is not None


async def test_503_while_the_hub_cannot_store(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        await desk.server.is_hooked.wait()
        desk.hub.refuse(HubBusy("the queue is full"))
        assert await desk.server.tell(v.DIRECT) == 503


async def test_webhook_that_x_gave_up_is_tried_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.x.plugin.WATCH_S", 0.01)
    async with desk.running(desk.connector()):
        await desk.server.is_hooked.wait()
        desk.server.hooks[0]["valid"] = False
        await until(lambda: bool(desk.failures))
        await until(lambda: bool(desk.server.hooks[0]["valid"]))

    assert "stopped posting" in str(desk.failures[0])


async def test_address_that_x_cannot_try_is_explained(desk: Desk) -> None:
    desk.server.refusals["webhooks"] = (400, "UrlValidationFailed")
    with pytest.raises(Unavailable, match="port 443"):
        await desk.connector().run(desk.hub.deliver)


async def test_probe_says_what_is_missing(desk: Desk) -> None:
    connector = desk.connector()
    before = await connector.check()
    async with desk.running(connector):
        await desk.server.is_hooked.wait()
        well = await connector.check()
    mute = await desk.connector(access_token=Secret(), access_token_secret=Secret()).check()
    desk.server.subscribed = ["dm.received"]
    partly = await connector.check()

    assert (before.health, partly.health) == (Health.DOWN, Health.DOWN)
    assert "public_url" in before.detail
    assert "nothing is subscribed for post.mention.create, post.reply.create" in partly.detail
    assert (well.health, well.detail) == (Health.OK, "")
    assert (mute.health, mute.detail) == (Health.OK, "answers need access_token and access_token_secret")


async def test_refused_key_waits_for_a_person(desk: Desk) -> None:
    connector = desk.connector(bearer_token=Secret("another"))
    with pytest.raises(AuthFailed, match="developer console"):
        await connector.run(desk.hub.deliver)
    report = await connector.check()

    assert report.health is Health.AUTH_FAILED
    assert "another" not in report.detail
