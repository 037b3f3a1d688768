"""From a committed event to a receiver that verifies it: at least once, under one id, through bad days and crashes."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channelhub.app.webhook_wording import owner_wording
from channelhub.domain.outbound import OutboxState
from channelhub.domain.secrets import Secret
from channelhub.domain.times import from_us, to_us
from channelhub.domain.webhooks import DeliveryState, DisabledReason, Endpoint, EndpointState, Filters, Signing
from channelhub.pipeline.commands import webhook_deliveries as sending
from channelhub.pipeline.commands import webhooks as commands
from channelhub.pipeline.webhook_owners import OwnerMail
from channelhub.rules.webhooks.schedule import JITTER, SCHEDULE_S
from channelhub.sdk.webhook_keys import new_secret
from channelhub.settings.models import HttpSettings, ReplySettings, Settings
from channelhub.settings.webhooks import WebhookSettings
from channelhub.store import hub, outbox, profiles
from channelhub.store.profiles import Profile
from tests.dispatch.webhooks.desk import WebhookDesk, down, notice
from tests.pipeline.workshop import identity_of, workshop
from tests.servers.endpoints import Endpoints, Mood
from tests.servers.receivers import until


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[WebhookDesk]:
    async with workshop(tmp_path) as shop, Endpoints() as server:
        yield WebhookDesk(shop, server)


async def test_an_event_is_posted_signed_as_the_reference_library_does(desk: WebhookDesk) -> None:
    webhook_id = await desk.endpoint("crm")
    async with desk.running():
        await desk.happen(notice(1), account="mail")
        (delivery,) = await desk.until_states(webhook_id, "delivered")
    (one,) = desk.server.of("crm")

    assert one.is_verified
    assert one.id == delivery.message_key
    assert one.headers["content-type"] == "application/json"
    assert one.json["type"] == "notice.approved"
    assert one.json["account"] == "mail"
    assert one.json["data"]["approver"] == "admin:Їжак"
    assert (await desk.found(webhook_id)).delivered_us == to_us(desk.shop.clock)


async def test_nothing_that_happened_before_an_endpoint_was_made_is_for_it(desk: WebhookDesk) -> None:
    await desk.happen(*map(notice, range(5)))
    early = await desk.endpoint("early")
    await desk.happen(notice(5))
    late = await desk.endpoint("late")  # before the stage has read what is for the other one
    async with desk.running():
        await desk.until_states(early, "delivered")
        await desk.happen(notice(6))
        await desk.until_states(late, "delivered")
        await desk.until_states(early, "delivered", "delivered")

    assert [one.json["data"]["notice_id"] for one in desk.server.of("early")] == ["5", "6"]
    assert [one.json["data"]["notice_id"] for one in desk.server.of("late")] == ["6"]


async def test_each_endpoint_gets_what_it_asked_for(desk: WebhookDesk) -> None:
    notices = await desk.endpoint("notices", filters=Filters(event_types=("notice.*",)))
    mail = await desk.endpoint("mail", filters=Filters(accounts=("mail",)))
    replayed = await desk.endpoint("replayed", filters=Filters(takes_replayed=True))
    async with desk.running():
        await desk.happen(notice(1))
        await desk.happen(down("mail"), account="mail")
        await desk.happen(notice(2), is_replayed=True)
        await desk.happen(notice(3))
        await desk.until_states(notices, *["delivered"] * 2)
        await desk.until_states(mail, "delivered")
        await desk.until_states(replayed, *["delivered"] * 4)

    assert {one.json["data"]["notice_id"] for one in desk.server.of("notices")} == {"1", "3"}
    assert [one.json["type"] for one in desk.server.of("mail")] == ["connector.down"]
    assert sum(one.json["replayed"] for one in desk.server.of("replayed")) == 1


async def test_segments_are_those_of_the_messages_customer(desk: WebhookDesk) -> None:
    from_vip = await desk.endpoint("vip", filters=Filters(segments=("vip",), event_types=("message.received",)))
    await desk.take_message("ann@example.com", segment=" VIP ")
    await desk.take_message("bob@example.com", segment="basic")
    async with desk.running():
        await desk.until_states(from_vip, "delivered")

    (one,) = desk.server.of("vip")
    assert one.json["type"] == "message.received"


async def test_what_an_account_says_of_a_customer_comes_before_what_a_message_says(desk: WebhookDesk) -> None:
    vip = await desk.endpoint("vip", filters=Filters(segments=("vip",), event_types=("message.received",)))
    told = Profile(
        identity_id=identity_of("email:ann@example.com"), account="shop", segment="VIP", attributes={}, updated_us=1,
        inbox_id=1,
    )  # fmt: skip
    await desk.shop.store.writer.batch(lambda session: profiles.save(session, [told]))
    await desk.take_message("ann@example.com", segment="basic")
    await desk.take_message("bob@example.com", segment="basic")
    async with desk.running():
        await desk.until_states(vip, "delivered")
        await desk.looked()

    assert len(desk.server.of("vip")) == 1


async def test_each_try_comes_in_its_time_under_the_same_id_and_then_it_is_a_dead_letter(desk: WebhookDesk) -> None:
    webhook_id = await desk.endpoint("broken")
    desk.server.usual["broken"] = Mood(status=500, text="no")
    async with desk.running():
        began = desk.shop.clock
        await desk.happen(notice(1))
        for number in range(1, len(SCHEDULE_S)):
            delivery = await desk.until_tried(webhook_id, number)
            wait_s = (from_us(delivery.due_us) - desk.shop.clock).total_seconds()
            assert (1 - JITTER) * SCHEDULE_S[number] <= wait_s <= (1 + JITTER) * SCHEDULE_S[number]
            desk.shop.clock = from_us(delivery.due_us) - timedelta(microseconds=1)
            desk.pass_time(microseconds=1)
        (dead,) = await desk.until_states(webhook_id, "failed")
        took = desk.shop.clock - began
        attempts = await desk.log_of(dead.id)
        desk.server.usual.clear()
        await sending.redeliver(desk.acting, "admin:test", dead.id)
        await desk.until_states(webhook_id, "delivered")

    assert dead.attempts == desk.server.asked["broken"] - 1 == 10
    assert dead.error == "status"
    assert timedelta(hours=68) < took < timedelta(hours=84)
    assert [one.number for one in attempts] == list(range(1, 11))
    assert {dict(one.headers)["webhook-id"] for one in attempts} == {dead.message_key}
    assert [one.id for one in desk.server.of("broken")] == [dead.message_key]


async def test_a_receiver_that_fails_for_an_hour_gets_everything(desk: WebhookDesk) -> None:
    webhook_id = await desk.endpoint("weak")
    desk.server.usual["weak"] = Mood(status=503)
    async with desk.running():
        for minute in range(60):
            before = desk.attempts.total()
            await desk.happen(notice(minute))
            await until(lambda before=before: desk.attempts.total() > before)
            desk.pass_time(minutes=1)
        desk.server.usual.clear()

        async def all_taken() -> bool:
            desk.pass_time(minutes=5)
            return {one.json["data"]["notice_id"] for one in desk.server.of("weak")} == set(map(str, range(60)))

        await until(all_taken)
        states = await desk.until_states(webhook_id, *["delivered"] * 60)

    assert len({one.message_key for one in states}) == 60
    assert all(one.is_verified for one in desk.server.of("weak"))


@pytest.mark.parametrize("form", ["3600", "date"])
async def test_retry_after_holds_everything_for_an_endpoint_back(desk: WebhookDesk, form: str) -> None:
    webhook_id = await desk.endpoint("busy")
    until_then = (desk.shop.clock + timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    desk.server.bad("busy", Mood(status=429, headers={"Retry-After": until_then if form == "date" else form}))
    async with desk.running():
        await desk.happen(notice(1))
        first = await desk.until_tried(webhook_id, 1)
        await desk.happen(notice(2))
        await desk.until_states(webhook_id, "queued", "queued")
        desk.pass_time(minutes=59)
        await desk.looked()
        assert desk.server.asked["busy"] == 1
        desk.pass_time(minutes=1)
        await desk.until_states(webhook_id, "delivered", "delivered")

    assert from_us(first.due_us) >= from_us(first.changed_us) + timedelta(hours=1)


@pytest.mark.parametrize(
    ("mood", "error", "status"),
    [
        (Mood(status=302, headers={"Location": "/other"}), "redirect", 302),
        (Mood(status=500), "status", 500),
        (Mood(status=404), "status", 404),
        (Mood(resets=True), "reset", None),
        (Mood(hangs=True), "timeout", None),
    ],
    ids=["redirect", "error", "not found", "reset", "hang"],
)
async def test_every_failure_is_named_and_tried_again(
    desk: WebhookDesk, mood: Mood, error: str, status: int | None
) -> None:
    desk.deadline_s = 0.3
    webhook_id = await desk.endpoint("bad")
    desk.server.bad("bad", mood)
    async with desk.running():
        await desk.happen(notice(1))
        failed = await desk.until_tried(webhook_id, 1)
        desk.pass_time(seconds=6)
        await desk.until_states(webhook_id, "delivered")
        first, second = await desk.log_of(failed.id)

    assert (first.error, first.status, second.error, second.status) == (error, status, "", 200)
    assert "other" not in desk.server.asked


async def test_a_status_counts_although_the_body_behind_it_never_ends(
    desk: WebhookDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channelhub.dispatch.webhooks.posting.ANSWER_S", 0.1)
    webhook_id = await desk.endpoint("slow-body")
    desk.server.bad("slow-body", Mood(hangs_in_body=True))
    async with desk.running():
        await desk.happen(notice(1))
        (one,) = await desk.until_states(webhook_id, "delivered")
        (attempt,) = await desk.log_of(one.id)

    assert (attempt.status, attempt.answer) == (200, "par")


async def test_the_log_keeps_the_beginning_of_an_answer_and_no_secret(desk: WebhookDesk) -> None:
    webhook_id = await desk.endpoint(
        "logged", headers=(("Authorization", Secret("Bearer hush")), ("X-Team", Secret("a")))
    )
    desk.server.usual["logged"] = Mood(text="ж" * 5000)
    async with desk.running():
        await desk.happen(notice(1))
        (one,) = await desk.until_states(webhook_id, "delivered")
        (attempt,) = await desk.log_of(one.id)
    (received,) = desk.server.of("logged")

    assert received.headers["authorization"] == "Bearer hush"
    assert attempt.answer == "ж" * 512
    assert dict(attempt.headers) == {
        "Authorization": "***",
        "X-Team": "***",
        "Content-Type": "application/json",
        "User-Agent": "channelhub (webhooks)",
        "webhook-id": one.message_key,
        "webhook-timestamp": received.headers["webhook-timestamp"],
        "webhook-signature": "v1,***",
    }


async def test_410_disables_an_endpoint_at_once_and_says_so(desk: WebhookDesk) -> None:
    webhook_id = await desk.endpoint("gone")
    other = await desk.endpoint("other", filters=Filters(event_types=("webhook.*",)))
    desk.server.usual["gone"] = Mood(status=410)
    async with desk.running():
        await desk.happen(notice(1))
        await desk.until_states(webhook_id, "failed")
        await desk.until_states(other, "delivered")
        await desk.happen(notice(2))
        await desk.happen(down("mail"))
    endpoint = await desk.found(webhook_id)
    (told,) = desk.server.of("other")

    assert (endpoint.state, endpoint.disabled_reason) == (EndpointState.DISABLED, DisabledReason.GONE)
    assert desk.server.asked["gone"] == 1
    assert told.json["data"] == {
        "webhook_id": str(webhook_id), "description": "", "reason": "gone", "error": "gone",
        "first_failed_at": told.json["timestamp"],
    }  # fmt: skip


async def test_five_days_of_nothing_but_failures_disable_an_endpoint_and_what_waits_is_kept(desk: WebhookDesk) -> None:
    webhook_id = await desk.endpoint("dead")
    desk.server.usual["dead"] = Mood(status=500)
    async with desk.running():
        for day in range(6):
            before = desk.attempts.total()
            await desk.happen(notice(day))
            await until(lambda before=before: desk.attempts.total() > before)
            desk.pass_time(days=1, seconds=1)

        async def is_off() -> bool:
            return (await desk.found(webhook_id)).state is EndpointState.DISABLED

        await until(is_off)
        endpoint = await desk.found(webhook_id)
        asked = desk.server.asked["dead"]
        desk.server.usual.clear()
        desk.pass_time(days=1)
        await commands.enable(desk.acting, "admin:test", webhook_id)

        async def all_ended() -> bool:
            return all(one.state is not DeliveryState.QUEUED for one in await desk.deliveries(webhook_id))

        await until(all_ended)
    states = [one.state for one in await desk.deliveries(webhook_id)]

    assert endpoint.disabled_reason is DisabledReason.FAILING
    assert desk.server.asked["dead"] > asked
    assert states.count(DeliveryState.DELIVERED) >= 3


async def test_one_success_within_the_five_days_keeps_an_endpoint(desk: WebhookDesk) -> None:
    webhook_id = await desk.endpoint("sporadic")
    async with desk.running():
        for number, status in enumerate((500, 200, 500)):
            desk.server.usual["sporadic"] = Mood(status=status)
            await desk.happen(notice(number))
            before = desk.attempts.total()
            await until(lambda before=before: desk.attempts.total() > before)
            desk.pass_time(days=4)
        await desk.happen(notice(9))
        await until(lambda: desk.server.asked["sporadic"] >= 5)

    assert (await desk.found(webhook_id)).state is EndpointState.ENABLED


async def test_while_a_secret_is_rotated_both_sign_and_afterwards_the_new_one_alone(desk: WebhookDesk) -> None:
    webhook_id = await desk.endpoint("rotating")
    old = desk.server.secrets["rotating"]
    new = new_secret()
    await commands.rotate(desk.acting, "admin:test", webhook_id, secret=new, overlap=timedelta(hours=1))
    async with desk.running():
        await desk.happen(notice(1))
        await desk.until_states(webhook_id, "delivered")
        desk.server.secrets["rotating"] = new
        await desk.happen(notice(2))
        await desk.until_states(webhook_id, "delivered", "delivered")
        desk.pass_time(hours=1)
        await desk.happen(notice(3))
        await desk.until_states(webhook_id, *["delivered"] * 3)
        desk.server.secrets["rotating"] = old
        await desk.happen(notice(4))
        await desk.until_states(webhook_id, *["delivered"] * 4)

    assert [one.is_verified for one in desk.server.of("rotating")] == [True, True, True, False]
    assert [len(one.headers["webhook-signature"].split(" ")) for one in desk.server.of("rotating")] == [2, 2, 1, 1]


async def test_an_endpoint_with_a_key_pair_gets_v1a(desk: WebhookDesk) -> None:
    webhook_id = await desk.endpoint("pair", signing=Signing.V1A)
    del desk.server.secrets["pair"]
    async with desk.running():
        await desk.happen(notice(1))
        await desk.until_states(webhook_id, "delivered")

    assert desk.server.of("pair")[0].headers["webhook-signature"].startswith("v1a,")


async def test_an_ordered_endpoint_gets_one_at_a_time_in_the_order_of_events(desk: WebhookDesk) -> None:
    webhook_id = await desk.endpoint("ledger", is_ordered=True)
    desk.server.bad("ledger", Mood(), Mood(status=500), Mood(resets=True))
    async with desk.running():
        await desk.happen(*map(notice, range(8)))
        await desk.until_tried(webhook_id, 1)

        async def all_taken() -> bool:
            desk.pass_time(minutes=6)
            return len(desk.server.of("ledger")) == 8

        await until(all_taken)

    assert [one.json["data"]["notice_id"] for one in desk.server.of("ledger")] == [str(n) for n in range(8)]
    assert desk.server.most_at_once["ledger"] == 1


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

    assert [one.json["data"]["notice_id"] for one in desk.server.of("off")] == ["1", "4"]


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


async def test_what_was_cut_off_goes_out_again_under_the_same_id(desk: WebhookDesk) -> None:
    webhook_id = await desk.endpoint("cut")
    desk.server.bad("cut", Mood(hangs=True))
    async with desk.running():
        await desk.happen(notice(1))
        await until(lambda: desk.server.asked["cut"] == 1)
        await desk.looked()
        assert desk.server.asked["cut"] == 1  # it isn't begun again while it is under way
    async with desk.running():
        (one,) = await desk.until_states(webhook_id, "delivered")

    assert [received.id for received in desk.server.of("cut")] == [one.message_key]


async def test_a_stage_that_starts_again_writes_nothing_twice(desk: WebhookDesk) -> None:
    webhook_id = await desk.endpoint("once")
    for number in range(3):
        async with desk.running():
            await desk.happen(notice(number))
            await desk.until_states(webhook_id, *["delivered"] * (number + 1))
    async with desk.running():
        await asyncio.sleep(0)

    assert [one.json["data"]["notice_id"] for one in desk.server.of("once")] == ["0", "1", "2"]


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


async def test_a_full_queue_keeps_dead_letters_instead(desk: WebhookDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channelhub.pipeline.webhooking.MOST_WAITING", 2)
    monkeypatch.setattr("channelhub.pipeline.webhooking.COUNT_EVERY_S", 0.0)
    webhook_id = await desk.endpoint("full")
    desk.server.usual["full"] = Mood(status=500)
    async with desk.running():
        for number in range(2):
            await desk.happen(notice(number))
            await desk.until_states(webhook_id, *["queued"] * (number + 1))
        await desk.happen(notice(2))
        last = (await desk.until_states(webhook_id, "queued", "queued", "failed"))[-1]

    assert last.error == "queue-full"


async def test_a_test_reaches_an_endpoint_whatever_it_filters(desk: WebhookDesk) -> None:
    webhook_id = await desk.endpoint("tried", filters=Filters(event_types=("outage.*",)))
    async with desk.running():
        await sending.test(desk.acting, "admin:test", webhook_id)
        await desk.until_states(webhook_id, "delivered")
    (one,) = desk.server.of("tried")

    assert one.is_verified
    assert one.json["type"] == "webhook.test"
    assert one.json["data"] == {"webhook_id": str(webhook_id)}


async def test_the_owner_is_written_to_once_when_an_endpoint_is_disabled(desk: WebhookDesk) -> None:
    settings = Settings(http=HttpSettings(public_url="https://hub.example"), webhooks=WebhookSettings(keep_days=9))
    words = owner_wording(settings, config_file=None)
    desk.owners = OwnerMail(account="mail", words=words, next_id=desk.shop.store.writer.take_id)
    webhook_id = await desk.endpoint("owned", owner_email="ann@example.com", description="the\r\nwarehouse")
    await desk.endpoint("nobodys")
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
