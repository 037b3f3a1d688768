"""Long Poll: the place moves with what is committed, and what VK no longer has is told of."""

from typing import Any

import pytest

from channelhub.sdk.contract import Health
from channelhub.sdk.errors import AuthFailed
from tests.connectors.telegram.conftest import until
from tests.connectors.vk import vectors as v
from tests.connectors.vk.conftest import Desk
from tests.servers.vk import FIRST_TS, GROUP

SCOPE, HISTORY = f"longpoll:{GROUP}", f"history:{GROUP}"


def say(desk: Desk, number: int) -> None:
    desk.server.put(v.encoded(v.new("раз", number=number, event_id=f"e{number}")))


def said(desk: Desk, number: int) -> dict[str, Any]:
    """A message as its conversation has it, said just now."""
    return v.message("раз", number=number, date=int(desk.hub.now.timestamp()) - 60 + number)


async def test_long_poll_is_switched_on_with_the_events_that_are_wanted(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        await until(lambda: SCOPE in desk.hub.cursors)

    assert (desk.server.settings["enabled"], desk.server.settings["message_new"]) == ("1", "1")
    assert desk.server.settings["message_typing_state"] == "0"


async def test_first_run_begins_now_and_its_place_is_kept_before_anything_comes(desk: Desk) -> None:
    say(desk, 1)
    async with desk.running(desk.connector()):
        await until(lambda: desk.hub.cursors.get(SCOPE) == str(FIRST_TS + 1))
        say(desk, 2)
        await until(lambda: len(desk.hub.stored) == 1)

    assert desk.hub.cursors[SCOPE] == str(FIRST_TS + 2)


async def test_what_came_while_we_were_away_is_taken_at_the_next_start(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        await until(lambda: SCOPE in desk.hub.cursors)
    say(desk, 1)
    async with desk.running(desk.connector()):
        await until(lambda: len(desk.hub.stored) == 1)


async def test_new_key_is_fetched_and_nothing_is_lost(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        await until(lambda: SCOPE in desk.hub.cursors)
        desk.server.keys += 1
        say(desk, 1)
        await until(lambda: len(desk.hub.stored) == 1)

    assert not [line for line in desk.hub.log.lines if "vk.events_lost" in line]
    assert not [method for method, _ in desk.server.calls if method == "messages.getConversations"]


@pytest.mark.parametrize("failed", [1, 3])
async def test_events_that_vk_no_longer_has_are_told_of_and_read_from_the_conversations(
    desk: Desk, failed: int
) -> None:
    desk.hub.cursors |= {SCOPE: str(FIRST_TS), HISTORY: "1"}
    for number in (1, 2, 3):
        say(desk, number)
    desk.server.conversations = {v.MARIA: [said(desk, number) for number in (1, 2, 3)]}
    if failed == 1:
        desk.server.forget(FIRST_TS + 2)
    else:
        desk.server.lost_until_ts = FIRST_TS + 1
    async with desk.running(desk.connector()):
        await until(lambda: desk.hub.cursors[SCOPE] == str(FIRST_TS + 3))

    assert sorted(raw.delivery_id for raw in desk.hub.stored.values()) == [
        f"message_new:{v.MARIA}:{number}" for number in (1, 2, 3)
    ]
    assert any("vk.events_lost" in line for line in desk.hub.log.lines)
    assert not desk.hub.cursors[HISTORY].endswith("!")


async def test_letters_that_somebody_types_move_the_place_and_are_not_stored(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        await until(lambda: SCOPE in desk.hub.cursors)
        desk.server.put(v.encoded(v.TYPING))
        await until(lambda: desk.hub.cursors[SCOPE] == str(FIRST_TS + 1))

    assert not desk.hub.stored


async def test_server_that_does_not_wait_is_not_asked_a_thousand_times(desk: Desk) -> None:
    desk.server.is_restless = True
    async with desk.running(desk.connector()):
        await until(lambda: desk.server.asked_ts > 0)
        before = desk.server.requests
        await until(lambda: desk.server.requests > before)

    assert desk.server.requests < 10


async def test_token_that_may_not_manage_works_where_a_person_switched_it_on(desk: Desk) -> None:
    desk.server.rights, desk.server.is_long_poll_on = ("messages",), True
    async with desk.running(desk.connector()):
        await until(lambda: SCOPE in desk.hub.cursors)
        say(desk, 1)
        await until(lambda: len(desk.hub.stored) == 1)


async def test_account_says_that_long_poll_is_off(desk: Desk) -> None:
    desk.server.rights = ("messages",)
    async with desk.running(connector := desk.connector()):
        await until(lambda: bool(desk.failures))
        report = await connector.check()

    assert "Long Poll is off" in str(desk.failures[0])
    assert report.health is Health.DOWN
    assert "Long Poll API" in report.detail


async def test_refused_right_to_poll_waits_for_a_person(desk: Desk) -> None:
    desk.server.refusals["groups.getLongPollServer"] = (15, "Access denied")
    with pytest.raises(AuthFailed, match="manage"):
        await desk.connector().run(desk.hub.deliver)
