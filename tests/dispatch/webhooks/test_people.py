"""What people do with endpoints while events happen: off, on, away, paused, and sent again."""

from datetime import timedelta
from typing import Any

import pytest

from channelhub.app.webhook_wording import owner_wording
from channelhub.domain.outbound import OutboxState
from channelhub.domain.secrets import Secret
from channelhub.domain.webhooks import DisabledReason, Endpoint, Filters
from channelhub.pipeline.commands import webhook_deliveries as sending
from channelhub.pipeline.commands import webhooks as commands
from channelhub.pipeline.webhooks.owners import OwnerMail
from channelhub.settings.models import HttpSettings, ReplySettings, Settings
from channelhub.settings.webhooks import WebhookSettings
from channelhub.store import hub, outbox
from tests.dispatch.webhooks.desk import WebhookDesk, down, notice
from tests.servers.endpoints import Mood
from tests.servers.receivers import until


async def test_a_disabled_endpoint_gets_nothing_and_what_waited_comes_when_it_is_enabled(desk: WebhookDesk) -> None:
    webhook_id = await desk.endpoint("off")
    desk.server.bad("off", Mood(status=500))
    async with desk.running():
        await desk.happen(notice(1))
        await desk.until_tried(webhook_id, 1)
        await commands.disable(desk.acting, "admin:test", webhook_id)
        await desk.happen(notice(2))
        other = await desk.endpoint("other")
        await desk.happen(notice(3))
        await desk.until_states(other, "delivered")
        desk.pass_time(hours=1)
        await desk.looked()
        assert desk.server.asked["off"] == 1
        await commands.enable(desk.acting, "admin:test", webhook_id)
        await desk.happen(notice(4))
        await desk.until_states(webhook_id, "delivered", "delivered")

    assert sorted(one.json["data"]["notice_id"] for one in desk.server.of("off")) == ["1", "4"]


async def test_a_removed_endpoint_gets_nothing_more_and_its_settings_are_gone(desk: WebhookDesk) -> None:
    webhook_id = await desk.endpoint("away", headers=(("X-Key", Secret("hush")),))
    desk.server.usual["away"] = Mood(status=500)
    async with desk.running():
        await desk.happen(notice(1))
        await desk.until_tried(webhook_id, 1)
        await commands.remove(desk.acting, "admin:test", webhook_id)
        other = await desk.endpoint("other")
        await desk.happen(notice(2))
        await desk.until_states(other, "delivered")
        desk.pass_time(days=1)
        await desk.looked()
    rows = await desk.shop.rows("SELECT url, headers, state FROM webhooks ORDER BY id")

    assert desk.server.asked["away"] == 1
    assert rows[0] == {"url": "", "headers": "{}", "state": "removed"}


async def test_nothing_goes_out_while_sending_is_paused(desk: WebhookDesk) -> None:
    webhook_id = await desk.endpoint("held")
    writer = desk.shop.store.writer
    await writer.batch(lambda session: hub.set_fact(session, hub.SENDING_PAUSED, "now"))
    async with desk.running():
        await desk.happen(notice(1))
        await desk.until_states(webhook_id, "queued")
        await desk.looked()
        assert desk.server.asked["held"] == 0
        await writer.batch(lambda session: hub.remove_fact(session, hub.SENDING_PAUSED))
        desk.bell.ring()
        await desk.until_states(webhook_id, "delivered")


async def test_all_since_a_moment_is_sent_again_with_what_was_missed(desk: WebhookDesk) -> None:
    began = desk.shop.clock
    await desk.happen(notice(0), at=began - timedelta(hours=1))
    await desk.happen(notice(1), down("mail"), at=began)
    webhook_id = await desk.endpoint("back", filters=Filters(event_types=("notice.*",)))
    async with desk.running():
        await desk.happen(notice(2))
        (first,) = await desk.until_states(webhook_id, "delivered")
        await sending.redeliver_all(desk.acting, "admin:test", webhook_id, since=began, failed_only=False)
        await until(lambda: len(desk.server.of("back")) == 3)
        await desk.until_states(webhook_id, "delivered", "delivered")
    received = [(one.json["data"]["notice_id"], one.id) for one in desk.server.of("back")]

    assert sorted(number for number, _ in received) == ["1", "2", "2"]
    assert {key for number, key in received if number == "2"} == {first.message_key}


async def test_dead_letters_alone_are_sent_again(desk: WebhookDesk) -> None:
    webhook_id = await desk.endpoint("letters")
    async with desk.running():
        await desk.happen(notice(1))
        await desk.until_states(webhook_id, "delivered")
        desk.server.usual["letters"] = Mood(status=410)
        await desk.happen(notice(2))
        await desk.until_states(webhook_id, "delivered", "failed")
        desk.server.usual.clear()
        await commands.enable(desk.acting, "admin:test", webhook_id)
        await sending.redeliver_all(desk.acting, "admin:test", webhook_id, since=None, failed_only=True)
        await desk.until_states(webhook_id, "delivered", "delivered")

    assert [one.json["data"]["notice_id"] for one in desk.server.of("letters")] == ["1", "2"]


async def test_dead_letters_of_a_time_are_sent_again_without_older_ones(desk: WebhookDesk) -> None:
    webhook_id = await desk.endpoint("letters")
    desk.server.usual["letters"] = Mood(status=410)
    async with desk.running():
        await desk.happen(notice(1))
        await desk.until_states(webhook_id, "failed")
        desk.pass_time(days=1)
        since = desk.shop.clock
        await commands.enable(desk.acting, "admin:test", webhook_id)
        await desk.happen(notice(2))
        await desk.until_states(webhook_id, "failed", "failed")
        desk.server.usual.clear()
        await commands.enable(desk.acting, "admin:test", webhook_id)
        await sending.redeliver_all(desk.acting, "admin:test", webhook_id, since=since, failed_only=True)
        await desk.until_states(webhook_id, "failed", "delivered")


async def test_the_owner_is_written_to_once_when_an_endpoint_is_disabled(desk: WebhookDesk) -> None:
    settings = Settings(http=HttpSettings(public_url="https://hub.example"), webhooks=WebhookSettings(keep_days=9))
    words = owner_wording(settings, config_file=None)
    desk.owners = OwnerMail(account="mail", words=words, next_id=desk.shop.store.writer.take_id)
    notices = Filters(event_types=("notice.*",))  # and not that the other endpoint was disabled
    about = {"owner_email": "ann@example.com", "description": "the\r\nwarehouse"}
    webhook_id = await desk.endpoint("owned", filters=notices, **about)
    await desk.endpoint("nobodys", filters=notices)
    for name in ("owned", "nobodys"):
        desk.server.usual[name] = Mood(status=410)
    async with desk.running():
        await desk.happen(notice(1), notice(2))
        await desk.until_states(webhook_id, "failed", "failed")
    async with desk.shop.store.readers.read() as session:
        (queued,) = await outbox.in_state(session, OutboxState.QUEUED)

    assert (queued.account, queued.payload.to, queued.payload.is_automatic) == ("mail", "ann@example.com", True)
    assert queued.payload.subject == f"Webhook {webhook_id} is switched off"
    assert "(the warehouse)" in queued.payload.text
    assert "9 days" in queued.payload.text


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
@pytest.mark.parametrize("reason", [DisabledReason.GONE, DisabledReason.FAILING])
def test_owners_are_written_to_in_the_language_of_the_hub(language: Any, reason: DisabledReason) -> None:
    words = owner_wording(Settings(replies=ReplySettings(languages=(language,))), config_file=None)
    said = words(Endpoint(id=7, url="", disabled_reason=reason, failing_since_us=0, error="timeout"))

    assert "7" in said.subject
    assert ("timeout" in said.text, "01.01.1970" in said.text) == (reason is DisabledReason.FAILING,) * 2
    assert "$" not in said.text
