"""Webhook and polling: only MAX gets in, what it hears comes after the commit, and its address is kept set."""

import asyncio
import json
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from channelhub.sdk.errors import AuthFailed, HubBusy, Unavailable
from channelhub.sdk.testing import Fault
from connectors.max.config import MaxConfig
from connectors.max.receive import SECRET_HEADER
from tests.connectors.max import vectors as v
from tests.connectors.max.conftest import Desk
from tests.connectors.telegram.conftest import until
from tests.servers.max import BOT, FIRST_MARKER, SECRET

SCOPE = f"updates:{BOT}"
OTHER = "https://old.example/hook"


async def test_its_address_is_told_with_the_secret_and_others_are_left_alone(desk: Desk) -> None:
    desk.server.hooks[OTHER] = "theirs"
    async with desk.running(desk.connector()):
        await desk.server.is_hooked.wait()

    assert desk.server.hooks == {OTHER: "theirs", desk.hub.url("max"): SECRET}


async def test_update_is_stored_as_it_came_and_then_answered(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        await desk.server.is_hooked.wait()
        assert await desk.server.tell(v.TEXT) == 200

    [raw] = desk.hub.raws
    assert json.loads(raw.body) == v.TEXT
    assert raw.channel_time is not None


async def test_503_while_the_hub_cannot_store(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        await desk.server.is_hooked.wait()
        desk.hub.refuse(HubBusy("the queue is full"))
        assert await desk.server.tell(v.TEXT) == 503


@pytest.mark.parametrize("headers", [{}, *({SECRET_HEADER: given} for given in ("", SECRET[:-1], SECRET + "x", "ї"))])
async def test_whoever_does_not_know_the_secret_is_refused(desk: Desk, headers: dict[str, str]) -> None:
    async with (
        desk.running(desk.connector()),
        aiohttp.ClientSession() as session,
        session.post(desk.hub.url("max"), data=v.encoded(v.TEXT), headers=headers) as answer,
    ):
        assert answer.status == 401

    assert not desk.hub.stored


async def test_address_that_max_took_away_is_told_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.max.plugin.WATCH_S", 0.01)
    async with desk.running(desk.connector()):
        await desk.server.is_hooked.wait()
        desk.server.hooks.clear()
        await until(lambda: bool(desk.failures))
        await until(lambda: desk.hub.url("max") in desk.server.hooks)

    assert "nowhere" in str(desk.failures[0])


async def test_polling_takes_the_addresses_away_and_moves_its_marker_with_what_is_committed(desk: Desk) -> None:
    desk.server.hooks[OTHER] = "theirs"
    desk.server.put(v.encoded(v.TEXT))
    async with desk.running(desk.connector(mode="polling")):
        await until(lambda: len(desk.hub.stored) == 1)

    assert not desk.server.hooks
    assert desk.hub.cursors == {SCOPE: str(FIRST_MARKER + 1)}


async def test_polling_goes_on_where_it_was(desk: Desk) -> None:
    for text in ("раз", "два"):
        desk.server.put(v.encoded(v.created(text, mid=f"mid.{text}")))
        async with desk.running(desk.connector(mode="polling")):
            await until(lambda: desk.hub.cursors.get(SCOPE) == str(FIRST_MARKER + len(desk.server.wire)))

    assert [raw.delivery_id for raw in desk.hub.raws] == ["message_created:mid.раз", "message_created:mid.два"]


async def test_probe_knows_who_the_bot_is_and_where_max_posts_to(desk: Desk) -> None:
    connector, polling = desk.connector(), desk.connector(mode="polling")
    before, quiet = await connector.check(), await polling.check()
    async with desk.running(connector):
        await desk.server.is_hooked.wait()
        report, disturbed = await connector.check(), await polling.check()

    assert (before.health, disturbed.health) == (Health.DOWN, Health.DOWN)
    assert "public_url" in before.detail
    assert "polling gets nothing" in disturbed.detail
    assert (report.health, report.detail) == (quiet.health, quiet.detail) == (Health.OK, "Магазин")


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_refused_token_waits_for_a_person(desk: Desk, mode: str) -> None:
    connector = desk.connector(mode=mode, token=Secret("another"))
    with pytest.raises(AuthFailed, match="MAX for partners"):
        await connector.run(desk.hub.deliver)
    report = await connector.check()

    assert report.health is Health.AUTH_FAILED
    assert "another" not in report.detail


async def test_address_that_max_refuses_is_explained(desk: Desk) -> None:
    desk.server.refusals["/subscriptions"] = (400, "proto.payload", "Must be https")
    with pytest.raises(Unavailable, match="https from the internet"):
        await desk.connector().run(desk.hub.deliver)


async def test_certificate_that_nobody_trusts_points_to_ca_file(desk: Desk) -> None:
    desk.server.befall(Fault.UNTRUSTED)
    report = await desk.connector().check()

    assert report.health is Health.DOWN
    assert "ca_file" in report.detail


async def test_certificate_authority_of_its_own_is_trusted(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "root.pem"
    desk.server.befall(Fault.UNTRUSTED)
    port = urlsplit(desk.server.url).port
    file.write_text(await asyncio.to_thread(ssl.get_server_certificate, ("127.0.0.1", port)))
    report = await desk.connector(ca_file=str(file)).check()
    missing = await desk.connector(ca_file=str(tmp_path / "none.pem")).check()

    assert report.detail.startswith("MAX posts to nowhere")
    assert "can't read ca_file" in missing.detail


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"token": Secret()}, "token is empty"),
        ({"webhook_secret": Secret()}, "5 to 256"),
        ({"webhook_secret": Secret("shrt")}, "5 to 256"),
        ({"webhook_secret": Secret("under_score")}, "5 to 256"),
    ],
)
def test_settings_that_cannot_work_are_told(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        MaxConfig(**({"token": Secret("t"), "webhook_secret": Secret("a-secret")} | changes))
