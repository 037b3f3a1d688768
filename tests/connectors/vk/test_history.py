"""What VK could not tell is read from the conversations: once, no further back than wanted, also after a crash."""

from typing import Any

import pytest

from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import HubBusy, Unparseable
from channelhub.sdk.testing import Fault
from connectors.vk.parse import parse
from tests.connectors.telegram.conftest import until
from tests.connectors.vk import vectors as v
from tests.connectors.vk.conftest import Desk
from tests.servers.vk import GROUP

MARK = f"history:{GROUP}"
HOUR_S = 3600


@pytest.fixture
def behind(desk: Desk) -> Desk:
    """An account that ran for long, and has missed something."""
    desk.hub.cursors[MARK] = "1!"
    return desk


def message(desk: Desk, number: int, *, hours_ago: float = 1.0, **changes: Any) -> dict[str, Any]:
    date = int(desk.hub.now.timestamp() - hours_ago * HOUR_S) + number
    return v.message("привіт", number=number, date=date, **changes)


def stored(desk: Desk) -> list[str]:
    return sorted(raw.delivery_id for raw in desk.hub.stored.values())


async def caught_up(desk: Desk, **settings: Any) -> None:
    async with desk.running(desk.connector(mode="webhook", **settings)):
        await until(lambda: not desk.hub.cursors[MARK].endswith("!"))


async def test_first_run_reads_nothing_of_the_past(desk: Desk) -> None:
    desk.server.conversations = {v.MARIA: [message(desk, 1)]}
    async with desk.running(desk.connector(mode="webhook")):
        await desk.server.is_hooked.wait()
        await until(lambda: bool(desk.server.settings))

    assert desk.hub.cursors == {MARK: str(int(desk.hub.now.timestamp()))}
    assert not desk.hub.stored


async def test_what_we_do_not_hold_is_kept_with_our_own_words(behind: Desk) -> None:
    ours = message(behind, 2, from_id=-GROUP, out=1)
    behind.server.conversations = {v.MARIA: [message(behind, 1), ours], 5: [message(behind, 7, peer_id=5, from_id=5)]}
    await caught_up(behind)

    assert stored(behind) == ["message_new:5:7", f"message_new:{v.MARIA}:1", f"message_reply:{v.MARIA}:2"]
    assert all(raw.is_backfill for raw in behind.hub.stored.values())
    assert [(one.listed, one.missing) for one in behind.hub.comparisons] == [(1, 1), (3, 2), (3, 0)]


async def test_what_we_hold_is_not_delivered_again(behind: Desk) -> None:
    behind.server.conversations = {v.MARIA: [message(behind, 1), message(behind, 2)]}
    held = RawMessage(account="vk", delivery_id=f"message_new:{v.MARIA}:1", body=b"{}")
    await behind.hub.deliver([held])
    await caught_up(behind)

    assert [raw.delivery_id for raw in behind.hub.raws] == [held.delivery_id, f"message_new:{v.MARIA}:2"]


async def test_nothing_older_than_wanted_is_read(behind: Desk) -> None:
    behind.server.conversations = {
        v.MARIA: [message(behind, 1, hours_ago=9), message(behind, 2, hours_ago=1)],
        5: [message(behind, 7, hours_ago=9, peer_id=5, from_id=5)],
    }
    await caught_up(behind, backfill_hours=2)

    assert stored(behind) == [f"message_new:{v.MARIA}:2"]
    assert [asked["peer_id"] for method, asked in behind.server.calls if method == "messages.getHistory"] == [
        str(v.MARIA)
    ]


async def test_nothing_is_read_where_that_is_not_wanted(behind: Desk) -> None:
    behind.server.conversations = {v.MARIA: [message(behind, 1)]}
    await caught_up(behind, backfill_hours=0)

    assert not behind.hub.stored


async def test_long_conversation_is_read_page_by_page(behind: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.vk.history.PAGE", 2)
    said = [message(behind, number) for number in range(1, 6)]
    behind.server.conversations = {v.MARIA: [{"date": 0}, *said]}
    await caught_up(behind)

    assert stored(behind) == [f"message_new:{v.MARIA}:{number}" for number in range(1, 6)]


async def test_group_chats_are_read_only_where_they_are_wanted(behind: Desk) -> None:
    behind.server.conversations = {v.CHAT: [message(behind, 1, peer_id=v.CHAT)]}
    await caught_up(behind)
    assert not behind.hub.stored

    behind.hub.cursors[MARK] = "1!"
    await caught_up(behind, chats=True)
    assert stored(behind) == [f"message_new:{v.CHAT}:1"]


async def test_that_something_is_missed_outlives_failures_and_a_full_hub(behind: Desk) -> None:
    behind.server.conversations = {v.MARIA: [message(behind, 1)]}
    behind.server.befall(Fault.TRUNCATED)
    async with behind.running(behind.connector(mode="webhook")):
        await until(lambda: bool(behind.failures))
    assert behind.hub.cursors[MARK] == "1!"

    behind.server.befall(None)
    behind.hub.refuse(HubBusy("the queue is full", retry_after_s=0.01))
    async with behind.running(behind.connector(mode="webhook")):
        await until(lambda: behind.hub.refusals > 0)
    assert behind.hub.cursors[MARK] == "1!"

    behind.hub.accept()
    await caught_up(behind)
    assert stored(behind) == [f"message_new:{v.MARIA}:1"]


async def test_what_vk_gave_up_posting_is_read_once_it_posts_again(desk: Desk) -> None:
    desk.hub.cursors[MARK] = "1"
    async with desk.running(desk.connector(mode="webhook")):
        await until(lambda: bool(desk.server.settings))
    assert not [method for method, _ in desk.server.calls if method == "messages.getConversations"]

    desk.server.servers[0]["status"] = "failed"
    desk.server.conversations = {v.MARIA: [message(desk, 1)]}
    async with desk.running(desk.connector(mode="webhook")):
        await until(lambda: bool(desk.hub.stored))

    assert desk.server.servers[0]["status"] == "ok"
    assert stored(desk) == [f"message_new:{v.MARIA}:1"]


async def test_token_that_may_not_read_is_told_of_and_holds_nothing_up(behind: Desk) -> None:
    behind.server.refusals["messages.getConversations"] = (15, "Access denied")
    await caught_up(behind)

    assert "can't be read" in behind.hub.comparisons[-1].note


async def test_conversation_that_we_left_holds_up_no_other(behind: Desk) -> None:
    behind.server.conversations = {v.MARIA: [message(behind, 1)], 5: [message(behind, 7, peer_id=5, from_id=5)]}
    behind.server.gone.add(5)
    await caught_up(behind)

    assert stored(behind) == [f"message_new:{v.MARIA}:1"]


@pytest.mark.parametrize("fault", [{"text": 5}, {"date": "x"}, {"conversation_message_id": None}])
async def test_message_in_an_odd_shape_is_parked_once_with_what_is_around_it(
    behind: Desk, fault: dict[str, Any]
) -> None:
    behind.server.conversations = {v.MARIA: [message(behind, 1), message(behind, 2) | fault, message(behind, 3)]}
    for _ in range(2):
        await caught_up(behind)
        behind.hub.cursors[MARK] = "1!"

    assert len(behind.hub.stored) == 3
    assert {f"message_new:{v.MARIA}:1", f"message_new:{v.MARIA}:3"} < set(stored(behind))
    [odd] = [raw for raw in behind.hub.stored.values() if raw.delivery_id[-2:] not in (":1", ":3")]
    if "text" in fault:
        with pytest.raises(Unparseable):
            parse(odd)
