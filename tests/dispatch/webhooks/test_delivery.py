"""From a committed event to a receiver that verifies it: the right events, once each, under one id."""

import asyncio
from datetime import timedelta

import pytest

from channelhub.domain.times import to_us
from channelhub.domain.webhooks import Filters, Signing
from channelhub.pipeline.commands import webhook_deliveries as sending
from channelhub.pipeline.commands import webhooks as commands
from channelhub.pipeline.webhooks.queueing import CHECKPOINT
from channelhub.sdk.webhook_keys import new_secret
from channelhub.store import hub, profiles
from channelhub.store.profiles import Profile
from tests.dispatch.webhooks.desk import WebhookDesk, down, notice
from tests.pipeline.workshop import identity_of
from tests.servers.endpoints import Mood
from tests.servers.receivers import until


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


async def test_a_test_reaches_an_endpoint_whatever_it_filters(desk: WebhookDesk) -> None:
    webhook_id = await desk.endpoint("tried", filters=Filters(event_types=("outage.*",)))
    async with desk.running():
        await sending.test(desk.acting, "admin:test", webhook_id)
        await desk.until_states(webhook_id, "delivered")
    (one,) = desk.server.of("tried")

    assert one.is_verified
    assert one.json["type"] == "webhook.test"
    assert one.json["data"] == {"webhook_id": str(webhook_id)}


async def test_deliveries_are_written_in_the_commit_that_moves_the_checkpoint(
    desk: WebhookDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stage that dies between the two has written neither, and begins there again."""
    webhook_id = await desk.endpoint("whole")
    await desk.happen(notice(1))

    async def dies(*_: object) -> None:
        raise RuntimeError("in the middle of the commit")

    with monkeypatch.context() as patched:
        patched.setattr("channelhub.pipeline.webhooks.queueing.hub.set_fact", dies)
        with pytest.raises(RuntimeError, match="in the middle"):
            await desk.stage().run()
    assert await desk.deliveries(webhook_id) == []
    async with desk.running():
        await desk.until_states(webhook_id, "delivered")
    async with desk.shop.store.readers.read() as session:
        read_until = await hub.fact(session, CHECKPOINT)

    assert read_until == str((await desk.shop.events())[-1].id)
    assert len(desk.server.of("whole")) == 1
