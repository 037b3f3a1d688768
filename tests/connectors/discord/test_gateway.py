"""The gateway: sessions go on where they broke off, and what no session tells is read from the channels."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from channelhub.domain.completeness import NoteLevel
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from channelhub.sdk.errors import AuthFailed, HubBusy, Unavailable, Unparseable
from connectors.discord.channels import CHATS_SCOPE
from connectors.discord.delivery import Circumstances, from_history
from connectors.discord.gateway import intents
from connectors.discord.moments import first_after
from connectors.discord.parse import parse
from connectors.discord.plugin import DiscordConnector
from connectors.discord.position import SCOPE, Position
from tests.connectors.discord import vectors as v
from tests.connectors.discord.conftest import Desk
from tests.connectors.telegram.conftest import until
from tests.servers.discord import TOKEN

LOST = "session-0"  # which the server doesn't know


def position(desk: Desk) -> Position:
    return msgspec.json.decode(desk.hub.cursors[SCOPE], type=Position)


async def heard(desk: Desk, count: int) -> None:
    await until(lambda: len(desk.hub.stored) >= count)


async def made_good(desk: Desk) -> None:
    """Until what no session told was read. A lost session has to have been followed by another one, and that to have
    been stored: before it nothing is missing yet."""
    await until(lambda: position(desk).session_id != LOST and not position(desk).missed_ms)


async def test_restart_goes_on_in_the_session_with_what_was_said_meanwhile(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        await desk.server.tell(v.CREATED, v.said(number=1))
        await heard(desk, 1)
    await until(lambda: not desk.server.links)
    await desk.server.tell(v.CREATED, v.said(number=2))
    async with desk.running(desk.connector()):
        await heard(desk, 2)

    assert len(desk.server.identified) == 1
    assert [(one["session_id"], one["seq"]) for one in desk.server.resumed] == [("session-1", 2)]
    assert not desk.hub.comparisons


async def test_event_that_cannot_be_stored_is_told_again_in_the_same_session(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        desk.hub.refuse(HubBusy("the queue is full", retry_after_s=0.01))
        await desk.server.tell(v.CREATED, v.said(number=1))
        await until(lambda: desk.hub.refusals > 1)
        assert not desk.hub.stored
        desk.hub.accept()
        await heard(desk, 1)

    assert len(desk.server.identified) == 1


@pytest.mark.parametrize(
    "frame", [{"op": 7, "d": None}, {"op": 9, "d": True}, {"op": 1, "d": None}, {"op": 0, "t": "GUILD_CREATE", "d": 5}]
)
async def test_session_outlives_what_discord_asks_for(desk: Desk, frame: dict[str, Any]) -> None:
    async with desk.running(desk.connector()):
        await until(lambda: SCOPE in desk.hub.cursors)
        await desk.server.say(frame)
        await until(lambda: bool(desk.server.resumed or desk.server.beats or frame["op"] == 0))
        await until(lambda: bool(desk.server.links))
        await desk.server.tell(v.CREATED, v.TEXT)
        await heard(desk, 1)

    assert len(desk.server.identified) == 1


async def test_connection_of_some_time_is_followed_by_another_one_without_a_word(desk: Desk) -> None:
    """Discord asks for a new one every few hours: that is no failure of the account."""
    connector = DiscordConnector(desk.config(), desk.hub.context("bot"), calm_s=0)
    async with desk.running(connector):
        await until(lambda: SCOPE in desk.hub.cursors)
        await desk.server.say({"op": 7, "d": None})
        await until(lambda: len(desk.server.resumed) == 1 and bool(desk.server.links))
        await desk.server.close_links(4000)
        await until(lambda: len(desk.server.resumed) == 2 and bool(desk.server.links))
        await desk.server.tell(v.CREATED, v.TEXT)
        await heard(desk, 1)

    assert not desk.failures


async def test_connection_that_does_not_answer_beats_is_given_up_and_resumed(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        await until(lambda: SCOPE in desk.hub.cursors)
        desk.server.interval_ms, desk.server.answers_beats = 20, False
        await desk.server.close_links(4000)
        await until(lambda: len(desk.server.resumed) > 2)
        desk.server.answers_beats = True
        await until(lambda: len(desk.server.beats) > 5)

    assert len(desk.server.identified) == 1
    assert None not in desk.server.beats


@pytest.mark.parametrize(
    ("code", "words"), [(4004, "token"), (4014, "Message Content Intent"), (4013, "intents"), (4011, "servers")]
)
async def test_close_codes_that_need_a_person_stop_the_account(desk: Desk, code: int, words: str) -> None:
    desk.server.closes_with = code
    with pytest.raises(AuthFailed, match=words):
        await desk.connector().run(desk.hub.deliver)


@pytest.mark.parametrize("code", [4007, 4009])
async def test_session_that_timed_out_is_followed_by_a_new_one(desk: Desk, code: int) -> None:
    async with desk.running(desk.connector()):
        await until(lambda: SCOPE in desk.hub.cursors)
        await desk.server.close_links(code)
        await until(lambda: len(desk.server.identified) == 2)


async def test_last_sessions_of_the_day_are_left(desk: Desk) -> None:
    desk.server.remaining = 20
    with pytest.raises(Unavailable, match="sessions") as raised:
        await desk.connector().run(desk.hub.deliver)

    assert raised.value.retry_after_s == 3600
    assert not desk.server.identified


def test_content_is_asked_for_only_where_channels_are_read(desk: Desk) -> None:
    private, everywhere = intents(desk.config()), intents(desk.config(channels=("*",)))

    assert everywhere - private == 1 << 15
    assert private == 1 << 0 | 1 << 9 | 1 << 10 | 1 << 12 | 1 << 13


async def test_thread_belongs_to_customers_where_its_channel_does(desk: Desk) -> None:
    """Told by the gateway, or asked for once."""
    thread = {"id": v.THREAD, "type": 11, "guild_id": v.GUILD, "parent_id": v.CHANNEL, "owner_id": v.VLAD}
    desk.server.channels["1440000000000000004"] = {"type": 12, "parent_id": "9", "guild_id": v.GUILD}
    connector = desk.connector(channels=(v.CHANNEL,))
    async with desk.running(connector):
        await desk.server.tell("THREAD_CREATE", thread)
        await desk.server.tell(v.CREATED, v.shared(channel_id=v.THREAD))
        for number in (1, 2):
            await desk.server.tell(v.CREATED, v.shared(channel_id="1440000000000000004", number=number))
        await heard(desk, 3)

    around = [msgspec.json.decode(raw.envelope.extra["discord"]) for raw in desk.hub.stored.values()]
    assert [one["parent"] for one in around] == [v.CHANNEL, "9", "9"]
    assert around[0]["owner"] == v.VLAD
    assert desk.server.asked.count("channels/1440000000000000004") == 1


def past(number: int, minutes_ago: float, desk: Desk, **fields: Any) -> dict[str, Any]:
    at = desk.hub.now - timedelta(minutes=minutes_ago)
    return v.said(f"{number}", **({"id": str(int(first_after(at)) + 1 + number)} | fields))


def lost_session(desk: Desk, minutes: float) -> None:
    """The hub heard nothing for so long, and Discord has forgotten the session."""
    heard_ms = int((desk.hub.now - timedelta(minutes=minutes)).timestamp() * 1000)
    known = Position(session_id=LOST, url=desk.server.gateway, seq=7, heard_ms=heard_ms)
    desk.hub.cursors[SCOPE] = msgspec.json.encode(known).decode()
    desk.hub.cursors[CHATS_SCOPE] = v.CHAT


async def test_what_no_session_tells_is_read_from_the_channels_page_by_page(desk: Desk) -> None:
    said = [past(number, 50 - number / 10, desk) for number in range(1, 151)]
    desk.server.said[v.CHAT] = [past(0, 90, desk), *said]
    lost_session(desk, 60)
    async with desk.running(desk.connector()):
        await made_good(desk)

    assert {raw.delivery_id for raw in desk.hub.stored.values()} == {f"message:{one['id']}" for one in said}
    assert (desk.hub.comparisons[-1].listed, desk.hub.comparisons[-1].missing) == (150, 0)


async def test_channels_and_running_threads_of_customers_are_read_with_who_is_a_colleague(desk: Desk) -> None:
    desk.server.channels = {
        v.CHANNEL: {"type": 15, "guild_id": v.GUILD},
        v.THREAD: {"type": 11, "guild_id": v.GUILD, "parent_id": v.CHANNEL, "owner_id": v.VLAD},
        "1440000000000000009": {"type": 0, "guild_id": v.GUILD},
    }
    desk.server.members[v.TARAS] = {"roles": [v.ROLE]}
    desk.server.said[v.THREAD] = [past(1, 30, desk), past(2, 20, desk, author=v.COLLEAGUE)]
    desk.server.said["1440000000000000009"] = [past(3, 20, desk)]
    lost_session(desk, 60)
    connector = desk.connector(channels=(v.CHANNEL,), colleague_roles=(v.ROLE,))
    async with desk.running(connector):
        await made_good(desk)

    around = [msgspec.json.decode(raw.envelope.extra["discord"]) for raw in desk.hub.stored.values()]
    assert [(one["guild"], one["parent"], one["owner"]) for one in around] == [(v.GUILD, v.CHANNEL, v.VLAD)] * 2
    assert [one["roles"] for one in around] == [[], [v.ROLE]]


async def test_absence_that_is_longer_than_what_is_read_back_is_told_as_a_limit(desk: Desk) -> None:
    lost_session(desk, 180)
    async with desk.running(desk.connector(backfill_hours=2)):
        await made_good(desk)

    assert desk.hub.comparisons[-1].note.endswith("is not read: backfill_hours = 2")
    assert desk.hub.comparisons[-1].level is NoteLevel.INFO


async def test_absence_is_remembered_until_it_is_made_good(desk: Desk) -> None:
    desk.server.said[v.CHAT] = [past(1, 30, desk)]
    desk.server.refusals["messages"] = (500, {"message": "oops"})
    lost_session(desk, 60)
    async with desk.running(desk.connector()):
        await until(lambda: bool(desk.hub.comparisons))
        await desk.server.tell(v.CREATED, v.said(number=5))
        await heard(desk, 1)
    assert "not read yet" in desk.hub.comparisons[-1].note
    since = position(desk).missed_ms
    assert since

    desk.server.sessions[-1].is_known = False
    async with desk.running(desk.connector()):
        await until(lambda: len(desk.server.identified) == 2)
        await until(lambda: position(desk).session_id == "session-2")
    assert position(desk).missed_ms == since

    desk.server.refusals.clear()
    async with desk.running(desk.connector()):
        await made_good(desk)
    assert len(desk.hub.stored) == 2


async def test_interrupted_reading_goes_on_by_itself(desk: Desk) -> None:
    desk.server.said[v.CHAT] = [past(1, 30, desk)]
    desk.server.refusals["messages"] = (429, {"message": "slow", "retry_after": 0.01})
    lost_session(desk, 60)
    connector = DiscordConnector(desk.config(), desk.hub.context("bot"), retry_s=0.01)
    async with desk.running(connector):
        await until(lambda: bool(desk.hub.comparisons))
        desk.server.refusals.clear()
        await made_good(desk)

    assert len(desk.hub.stored) == 1
    assert len(desk.server.identified) == 1


async def test_reading_goes_on_where_a_limit_stopped_it(desk: Desk) -> None:
    desk.server.said[v.CHAT] = [past(number, 50 - number / 10, desk) for number in range(1, 451)]
    desk.server.limits = 2
    lost_session(desk, 60)
    connector = DiscordConnector(desk.config(), desk.hub.context("bot"), retry_s=0.01)
    async with desk.running(connector):
        await made_good(desk)

    assert len(desk.hub.stored) == 450
    assert sum(path.endswith("/messages") for path in desk.server.asked) < 3 * 5


async def test_first_start_reads_nothing_of_before_and_remembers_chats(desk: Desk) -> None:
    desk.server.said[v.CHAT] = [past(1, 30, desk)]
    async with desk.running(desk.connector()):
        await desk.server.tell(v.CREATED, v.said(number=1))
        await heard(desk, 1)

    assert not desk.hub.comparisons
    assert desk.hub.cursors[CHATS_SCOPE] == v.CHAT


async def test_mark_moves_while_nothing_is_said(desk: Desk) -> None:
    desk.server.interval_ms = 10
    async with desk.running(desk.connector()):
        await until(lambda: SCOPE in desk.hub.cursors)
        desk.hub.now += timedelta(seconds=61)
        await until(lambda: position(desk).heard_ms == int(desk.hub.now.timestamp() * 1000))


async def test_probe_knows_who_it_is_and_what_it_may_not_read(desk: Desk) -> None:
    well = await desk.connector(channels=("*",)).check()
    desk.server.flags = 0
    private, blind = await desk.connector().check(), await desk.connector(channels=("*",)).check()
    refused = await desk.connector(token=Secret("another")).check()

    assert (well.health, well.detail) == (Health.OK, "lamps")
    assert private.health is Health.OK
    assert blind.health is Health.DOWN
    assert "Message Content Intent" in blind.detail
    assert refused.health is Health.AUTH_FAILED
    assert TOKEN not in refused.detail + blind.detail


async def test_shutdown_leaves_the_session_to_be_resumed(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        [link] = desk.server.links
    await until(lambda: link.closed)

    assert link.close_code == 4000


@pytest.mark.parametrize("fault", [{"content": 5}, {"edited_timestamp": 5}])
async def test_message_of_the_past_in_an_odd_shape_is_parked_once(desk: Desk, fault: dict[str, Any]) -> None:
    said = [past(number, 30 - number, desk) for number in range(3)]
    desk.server.said[v.CHAT] = [said[0], said[1] | fault, said[2]]
    for _ in range(2):
        desk.hub.comparisons.clear()
        lost_session(desk, 60)
        async with desk.running(desk.connector()):
            await made_good(desk)

    assert {raw.delivery_id for raw in desk.hub.stored.values()} == {f"message:{one['id']}" for one in said}
    with pytest.raises(Unparseable):
        parse(next(raw for raw in desk.hub.stored.values() if raw.delivery_id == f"message:{said[1]['id']}"))


def test_message_without_an_id_out_of_the_past_is_parked_by_its_digest(desk: Desk) -> None:
    for body in (b"{}", b"5", b'{"id": "x"}'):
        raw = from_history(msgspec.Raw(body), account="discord", around=Circumstances(), now=desk.hub.now)

        assert raw.is_backfill
        with pytest.raises(Unparseable):
            parse(raw)
