"""What is not taken is tried again in its time, and logged; an endpoint that takes nothing is disabled."""

from datetime import timedelta

import pytest

from channelhub.domain.secrets import Secret
from channelhub.domain.times import from_us
from channelhub.domain.webhooks import DeliveryState, DisabledReason, EndpointState, Filters
from channelhub.pipeline.commands import webhook_deliveries as sending
from channelhub.pipeline.commands import webhooks as commands
from channelhub.rules.webhooks.schedule import JITTER, SCHEDULE_S
from tests.dispatch.webhooks.desk import WebhookDesk, down, notice
from tests.servers.endpoints import Mood
from tests.servers.receivers import until


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


@pytest.mark.slow
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
    if mood.hangs:
        desk.deadline_s = 1.0
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


async def test_a_full_queue_keeps_dead_letters_instead(desk: WebhookDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channelhub.pipeline.webhooks.queueing.MOST_WAITING", 2)
    monkeypatch.setattr("channelhub.pipeline.webhooks.queueing.COUNT_EVERY_S", 0.0)
    webhook_id = await desk.endpoint("full")
    desk.server.usual["full"] = Mood(status=500)
    async with desk.running():
        for number in range(2):
            await desk.happen(notice(number))
            await desk.until_states(webhook_id, *["queued"] * (number + 1))
        await desk.happen(notice(2))
        last = (await desk.until_states(webhook_id, "queued", "queued", "failed"))[-1]

    assert last.error == "queue-full"
