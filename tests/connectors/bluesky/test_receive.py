"""The list is read until it meets what is held, the log from its place; sessions are renewed, not made anew."""

import asyncio
from contextlib import suppress

import pytest

from channelhub.domain.inbound import DeliveryStatus, Direction, NewMessage
from channelhub.domain.outbound import Outbound
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from channelhub.sdk.errors import AuthFailed, HubBusy
from connectors.bluesky import receive
from connectors.bluesky.receive import CHUNK
from tests.connectors.bluesky import vectors as v
from tests.connectors.bluesky.conftest import Desk
from tests.connectors.telegram.conftest import until
from tests.servers.bluesky import HANDLE, ME

DID = v.IRYNA["did"]


@pytest.fixture(autouse=True)
def _convo(desk: Desk) -> None:
    desk.server.convos[v.CONVO] = [{"did": ME, "handle": HANDLE}, v.IRYNA]


def texts(desk: Desk) -> list[str]:
    return [item.content.text for item in desk.items if isinstance(item, NewMessage)]


async def test_first_start_takes_what_comes_from_then_on(desk: Desk) -> None:
    desk.server.mention(v.IRYNA, "давно")
    desk.server.say(v.CONVO, DID, "давно в розмові")
    await desk.catch_up(history_days=0)
    desk.server.notify("mention", v.IRYNA, {"text": "тепер"}, indexedAt="2027-01-01T00:00:00Z")
    desk.server.say(v.CONVO, DID, "тепер в розмові")
    await desk.catch_up(history_days=0)

    assert texts(desk) == ["тепер", "тепер в розмові"]


async def test_absence_leaves_no_hole_however_much_came(desk: Desk) -> None:
    desk.server.mention(v.IRYNA, "перед")
    await desk.catch_up()
    said = [f"{number}" for number in range(350)]
    for text in said:
        desk.server.mention(v.IRYNA, text)
    await desk.catch_up()

    assert texts(desk) == ["перед", *said]


async def test_crash_while_catching_up_leaves_no_hole(desk: Desk) -> None:
    desk.server.mention(v.IRYNA, "перед")
    await desk.catch_up()
    said = [f"{number}" for number in range(CHUNK + 150)]
    for text in said:
        desk.server.mention(v.IRYNA, text)
    desk.hub.hold(skip=1)
    async with desk.running():
        await until(lambda: desk.hub.is_holding)
    desk.hub.crash()
    await desk.catch_up()

    assert texts(desk) == ["перед", *said]


async def test_page_of_follows_hides_nothing_behind_it(desk: Desk) -> None:
    desk.server.mention(v.IRYNA, "за ними")
    for _ in range(120):
        desk.server.notify("follow", v.IRYNA, {})
    await desk.catch_up()

    assert texts(desk) == ["за ними"]
    assert len(desk.hub.stored) == 1


async def test_list_that_brings_nothing_is_read_to_its_first_page_only(desk: Desk) -> None:
    for _ in range(250):
        desk.server.notify("follow", v.IRYNA, {})
    async with desk.running():
        await desk.rounds(2)
        before = desk.server.asked.count("app.bsky.notification.listNotifications")
        await desk.rounds(3)
        asked = desk.server.asked.count("app.bsky.notification.listNotifications") - before

    assert asked <= 4


async def test_mention_that_the_list_puts_below_what_is_held_is_found(desk: Desk) -> None:
    for number in range(5):
        desk.server.mention(v.IRYNA, f"{number}")
    async with desk.running():
        await until(lambda: len(desk.hub.stored) == 5)
        desk.server.mention(v.IRYNA, "з давньою датою")
        desk.server.notifications.insert(2, desk.server.notifications.pop())
        await until(lambda: len(desk.hub.stored) == 6)

    assert texts(desk)[-1] == "з давньою датою"


async def test_place_in_the_log_moves_with_its_messages(desk: Desk) -> None:
    async with desk.running():
        await until(lambda: f"log:{ME}" in desk.hub.cursors)
        desk.hub.refuse(HubBusy("the queue is full", retry_after_s=7.0))
        desk.server.say(v.CONVO, DID, "раз")
        await until(lambda: bool(desk.failures))
        assert desk.hub.cursors[f"log:{ME}"] == "1"
        desk.hub.accept()
        await until(lambda: texts(desk) == ["раз"])

    assert desk.hub.cursors[f"log:{ME}"] == "2"
    assert desk.failures[0].retry_after_s == 7.0


async def test_quiet_logs_are_not_kept_and_strange_ones_are(desk: Desk) -> None:
    async with desk.running():
        await desk.rounds(1)
        desk.server.happen("logReadMessage", v.CONVO)
        desk.server.happen("logHologram", v.CONVO)
        await until(lambda: bool(desk.hub.stored))
        await desk.rounds(1)

    assert [name.partition(":")[0] for name in desk.names] == ["logHologram"]


async def test_what_the_hub_wrote_is_known_from_what_a_colleague_did(desk: Desk) -> None:
    connector = desk.connector()
    async with desk.running_one(connector):
        await desk.rounds(1)
        desk.server.say(v.CONVO, ME, "пише колега")
        answer = Outbound(id=1, to=DID, text="пише хаб", conversation_key=f"dm:{v.CONVO}")
        receipt = await connector.send(answer)
        await until(lambda: len(desk.hub.stored) == 2)

    [colleague] = [item for item in desk.items if isinstance(item, NewMessage)]
    [sent] = [item for item in desk.items if isinstance(item, DeliveryStatus)]
    assert (colleague.content.text, colleague.direction) == ("пише колега", Direction.OUT)
    assert colleague.sender.handles[0].value == DID
    assert sent.sent_id == receipt.external_id


async def test_own_message_that_the_log_tells_before_its_answer_is_no_colleagues(desk: Desk) -> None:
    connector = desk.connector(request_timeout_s=20)
    async with desk.running_one(connector):
        await desk.rounds(1)
        desk.server.answers.clear()
        sending = asyncio.create_task(
            connector.send(Outbound(id=1, to=DID, text="пише хаб", conversation_key=f"dm:{v.CONVO}"))
        )
        await until(lambda: bool(desk.server.direct))
        await desk.rounds(1)
        with suppress(TimeoutError):
            await until(lambda: bool(desk.hub.stored), within_s=0.1)
        desk.server.answers.set()
        await sending
        await until(lambda: bool(desk.hub.stored))

    assert [type(item) for item in desk.items] == [DeliveryStatus]


async def test_session_that_ends_is_renewed_without_another_login(desk: Desk) -> None:
    async with desk.running():
        await desk.rounds(1)
        desk.server.session += 1
        desk.server.mention(v.IRYNA, "раз")
        await until(lambda: texts(desk) == ["раз"])

    assert desk.server.logins == 1
    assert not desk.failures


async def test_session_that_cannot_be_renewed_is_made_anew(desk: Desk) -> None:
    async with desk.running():
        await desk.rounds(1)
        desk.server.session, desk.server.has_refresh = 1, False
        desk.server.mention(v.IRYNA, "раз")
        await until(lambda: texts(desk) == ["раз"])

    assert desk.server.logins == 2


async def test_wrong_password_stops_the_account_without_showing_it(desk: Desk) -> None:
    connector = desk.connector(app_password=Secret("wrong-pass-word"))
    with pytest.raises(AuthFailed, match="App passwords") as failure:
        await connector.run(desk.hub.deliver)

    assert "wrong-pass-word" not in str(failure.value)
    assert (await connector.check()).health is Health.AUTH_FAILED


@pytest.mark.parametrize(("wants", "health"), [(True, Health.AUTH_FAILED), (False, Health.OK)])
async def test_password_without_direct_messages_is_told_with_what_to_do(
    desk: Desk, wants: bool, health: Health
) -> None:
    desk.server.may_chat = False
    report = await desk.connector(direct_messages=wants).check()

    assert report.health is health
    assert ("direct_messages = false" in report.detail) is wants


async def test_list_too_long_to_read_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receive, "MAX_PAGES", 2)
    for number in range(300):
        desk.server.mention(v.IRYNA, f"{number}")
    await desk.catch_up()

    assert any("bluesky.gap_left" in line for line in desk.hub.log.lines)
