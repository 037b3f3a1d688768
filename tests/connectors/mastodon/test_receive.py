"""Lists are read from where we are to their end; the stream only makes it quick, and tells edits and deletions."""

import msgspec
import pytest

from channelhub.domain.inbound import DeletedMessage, DeliveryStatus, Direction, EditedMessage, NewMessage
from channelhub.domain.outbound import Outbound
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from channelhub.sdk.errors import AuthFailed, HubBusy, Unavailable, Unparseable
from connectors.mastodon import stream
from connectors.mastodon.lists import place_behind
from connectors.mastodon.plugin import plugin
from tests.connectors.mastodon.conftest import Desk
from tests.connectors.telegram.conftest import until
from tests.servers.mastodon import ME_ID, TOKEN

PATIENT = {"poll_s": 3600}  # nothing comes by looking now and then


@pytest.fixture
def iryna(desk: Desk) -> dict[str, object]:
    return desk.server.account("14715", "iryna", "Ірина")


def texts(desk: Desk) -> list[str]:
    return [item.content.text for item in desk.items if isinstance(item, NewMessage)]


async def test_first_start_takes_what_comes_from_then_on(desk: Desk, iryna: dict[str, object]) -> None:
    desk.server.mention(iryna, "давно")
    async with desk.running(history_days=0):
        await until(lambda: bool(desk.server.listeners))
        desk.server.mention(iryna, "тепер")
        await desk.until_caught_up()

    assert texts(desk) == ["тепер"]


async def test_absence_leaves_no_hole_however_much_came(desk: Desk, iryna: dict[str, object]) -> None:
    desk.server.mention(iryna, "перед")
    await desk.catch_up()
    said = [f"{number}" for number in range(200)]
    for text in said:
        desk.server.mention(iryna, text)
    await desk.catch_up()

    assert texts(desk) == ["перед", *said]


async def test_mention_is_there_as_soon_as_the_stream_tells_of_it(desk: Desk, iryna: dict[str, object]) -> None:
    async with desk.running(**PATIENT):
        await until(lambda: bool(desk.server.listeners))
        for number in range(3):
            desk.server.mention(iryna, f"{number}")
            await desk.until_caught_up()

    assert texts(desk) == ["0", "1", "2"]


async def test_without_a_stream_mentions_come_by_looking_and_the_account_says_so(
    desk: Desk, iryna: dict[str, object]
) -> None:
    desk.server.has_stream = False
    connector = desk.connector()
    async with desk.running_one(connector):
        desk.server.mention(iryna, "раз")
        await desk.until_caught_up()
        desk.server.mention(iryna, "два")
        await desk.until_caught_up()
        report = await connector.check()

    assert texts(desk) == ["раз", "два"]
    assert report.health is Health.OK
    assert "the stream fails" in report.detail


async def test_stream_that_ends_is_opened_again_and_what_was_missed_is_found(
    desk: Desk, iryna: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "_AGAIN_S", (0.0,))
    desk.server.has_stream = False
    said = desk.server.mention(iryna, "раз")
    async with desk.running(**PATIENT):
        await desk.until_caught_up()
        desk.server.edit(desk.server.status_of(said), "<p>раз, два</p>", is_told=False)
        desk.server.has_stream = True
        await until(lambda: any(isinstance(item, EditedMessage) for item in desk.items))
        [first] = desk.server.listeners
        desk.server.hang_up()
        await until(lambda: bool(desk.server.listeners) and desk.server.listeners[0] is not first)
        desk.server.mention(iryna, "три")
        await desk.until_caught_up()

    assert [item.message.content.text for item in desk.items if isinstance(item, EditedMessage)] == ["раз, два"]
    assert texts(desk) == ["раз", "три"]


async def test_edits_and_deletions_of_what_is_not_addressed_to_us_are_not_taken(
    desk: Desk, iryna: dict[str, object]
) -> None:
    said = desk.server.mention(iryna, "раз")
    others = desk.server.post(iryna, "<p>нікому</p>")
    own = desk.server.post(
        desk.server.accounts[ME_ID],
        "<p>@iryna</p>",
        in_reply_to_id=desk.server.status_of(said)["id"],
        in_reply_to_account_id="14715",
    )
    async with desk.running(**PATIENT):
        await desk.until_caught_up()
        await until(lambda: bool(desk.server.listeners))
        await until(lambda: len(desk.hub.stored) == 2)
        desk.server.edit(others, "<p>все ще нікому</p>")
        desk.server.edit(own, "<p>@iryna вже</p>")
        desk.server.delete(others["id"])
        desk.server.delete(desk.server.status_of(said)["id"])
        await until(lambda: any(isinstance(item, DeletedMessage) for item in desk.items))

    assert len(desk.hub.stored) == 3


async def test_deletion_is_not_forgotten_while_the_hub_is_busy(desk: Desk, iryna: dict[str, object]) -> None:
    said = desk.server.mention(iryna, "раз")
    async with desk.running(**PATIENT):
        await desk.until_caught_up()
        await until(lambda: bool(desk.server.listeners))
        desk.hub.refuse(HubBusy("the queue is full", retry_after_s=7.0))
        desk.server.delete(desk.server.status_of(said)["id"])
        await until(lambda: bool(desk.failures))
        desk.hub.accept()
        await until(lambda: any(isinstance(item, DeletedMessage) for item in desk.items))

    assert desk.failures[0].retry_after_s == 7.0


async def test_thread_is_known_by_its_first_post(desk: Desk, iryna: dict[str, object]) -> None:
    root = desk.server.post(iryna, "<p>початок</p>")
    middle = desk.server.post(iryna, "<p>далі</p>", in_reply_to_id=root["id"])
    desk.server.mention(iryna, "кінець", in_reply_to_id=middle["id"])
    await desk.catch_up()

    [said] = desk.items
    assert isinstance(said, NewMessage)
    assert said.thread.key == f"public:{root['id']}"


async def test_own_answers_are_known_from_a_colleagues(desk: Desk, iryna: dict[str, object]) -> None:
    said = desk.server.mention(iryna, "де?")
    asked = desk.server.status_of(said)
    me = desk.server.accounts[ME_ID]
    desk.server.post(me, "<p>нікому</p>")
    desk.server.post(
        me,
        "<p>@iryna вже їде</p>",
        in_reply_to_id=asked["id"],
        in_reply_to_account_id="14715",
        application={"name": "Tusky"},
    )
    connector = desk.connector()
    async with desk.running_one(connector):
        await until(lambda: len(desk.hub.stored) == 2)
        answer = Outbound(id=1, to=asked["account"]["uri"], text="і ще", conversation_key=f"public:{asked['id']}")
        receipt = await connector.send(answer)
        await until(lambda: len(desk.hub.stored) == 3)

    [colleague] = [item for item in desk.items if isinstance(item, NewMessage) and item.direction is Direction.OUT]
    [sent] = [item for item in desk.items if isinstance(item, DeliveryStatus)]
    assert colleague.sender.handles[0].value == asked["account"]["uri"]
    assert sent.sent_id == receipt.external_id
    assert sent.sent_to == colleague.sender.handles[0]


async def test_wrong_token_stops_the_account_without_showing_it(desk: Desk) -> None:
    with pytest.raises(AuthFailed) as failure:
        await desk.connector(token=Secret("wrong-token")).run(desk.hub.deliver)

    assert "wrong-token" not in str(failure.value)
    assert (await desk.connector(token=Secret("wrong-token")).check()).health is Health.AUTH_FAILED


async def test_address_without_an_instance_is_told(desk: Desk) -> None:
    report = await desk.connector(instance=desk.server.url + "/nothing").check()

    assert report.health is Health.DOWN
    assert TOKEN not in report.detail


async def test_endless_line_of_a_stream_is_not_kept(
    desk: Desk, iryna: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "MAX_LINE_BYTES", 1000)
    monkeypatch.setattr(stream, "_AGAIN_S", (0.0,))
    async with desk.running(**PATIENT):
        await until(lambda: bool(desk.server.listeners))
        [first] = desk.server.listeners
        first.put_nowait(b"data: " + b"x" * 5000)
        await until(lambda: bool(desk.server.listeners) and desk.server.listeners[0] is not first)
        desk.server.mention(iryna, "раз")
        await desk.until_caught_up()

    assert texts(desk) == ["раз"]
    assert not [failure for failure in desk.failures if isinstance(failure, Unavailable)]


async def test_odd_post_of_our_own_is_parked_once(desk: Desk, iryna: dict[str, object]) -> None:
    odd = desk.server.post(desk.server.accounts[ME_ID], "<p>?</p>", in_reply_to_account_id=5)
    for words in ("перше", "друге"):
        desk.server.mention(iryna, words)
        async with desk.running():
            await until(lambda: f"own:{odd['id']}" in {name for _, name in desk.hub.stored})
            await desk.until_caught_up()

    assert sorted(name.partition(":")[0] for _, name in desk.hub.stored) == ["mention", "mention", "own"]
    with pytest.raises(Unparseable):
        plugin.parse(next(raw for (_, name), raw in desk.hub.stored.items() if name == f"own:{odd['id']}"))


def test_place_never_moves_back() -> None:
    page = [msgspec.Raw(body) for body in (b"5", b'{"id": 7}', b'{"id": "30", "type": 5}')]

    assert place_behind(page, "20") == "30"
    assert place_behind(page[:2], "20") == "20"
