"""The Callback API: only VK gets in, it hears `ok` only after the commit, the server there is set up and watched."""

import json

import aiohttp
import pytest

from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from channelhub.sdk.errors import AuthFailed, HubBusy
from tests.connectors.telegram.conftest import until
from tests.connectors.vk import vectors as v
from tests.connectors.vk.conftest import Desk
from tests.servers.vk import CODE, GROUP, RIGHTS, SECRET


async def post(desk: Desk, body: bytes) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(desk.hub.url("vk"), data=body) as answer:
        return answer.status, await answer.text()


async def test_server_is_added_confirmed_and_given_the_events_that_are_wanted(desk: Desk) -> None:
    async with desk.running(desk.connector(mode="webhook")):
        await until(lambda: bool(desk.server.settings))

    [server] = desk.server.servers
    assert (server["url"], server["secret_key"], server["status"]) == (desk.hub.url("vk"), SECRET, "ok")
    assert desk.server.settings["api_version"] == "5.199"
    assert {desk.server.settings[name] for name in ("message_new", "message_deny", "wall_reply_new")} == {"1"}
    assert desk.server.settings["message_typing_state"] == "0"
    assert not desk.hub.stored


async def test_server_that_is_there_is_used_again_and_mended(desk: Desk) -> None:
    connector = desk.connector(mode="webhook")
    for changed in ({}, {"secret_key": "old"}, {"status": "failed"}):
        desk.server.settings = {}
        if desk.server.servers:
            desk.server.servers[0].update(changed)
        async with desk.running(connector):
            await until(lambda: bool(desk.server.settings))

    [server] = desk.server.servers
    assert (server["secret_key"], server["status"]) == (SECRET, "ok")
    assert [method for method, _ in desk.server.calls if method == "groups.editCallbackServer"] != []


async def test_event_is_stored_without_the_secret_and_answered_ok(desk: Desk) -> None:
    async with desk.running(desk.connector(mode="webhook")):
        await desk.server.is_hooked.wait()
        assert await desk.server.tell(v.TEXT) == (200, "ok")
        assert await desk.server.tell(v.UNKNOWN | {"event_id": "other"}) == (200, "ok")

    assert [json.loads(raw.body) for raw in desk.hub.raws] == [v.TEXT, v.UNKNOWN | {"event_id": "other"}]


async def test_letters_that_somebody_types_are_not_stored(desk: Desk) -> None:
    async with desk.running(desk.connector(mode="webhook")):
        await desk.server.is_hooked.wait()
        assert await desk.server.tell(v.TYPING) == (200, "ok")

    assert not desk.hub.stored


async def test_503_while_the_hub_cannot_store(desk: Desk) -> None:
    async with desk.running(desk.connector(mode="webhook")):
        await desk.server.is_hooked.wait()
        desk.hub.refuse(HubBusy("the queue is full"))
        status, _ = await desk.server.tell(v.TEXT)

    assert status == 503


@pytest.mark.parametrize(
    "changes", [{}, {"secret": "wrong"}, {"secret": None}, {"secret": SECRET, "group_id": 5}, {"secret": [SECRET]}]
)
async def test_whoever_does_not_know_the_secret_or_means_another_community_is_refused(
    desk: Desk, changes: dict[str, object]
) -> None:
    async with desk.running(desk.connector(mode="webhook", confirmation="c1")):
        status, _ = await post(desk, v.encoded(v.TEXT | changes))
        asked, said = await post(desk, v.encoded({"type": "confirmation", "group_id": GROUP} | changes))

    assert (status, asked) == (401, 401)
    assert "c1" not in said
    assert not desk.hub.stored


async def test_server_that_was_set_up_by_hand_hears_its_string_and_vk_is_not_asked(desk: Desk) -> None:
    async with desk.running(desk.connector(mode="webhook", confirmation="b7f1")):
        asked = v.encoded({"type": "confirmation", "group_id": GROUP, "secret": SECRET})
        assert await post(desk, asked) == (200, "b7f1")

    assert not desk.server.calls


async def test_token_that_may_not_manage_waits_for_a_person(desk: Desk) -> None:
    desk.server.rights = ("messages",)
    with pytest.raises(AuthFailed, match="confirmation"):
        await desk.connector(mode="webhook").run(desk.hub.deliver)


async def test_account_is_unwell_while_vk_cannot_deliver_and_tries_to_mend_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.vk.plugin.WATCH_S", 0.01)
    async with desk.running(desk.connector(mode="webhook")):
        await desk.server.is_hooked.wait()
        desk.server.servers[0]["status"] = "failed"
        await until(lambda: bool(desk.failures))
        await until(lambda: desk.server.servers[0]["status"] == "ok")

    assert "stopped trying" in str(desk.failures[0])


async def test_probe_says_whose_the_token_is_and_what_is_wrong(desk: Desk) -> None:
    connector = desk.connector(mode="webhook")
    before = await connector.check()
    async with desk.running(connector):
        await desk.server.is_hooked.wait()
        well = await connector.check()
    desk.server.servers[0]["status"] = "wait"
    waiting = await connector.check()
    desk.server.rights = tuple(set(RIGHTS) - {"wall"})
    by_hand = await desk.connector(mode="webhook", confirmation=CODE).check()

    assert (before.health, waiting.health) == (Health.DOWN, Health.DOWN)
    assert "public_url" in before.detail
    assert "confirmation" in waiting.detail
    assert (well.health, well.detail) == (Health.OK, "Лампы")
    assert (by_hand.health, by_hand.detail) == (Health.OK, "Лампы; answers below comments would need the right wall")


@pytest.mark.parametrize("lacking", ["messages", "manage"])
async def test_probe_names_the_rights_that_the_token_lacks(desk: Desk, lacking: str) -> None:
    desk.server.rights = tuple(set(RIGHTS) - {lacking})
    report = await desk.connector(mode="webhook").check()

    assert report.health is Health.AUTH_FAILED
    assert f"lacks the rights {lacking}:" in report.detail


async def test_probe_says_that_the_token_is_refused(desk: Desk) -> None:
    report = await desk.connector(mode="webhook", token=Secret("another")).check()

    assert report.health is Health.AUTH_FAILED
    assert "another" not in report.detail
