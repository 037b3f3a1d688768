"""Events are taken by post and over the link, what was missed comes from the history, the probe says what to do."""

import asyncio
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from channelhub.domain.completeness import NoteLevel
from channelhub.domain.inbound import CustomerProfile
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from channelhub.sdk.errors import AuthFailed, HubBusy, Unavailable, Unparseable
from channelhub.sdk.proof import is_signed
from connectors.slack.config import SlackConfig
from connectors.slack.delivery import Ourselves
from connectors.slack.gap import SCOPE, Gap
from connectors.slack.moments import stamp_of
from connectors.slack.parse import parse
from tests.connectors.slack import vectors as v
from tests.connectors.slack.conftest import Desk
from tests.connectors.telegram.conftest import until
from tests.servers.slack import SECRET, TOKEN, signature, signed

US = Ourselves(team_id=v.TEAM, user_id=v.BOT)


def test_signature_is_the_documented_one() -> None:
    body, right = '{"text":"Привет"}'.encode(), "v0=e600475266011d4517dbe5aa49c00c3102c8163f0386bf336349e890fa22d364"

    assert is_signed(right, b"v0:1700000000:" + body, secret=Secret("s3cret"), prefix="v0=")
    assert signature(body, "1700000000", "s3cret") == right


async def test_challenge_is_answered_to_slack_only(desk: Desk) -> None:
    body = v.encoded({"type": "url_verification", "challenge": "3eZbrw1aB", "token": "zz"})
    async with desk.running(desk.connector()), aiohttp.ClientSession() as session:
        async with session.post(desk.hub.url("slack"), data=body, headers=signed(body)) as answer:
            assert (answer.status, await answer.text(), answer.content_type) == (200, "3eZbrw1aB", "text/plain")
        async with session.post(desk.hub.url("slack"), data=body) as answer:
            assert answer.status == 401

    assert not desk.hub.stored


@pytest.mark.parametrize("age_s", [301, -301])
async def test_post_of_another_time_is_refused(desk: Desk, age_s: int) -> None:
    body = v.encoded(v.TEXT)
    headers = signed(body, desk.hub.now - timedelta(seconds=age_s))
    async with (
        desk.running(desk.connector()),
        aiohttp.ClientSession() as session,
        session.post(desk.hub.url("slack"), data=body, headers=headers) as answer,
    ):
        assert answer.status == 401


async def test_post_is_taken_while_slack_itself_cannot_be_asked(desk: Desk) -> None:
    desk.server.refusals["auth.test"] = "internal_error"
    connector = desk.connector()
    with pytest.raises(Unavailable):
        await connector.run(desk.hub.deliver)

    assert await desk.server.tell(desk.hub.url("slack"), v.TEXT) == 200


@pytest.mark.parametrize("mode", ["webhook", "socket"])
async def test_customer_s_name_is_asked_for_once_and_a_colleague_s_never(desk: Desk, mode: str) -> None:
    desk.server.scopes += ",users:read"
    desk.server.people[v.OLENA] = v.PERSON
    connector = desk.connector(mode=mode, channels=("*",), colleagues=(v.TARAS,))
    async with desk.running(connector):
        for number, user in enumerate([v.TARAS, v.OLENA, v.HANNA, v.OLENA], start=1):
            event = v.shared("hi", number=number, user=user)
            if mode == "socket":
                await desk.server.offer(event)
            else:
                assert await desk.server.tell(desk.hub.url("slack"), event) == 200
        await until(lambda: len(desk.hub.stored) == 5)

    asked = [fields["user"] for method, fields in desk.server.asked if method == "users.info"]
    assert asked == [v.OLENA, v.HANNA]
    [raw] = [raw for raw in desk.hub.stored.values() if raw.delivery_id.startswith("profile:")]
    [item] = parse(raw)
    assert isinstance(item, CustomerProfile)
    assert (item.sender.name, [one.value for one in item.sender.handles]) == ("Олена", [v.OLENA])
    assert item.attributes == {"timezone": "Europe/Kyiv"}


async def test_name_that_could_not_be_asked_for_is_asked_for_when_they_write_again(desk: Desk) -> None:
    desk.server.scopes += ",users:read"
    desk.server.people[v.OLENA] = v.PERSON
    desk.server.refusals["users.info"] = "internal_error"
    url = desk.hub.url("slack")
    async with desk.running(desk.connector()) as connector:
        assert await desk.server.tell(url, v.TEXT) == 200
        await until(lambda: ("users.info", {"user": v.OLENA}) in desk.server.asked)
        await until(lambda: not connector._people._known)


async def test_stopped_account_takes_nothing(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        assert await desk.server.tell(desk.hub.url("slack"), v.TEXT) == 200

    assert await desk.server.tell(desk.hub.url("slack"), v.said(number=2)) == 503


async def test_refused_token_stops_the_account(desk: Desk) -> None:
    for mode in ("webhook", "socket"):
        with pytest.raises(AuthFailed):
            await desk.connector(mode=mode, token=Secret("another")).run(desk.hub.deliver)


async def test_new_link_is_opened_before_the_old_one_ends(desk: Desk) -> None:
    async with desk.running(desk.connector(mode="socket")):
        await desk.server.disconnect("refresh_requested")
        await until(lambda: desk.server.opened == 2)
        key = await desk.server.offer(v.TEXT)
        await until(lambda: key in desk.server.acknowledged)

    assert len(desk.hub.stored) == 1


async def test_link_that_is_switched_off_waits_for_a_person(desk: Desk) -> None:
    task = asyncio.create_task(desk.connector(mode="socket").run(desk.hub.deliver))
    await until(lambda: bool(desk.server.links))
    await desk.server.disconnect("link_disabled")
    with pytest.raises(AuthFailed, match="Socket Mode"):
        await task


def past(number: int, *, minutes_ago: float, desk: Desk, **fields: Any) -> dict[str, Any]:
    at = desk.hub.now - timedelta(minutes=minutes_ago)
    return {"type": "message", "user": v.OLENA, "text": f"{number}", "ts": stamp_of(at), **fields}


def away(desk: Desk, minutes: float) -> None:
    """The hub heard nothing for so long."""
    desk.hub.cursors[SCOPE] = stamp_of(desk.hub.now - timedelta(minutes=minutes))


@pytest.mark.parametrize("mode", ["webhook", "socket"])
async def test_what_was_missed_is_found_in_the_history_page_by_page(desk: Desk, mode: str) -> None:
    before = past(0, minutes_ago=80, desk=desk)
    missed = [past(number, minutes_ago=50 - number, desk=desk) for number in range(1, 6)]
    answer = past(6, minutes_ago=20, desk=desk, thread_ts=before["ts"], parent_user_id=v.OLENA)
    corrected = past(7, minutes_ago=75, desk=desk, edited={"user": v.OLENA, "ts": stamp_of(desk.hub.now)})
    desk.server.page = 2
    desk.server.channels = {v.CHAT: {"is_im": True}, v.CHANNEL: {}}
    desk.server.history[v.CHAT] = [before | {"latest_reply": answer["ts"]}, corrected, *missed, answer]
    desk.server.history[v.CHANNEL] = [past(8, minutes_ago=30, desk=desk)]
    away(desk, 60)
    async with desk.running(desk.connector(mode=mode)):
        await until(lambda: bool(desk.hub.comparisons) and desk.hub.comparisons[-1].missing == 0)

    found = {raw.delivery_id.split(":")[1] for raw in desk.hub.stored.values()}
    assert found == {one["ts"] for one in (corrected, *missed, answer)}
    assert desk.hub.comparisons[-1].listed == 7


async def test_history_goes_on_where_a_limit_stopped_it(desk: Desk) -> None:
    """Some apps may read a page a minute: what was read is not read again."""
    root = past(0, minutes_ago=40, desk=desk)
    said = [past(number, minutes_ago=30 - number, desk=desk) for number in range(1, 8)]
    answers = [
        past(number, minutes_ago=10 - number / 10, desk=desk, thread_ts=root["ts"], parent_user_id=v.OLENA)
        for number in range(5)
    ]
    desk.server.page, desk.server.limits = 1, 2
    desk.server.channels = {v.CHAT: {"is_im": True}}
    desk.server.history[v.CHAT] = [root | {"latest_reply": answers[-1]["ts"]}, *said, *answers]
    away(desk, 60)
    gap = Gap(desk.connector()._client, desk.config(), desk.hub.context("slack"), period_s=0.001)
    task = asyncio.create_task(gap.watch(desk.hub.deliver, US))
    await until(lambda: desk.hub.cursors[SCOPE] == stamp_of(desk.hub.now))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert len(desk.hub.stored) == 13
    pages = [fields.get("cursor") for method, fields in desk.server.asked if method == "conversations.history"]
    assert len(pages) < 3 * len(said)


async def test_channels_history_is_read_where_customers_are_or_the_app_is_mentioned(desk: Desk) -> None:
    desk.server.channels = {v.CHANNEL: {}}
    mention = past(2, minutes_ago=20, desk=desk) | {"text": f"<@{v.BOT}> hi"}
    desk.server.history[v.CHANNEL] = [past(1, minutes_ago=30, desk=desk), mention]
    away(desk, 60)
    async with desk.running(desk.connector()):
        await until(lambda: bool(desk.hub.comparisons))
    assert len(desk.hub.stored) == 1

    desk.hub.comparisons.clear()
    away(desk, 60)
    async with desk.running(desk.connector(channels=(v.CHANNEL,))):
        await until(lambda: bool(desk.hub.comparisons) and desk.hub.comparisons[-1].missing == 0)
    assert len(desk.hub.stored) == 2


@pytest.mark.parametrize(("minutes", "settings"), [(4, {}), (60, {"backfill_hours": 0})])
async def test_history_is_not_asked_for_what_slack_repeats_itself(
    desk: Desk, minutes: float, settings: dict[str, int]
) -> None:
    away(desk, minutes)
    async with desk.running(desk.connector(**settings)):
        await until(lambda: desk.hub.cursors[SCOPE] == stamp_of(desk.hub.now))

    assert {method for method, _ in desk.server.asked} == {"auth.test"}


@pytest.mark.parametrize(("minutes", "told"), [(60, ""), (180, "is not read: backfill_hours = 2")])
async def test_absence_that_is_longer_than_what_is_read_back_is_told_as_a_limit(
    desk: Desk, minutes: float, told: str
) -> None:
    away(desk, minutes)
    async with desk.running(desk.connector(backfill_hours=2)):
        await until(lambda: bool(desk.hub.comparisons))

    found = desk.hub.comparisons[-1]
    assert (found.note.endswith(told), bool(found.note), found.level) == (True, bool(told), NoteLevel.INFO)


async def test_mark_stays_while_the_history_cannot_be_read(desk: Desk) -> None:
    away(desk, 60)
    mark = desk.hub.cursors[SCOPE]
    desk.server.refusals["users.conversations"] = "internal_error"
    async with desk.running(desk.connector()):
        await until(lambda: bool(desk.hub.comparisons))

    assert desk.hub.cursors[SCOPE] == mark
    assert "not read yet" in desk.hub.comparisons[-1].note
    assert desk.hub.comparisons[-1].level is NoteLevel.WRONG


async def test_event_that_could_not_be_stored_is_looked_for_in_the_history(desk: Desk) -> None:
    """Slack repeats three times; a disk may be full for longer."""
    desk.server.channels = {v.CHAT: {"is_im": True}}
    desk.server.history[v.CHAT] = [past(1, minutes_ago=0, desk=desk)]
    context = desk.hub.context("slack")
    connector = desk.connector()
    gap = Gap(connector._client, desk.config(), context, period_s=0.01)
    task = asyncio.create_task(gap.watch(desk.hub.deliver, US))
    await until(lambda: SCOPE in desk.hub.cursors)
    desk.hub.refuse(HubBusy("the queue is full", retry_after_s=0.01))
    gap.miss()
    await until(lambda: desk.hub.refusals > 1)
    desk.hub.accept()
    await until(lambda: bool(desk.hub.stored))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert len(desk.hub.stored) == 1


async def test_503_is_remembered_as_missed(desk: Desk) -> None:
    connector = desk.connector()
    async with desk.running(connector):
        desk.hub.refuse(HubBusy("the queue is full"))

        assert await desk.server.tell(desk.hub.url("slack"), v.TEXT) == 503
        assert connector._gap._is_behind


async def test_probe_knows_who_it_is_and_what_it_may_not_do(desk: Desk) -> None:
    well = await desk.connector().check()
    desk.server.scopes = "chat:write,im:history,im:read,im:write"
    lacking = await desk.connector(channels=("*",)).check()
    refused = await desk.connector(token=Secret("another")).check()

    assert (well.health, well.detail) == (Health.OK, "lamps in Лампи")
    assert lacking.health is Health.DOWN
    assert "files:read, files:write, channels:history" in lacking.detail
    assert refused.health is Health.AUTH_FAILED
    assert "another" not in refused.detail


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"token": Secret(""), "signing_secret": Secret(SECRET)}, "OAuth & Permissions"),
        ({"token": Secret(TOKEN), "signing_secret": Secret("")}, "signing_secret"),
        ({"token": Secret(TOKEN), "mode": "socket", "signing_secret": Secret(SECRET)}, "app_token"),
    ],
)
def test_configuration_says_what_is_missing(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        SlackConfig(**settings)


@pytest.mark.parametrize("fault", [{"text": 5}, {"ts": "?"}])
async def test_message_of_the_history_in_an_odd_shape_is_parked_once(desk: Desk, fault: dict[str, Any]) -> None:
    said = [past(number, minutes_ago=30 - number, desk=desk) for number in range(3)]
    desk.server.channels = {v.CHAT: {"is_im": True}}
    desk.server.history[v.CHAT] = [said[0], said[1] | fault, said[2]]
    for _ in range(2):
        desk.hub.comparisons.clear()
        away(desk, 60)
        async with desk.running(desk.connector()):
            await until(lambda: bool(desk.hub.comparisons) and desk.hub.comparisons[-1].missing == 0)

    assert len(desk.hub.stored) == 3
    [odd] = [raw for name, raw in desk.hub.stored.items() if name[1] not in {f"{v.CHAT}:{one['ts']}" for one in said}]
    with pytest.raises(Unparseable):
        parse(odd)
