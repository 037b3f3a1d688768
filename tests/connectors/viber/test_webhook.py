"""The webhook: only Viber gets in, it hears 200 only after the commit, and its own check of the address is answered."""

import json

import aiohttp
import pytest

from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from channelhub.sdk.errors import AuthFailed, HubBusy, Unavailable
from channelhub.sdk.proof import is_signed
from connectors.viber.receive import SIGNATURE_HEADER
from tests.connectors.viber import vectors as v
from tests.connectors.viber.conftest import Desk
from tests.servers.viber import signature


def test_signature_is_the_documented_one() -> None:
    body = '{"text":"Привет"}'.encode()
    right = "765c2054110645298b7b840c3026364103a4745f384717e7ca0b7f147058c368"

    assert is_signed(right, body, secret=Secret("tok-123"))
    assert signature(body, "tok-123") == right


async def test_its_address_is_told_with_the_events_it_wants_and_the_check_of_it_is_not_stored(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        pass

    [(method, asked)] = desk.server.calls
    assert method == "set_webhook"
    assert asked["url"] == desk.hub.url("viber") == desk.server.webhook
    assert {"delivered", "seen", "failed", "conversation_started"} <= set(asked["event_types"])
    assert not desk.hub.stored


@pytest.mark.parametrize("headers", [{}, *({SIGNATURE_HEADER: given} for given in ("", "0" * 64, "ї"))])
async def test_unsigned_check_of_the_address_is_refused(desk: Desk, headers: dict[str, str]) -> None:
    async with (
        desk.running(desk.connector()),
        aiohttp.ClientSession() as session,
        session.post(desk.hub.url("viber"), data=b'{"event":"webhook"}', headers=headers) as answer,
    ):
        assert answer.status == 401


async def test_event_is_stored_as_it_came_and_then_answered(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        assert await desk.server.tell(v.TEXT) == (200, b"")

    [raw] = desk.hub.raws
    assert json.loads(raw.body) == v.TEXT
    assert raw.channel_time is not None


async def test_503_while_the_hub_cannot_store(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        desk.hub.refuse(HubBusy("the queue is full"))
        status, _ = await desk.server.tell(v.TEXT)

    assert status == 503


async def test_who_opens_the_chat_for_the_first_time_is_welcomed_after_the_commit(desk: Desk) -> None:
    async with desk.running(desk.connector(welcome="Вітаємо!", avatar="https://shop.example/a.png")):
        status, body = await desk.server.tell(v.STARTED)

    assert (status, len(desk.hub.stored)) == (200, 1)
    assert json.loads(body) == {
        "type": "text",
        "text": "Вітаємо!",
        "sender": {"name": "Лампи", "avatar": "https://shop.example/a.png"},
    }


@pytest.mark.parametrize(
    ("event", "welcome"), [(v.STARTED | {"subscribed": True}, "Вітаємо!"), (v.STARTED, ""), (v.TEXT, "Вітаємо!")]
)
async def test_nobody_else_is_welcomed(desk: Desk, event: dict[str, object], welcome: str) -> None:
    async with desk.running(desk.connector(welcome=welcome)):
        assert await desk.server.tell(event) == (200, b"")


@pytest.mark.parametrize(
    ("refusal", "failure", "words"),
    [
        ((1, "invalidUrl"), Unavailable, "public_url"),
        ((2, "invalidAuthToken"), AuthFailed, "partners.viber.com"),
        ((7, "publicAccountBlocked"), AuthFailed, "support"),
        ((3, "badData"), Unavailable, "badData"),
        ((12, "tooManyRequests"), Unavailable, "tooManyRequests"),
    ],
)
async def test_run_says_why_the_webhook_is_not_set(
    desk: Desk, refusal: tuple[int, str], failure: type[Exception], words: str
) -> None:
    desk.server.refusals["set_webhook"] = refusal
    with pytest.raises(failure, match=words):
        await desk.connector().run(desk.hub.deliver)


async def test_probe_knows_who_the_bot_is_and_where_viber_posts_to(desk: Desk) -> None:
    connector = desk.connector()
    before = await connector.check()
    async with desk.running(connector):
        report = await connector.check()
    desk.server.webhook = "https://old.example/hooks/viber"
    elsewhere = await connector.check()

    assert (before.health, elsewhere.health) == (Health.DOWN, Health.DOWN)
    assert "nowhere" in before.detail
    assert "old.example" in elsewhere.detail
    assert (report.health, report.detail) == (Health.OK, "Лампи, 35 subscribers")


async def test_probe_says_that_the_token_is_refused(desk: Desk) -> None:
    report = await desk.connector(token=Secret("another")).check()

    assert report.health is Health.AUTH_FAILED
    assert "another" not in report.detail
