"""The homeserver's stream: no hole after an absence, nobody's words changed by another, invitations by rule."""

from typing import Any

import pytest

from channelhub.domain.inbound import EditedMessage, NewMessage, Reaction, Unknown
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from channelhub.sdk.errors import AuthFailed, HubBusy
from channelhub.sdk.testing import Fault
from connectors.matrix import client as requests
from connectors.matrix import invites
from connectors.matrix.receive import MAX_EVENTS
from tests.connectors.matrix import vectors as v
from tests.connectors.matrix.conftest import Desk
from tests.connectors.telegram.conftest import until
from tests.servers.matrix import ME, TOKEN, Invitation

IRYNA = "@iryna:example.org"

BEYOND = {"origin_server_ts": 2**60}


def texts(desk: Desk) -> list[str]:
    return [item.content.text for item in desk.items if isinstance(item, NewMessage)]


async def test_first_start_takes_what_is_said_from_then_on(desk: Desk) -> None:
    desk.server.say(v.ROOM, "давно", sender=v.OLEH)
    async with desk.running(history_days=0):
        await until(lambda: desk.server.confirmed == 1)
        last = desk.server.say(v.ROOM, "тепер", sender=v.OLEH)
        await desk.until_asked_past(last)

    assert texts(desk) == ["тепер"]


async def test_absence_leaves_no_hole_however_much_was_said(desk: Desk) -> None:
    desk.server.say(v.ROOM, "перед", sender=v.OLEH)
    await desk.catch_up()
    said = [f"{number}" for number in range(3 * MAX_EVENTS + 7)]
    for text in said:
        desk.server.say(v.ROOM, text, sender=v.OLEH)
    await desk.catch_up()

    assert texts(desk) == ["перед", *said]
    assert len([one for one in desk.server.asked if one.endswith("/messages")]) == 3


async def test_crash_while_catching_up_leaves_no_hole(desk: Desk) -> None:
    desk.server.say(v.ROOM, "перед", sender=v.OLEH)
    await desk.catch_up()
    said = [f"{number}" for number in range(5 * MAX_EVENTS)]
    for text in said:
        desk.server.say(v.ROOM, text, sender=v.OLEH)
    desk.hub.hold(skip=1)  # the first portion is committed, the process dies in the second
    async with desk.running():
        await until(lambda: desk.hub.is_holding)
    desk.hub.crash()
    await desk.catch_up()

    assert texts(desk) == ["перед", *said]


async def test_place_that_the_homeserver_lost_is_made_good(desk: Desk) -> None:
    desk.server.say(v.ROOM, "раз", sender=v.OLEH)
    await desk.catch_up()
    for number in range(MAX_EVENTS + 5):
        desk.server.say(v.ROOM, f"{number}", sender=v.OLEH)
    desk.server.lose_places()
    desk.server.confirmed = 0
    await desk.catch_up()

    assert texts(desk) == ["раз", *(f"{number}" for number in range(MAX_EVENTS + 5))]
    assert any("matrix.place_lost" in line for line in desk.hub.log.lines)


async def test_answer_beyond_the_bound_is_asked_for_in_smaller_portions(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "MAX_ANSWER_BYTES", 50_000)
    for number in range(MAX_EVENTS):
        desk.server.say(v.ROOM, f"{number} " + "x" * 400, sender=v.OLEH)
    await desk.catch_up()

    assert len(desk.hub.stored) == MAX_EVENTS
    assert len(desk.failures) == 1


async def test_name_of_the_writer_is_kept_with_the_message(desk: Desk) -> None:
    desk.server.say(v.ROOM, "раз", sender=v.OLEH)
    await desk.catch_up()

    [said] = desk.items
    assert isinstance(said, NewMessage)
    assert said.sender.name == "Oleh"


async def test_only_the_writer_changes_a_message_also_where_it_was_never_seen(desk: Desk) -> None:
    said = desk.server.say(v.ROOM, "моє", sender=v.OLEH)
    async with desk.running(history_days=0):
        await until(lambda: desk.server.confirmed == 1)
        desk.server.happen(v.ROOM, "m.room.message", v.edit(said, "чуже"), sender=IRYNA)
        desk.server.happen(v.ROOM, "m.room.message", v.edit(said, "моє!"), sender=v.OLEH)
        last = desk.server.happen(v.ROOM, "m.room.message", v.edit("$nowhere", "?"), sender=IRYNA)
        await desk.until_asked_past(last)
    foreign, own, lost = desk.items

    assert isinstance(foreign, Unknown)
    assert isinstance(own, EditedMessage)
    assert (own.external_id, own.message.content.text) == (said, "моє!")
    assert isinstance(lost, Unknown)


async def test_correction_of_what_has_an_impossible_time_holds_up_nothing(desk: Desk) -> None:
    """Any homeserver of the federation may say so."""
    odd = desk.server.happen(v.ROOM, "m.room.message", {"msgtype": "m.text", "body": "?"}, sender=IRYNA, **BEYOND)
    async with desk.running(history_days=0):
        await until(lambda: desk.server.confirmed == 1)
        desk.server.happen(v.ROOM, "m.room.message", v.edit(odd, "!"), sender=IRYNA)
        last = desk.server.say(v.ROOM, "далі", sender=v.OLEH)
        await desk.until_asked_past(last)

    assert texts(desk) == ["далі"]


async def test_reaction_that_is_taken_back_says_what_it_was(desk: Desk) -> None:
    answer = desk.server.say(v.ROOM, "Вже їде", sender=ME)
    content = {"m.relates_to": {"rel_type": "m.annotation", "event_id": answer, "key": "👍"}}
    put = desk.server.happen(v.ROOM, "m.reaction", content, sender=v.OLEH)
    desk.server.take_back(put, sender=v.OLEH)
    await desk.catch_up()

    taken = desk.items[-1]
    assert isinstance(taken, Reaction)
    assert (taken.target_id, taken.emoji, taken.before) == (answer, "", "👍")


async def test_what_we_say_from_elsewhere_goes_to_the_only_other_member(desk: Desk) -> None:
    desk.server.members[v.ROOM] = {ME: "Shop", v.OLEH: "Олег"}
    desk.server.members["!group"] = {ME: "Shop", v.OLEH: "Олег", IRYNA: "Ірина"}
    desk.server.say(v.ROOM, "Добрий день", sender=ME)
    desk.server.say("!group", "Добрий день усім", sender=ME)
    await desk.catch_up()

    said = [item for item in desk.items if isinstance(item, NewMessage)]
    assert [one.sender.handles[0].value for one in said] == [v.OLEH, "!group"]


@pytest.mark.parametrize(
    ("settings", "joined"),
    [
        ({}, ["!direct"]),
        ({"invites": "all"}, ["!direct", "!group", "!other"]),
        ({"invites": "none"}, []),
        ({"invites": "all", "inviters": ("@*:shop.example", "@iryna:*")}, ["!group"]),
    ],
)
async def test_invitations_are_accepted_by_rule(desk: Desk, settings: dict[str, Any], joined: list[str]) -> None:
    desk.server.invite("!direct", Invitation(inviter=v.OLEH))
    desk.server.invite("!group", Invitation(inviter=IRYNA, is_direct=False))
    desk.server.invite("!other", Invitation(inviter="@spam:elsewhere.example", is_direct=False))
    await desk.catch_up(**settings)

    assert [room for room in ("!direct", "!group", "!other") if room not in desk.server.invitations] == joined


async def test_first_words_before_the_invitation_are_taken(desk: Desk) -> None:
    desk.server.say(v.ROOM, "перед", sender=IRYNA)
    await desk.catch_up()
    desk.server.invite("!direct", Invitation(inviter=v.OLEH))
    last = desk.server.say("!direct", "Добрий день", sender=v.OLEH)
    async with desk.running():
        await desk.until_asked_past(last)
        desk.server.say("!direct", "Де замовлення?", sender=v.OLEH)
        await until(lambda: "Де замовлення?" in texts(desk))


async def test_invitation_that_fails_for_now_is_tried_again_after_a_restart(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invites, "AGAIN_S", 0.0)
    desk.server.refusals["join/"] = (502, "M_UNKNOWN")
    desk.server.invite("!direct", Invitation(inviter=v.OLEH))
    async with desk.running():
        await until(lambda: desk.server.confirmed == 1)
    assert "!direct" in desk.server.invitations

    desk.server.refusals.clear()
    async with desk.running():
        await until(lambda: not desk.server.invitations)


async def test_invitation_that_was_withdrawn_is_left(desk: Desk) -> None:
    desk.server.refusals["join/"] = (403, "M_FORBIDDEN")
    desk.server.invite("!direct", Invitation(inviter=v.OLEH))
    await desk.catch_up()

    assert '"waiting"' not in next(iter(desk.hub.cursors.values()))


async def test_message_of_more_than_a_day_ago_is_backfill(desk: Desk) -> None:
    desk.server.say(v.ROOM, "раз", sender=v.OLEH)
    desk.server.stream[0][1]["origin_server_ts"] -= 25 * 3600 * 1000
    desk.server.say(v.ROOM, "два", sender=v.OLEH)
    await desk.catch_up(history_days=3)

    assert [raw.is_backfill for raw in desk.hub.stored.values()] == [True, False]


async def test_busy_hub_keeps_messages_at_the_homeserver(desk: Desk) -> None:
    desk.hub.refuse(HubBusy("the queue is full", retry_after_s=7.0))
    desk.server.say(v.ROOM, "раз", sender=v.OLEH)
    async with desk.running():
        await until(lambda: bool(desk.failures))

    assert desk.failures[0].retry_after_s == 7.0
    assert desk.server.confirmed == 0


async def test_wrong_token_stops_the_account_without_showing_it(desk: Desk) -> None:
    with pytest.raises(AuthFailed, match="access_token") as failure:
        await desk.connector(token=Secret("syt_wrong")).run(desk.hub.deliver)

    assert "syt_wrong" not in str(failure.value)


async def test_check_says_who_we_are_or_what_is_wrong(desk: Desk) -> None:
    well = await desk.connector().check()
    refused = await desk.connector(token=Secret("syt_wrong")).check()
    desk.server.befall(Fault.HTML_OK)
    elsewhere = await desk.connector().check()

    assert (well.health, well.detail) == (Health.OK, ME)
    assert refused.health is Health.AUTH_FAILED
    assert elsewhere.health is Health.DOWN
    assert TOKEN not in f"{refused} {elsewhere}"
