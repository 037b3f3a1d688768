"""The webhook: only LINE gets in, all of a post is stored before it hears 200, and the probe says what is wrong."""

import aiohttp
import pytest

from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from channelhub.sdk.errors import AuthFailed, HubBusy, Unavailable
from channelhub.sdk.proof import is_signed
from connectors.line.receive import SIGNATURE_HEADER
from tests.connectors.line import vectors as v
from tests.connectors.line.conftest import Desk
from tests.servers.line import signature


def test_signature_is_the_documented_one() -> None:
    body, right = '{"text":"Привет"}'.encode(), "KPbD+PY872cdETYPf6DNTTqi9gcNitbXzqW5FBlkeOM="

    assert is_signed(right, body, secret=Secret("s3cret"), encoding="base64")
    assert signature(body, "s3cret") == right


async def test_events_of_a_post_are_stored_together_each_under_its_own_id(desk: Desk) -> None:
    events = [v.message({"id": str(number), "type": "text", "text": "x"}, number=number) for number in (1, 2, 3)]
    async with desk.running(desk.connector()):
        assert await desk.server.tell(*events) == 200
        assert await desk.server.tell(*(one | {"deliveryContext": {"isRedelivery": True}} for one in events)) == 200

    assert [name for _, name in desk.hub.stored] == [str(one["webhookEventId"]) for one in events]
    assert [len(call.raws) for call in desk.hub.calls] == [3, 3]


async def test_post_without_events_is_answered_and_nothing_is_stored(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        assert await desk.server.tell() == 200

    assert not desk.hub.calls


@pytest.mark.parametrize("given", ["", "ї", signature(b"other bytes")])
async def test_wrong_signature_is_refused(desk: Desk, given: str) -> None:
    async with (
        desk.running(desk.connector()),
        aiohttp.ClientSession() as session,
        session.post(desk.hub.url("line"), data=v.posted(), headers={SIGNATURE_HEADER: given}) as answer,
    ):
        assert answer.status == 401


async def test_503_while_the_hub_cannot_store(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        desk.hub.refuse(HubBusy("the queue is full"))

        assert await desk.server.tell(v.TEXT) == 503


@pytest.mark.parametrize(
    ("refusal", "failure", "words"),
    [
        ((400, "Invalid webhook endpoint URL"), Unavailable, "public_url"),
        ((401, "Authentication failed"), AuthFailed, "access token"),
        ((500, "oops"), Unavailable, "500"),
    ],
)
async def test_run_says_why_the_webhook_is_not_set(
    desk: Desk, refusal: tuple[int, str], failure: type[Exception], words: str
) -> None:
    desk.server.refusals["channel/webhook/endpoint"] = refusal
    with pytest.raises(failure, match=words):
        await desk.connector().run(desk.hub.deliver)


async def test_probe_knows_who_it_is_where_line_posts_to_and_whether_it_does(desk: Desk) -> None:
    connector = desk.connector()
    before = await connector.check()
    async with desk.running(connector):
        report = await connector.check()
    desk.server.is_active = False
    switched_off = await connector.check()
    desk.server.webhook = "https://old.example/hooks/line"
    elsewhere = await connector.check()

    assert {before.health, switched_off.health, elsewhere.health} == {Health.DOWN}
    assert "nowhere" in before.detail
    assert "Use webhook" in switched_off.detail
    assert "old.example" in elsewhere.detail
    assert (report.health, report.detail) == (Health.OK, "ランプ @216ru")


async def test_probe_says_that_the_token_is_refused(desk: Desk) -> None:
    report = await desk.connector(token=Secret("another")).check()

    assert report.health is Health.AUTH_FAILED
    assert "another" not in report.detail
