"""Long polling: what is confirmed at Telegram is committed here, on good days and bad ones."""

import asyncio
import time
from collections.abc import Sequence

import pytest

from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Cursor, Receipt
from channelhub.sdk.errors import AuthFailed, HubBusy, Unavailable
from channelhub.sdk.testing import BadDay, Fault
from connectors.telegram import request as requests
from connectors.telegram.parse import parse
from connectors.telegram.poll import PAUSE_S
from tests.connectors.telegram.conftest import SECRET, Desk, until
from tests.servers.telegram import SECOND_POLLER, TOKEN, ApiError

SCOPE = f"updates:{TOKEN.partition(':')[0]}"


def texts(raws: Sequence[RawMessage]) -> list[str]:
    return [item.content.text for raw in raws for item in parse(raw)]  # type: ignore[union-attr]


async def test_offset_is_committed_with_the_messages(desk: Desk) -> None:
    first, last = desk.server.say("раз"), desk.server.say("два")
    async with desk.running(desk.connector()):
        await until(lambda: desk.server.confirmed == [first, last])

    assert texts(await desk.stored()) == ["раз", "два"]
    assert await desk.cursor(SCOPE) == str(last + 1)


async def test_never_asks_with_an_offset_that_is_not_committed(desk: Desk) -> None:
    asked_too_early = []

    async def deliver(raws: Sequence[RawMessage], cursor: Cursor | None = None) -> Sequence[Receipt]:
        asked_too_early.append(cursor and any(f.get("offset") == cursor.value for _, f in desk.server.calls))
        return await desk.deliver(raws, cursor)

    for number in range(5):
        desk.server.say(f"{number}")
    async with desk.running(desk.connector(), deliver):
        await until(lambda: len(desk.server.confirmed) == 5)

    assert asked_too_early == [False]


async def test_stop_before_the_commit_leaves_the_message_at_telegram(desk: Desk) -> None:
    reached = asyncio.Event()

    async def never_commits(raws: Sequence[RawMessage], cursor: Cursor | None = None) -> Sequence[Receipt]:
        reached.set()
        await asyncio.Event().wait()
        return []

    desk.server.say("раз")
    async with desk.running(desk.connector(), never_commits):
        await reached.wait()
    assert not desk.server.confirmed

    async with desk.running(desk.connector()):
        await until(lambda: len(desk.server.confirmed) == 1)
    assert texts(await desk.stored()) == ["раз"]


async def test_stop_between_commit_and_confirmation_doubles_nothing(desk: Desk) -> None:
    committed = asyncio.Event()

    async def hangs_after(raws: Sequence[RawMessage], cursor: Cursor | None = None) -> Sequence[Receipt]:
        await desk.deliver(raws, cursor)
        committed.set()
        await asyncio.Event().wait()
        return []

    desk.server.say("раз")
    async with desk.running(desk.connector(), hangs_after):
        await committed.wait()
    desk.server.say("два")
    async with desk.running(desk.connector()):
        await until(lambda: len(desk.server.confirmed) == 2)

    assert texts(await desk.stored()) == ["раз", "два"]


async def test_busy_hub_keeps_messages_at_telegram_and_passes_on_how_long(desk: Desk) -> None:
    async def busy(raws: Sequence[RawMessage], cursor: Cursor | None = None) -> Sequence[Receipt]:
        raise HubBusy("the queue is full", retry_after_s=7.0)

    desk.server.say("раз")
    with pytest.raises(Unavailable) as failure:
        await desk.connector().run(busy)

    assert failure.value.retry_after_s == 7.0
    assert not desk.server.confirmed


async def test_update_is_stored_as_telegram_sent_it_with_fields_unknown_to_us(desk: Desk) -> None:
    update = desk.server.say("раз", field_of_tomorrow={"deep": [1, {"er": "так"}]})
    async with desk.running(desk.connector()):
        await until(lambda: bool(desk.server.confirmed))
    (raw,) = await desk.stored()

    assert raw.body == desk.server.known[update].body
    assert raw.content_type == "application/json"


@pytest.mark.parametrize(("age_s", "is_backfill"), [(60, False), (25 * 3600, True)])
async def test_message_older_than_a_day_is_backfill(desk: Desk, age_s: int, is_backfill: bool) -> None:
    desk.server.say("раз", date=int(time.time()) - age_s)
    async with desk.running(desk.connector()):
        await until(lambda: bool(desk.server.confirmed))
    (raw,) = await desk.stored()

    assert raw.is_backfill is is_backfill


async def test_another_message_under_a_used_update_id_is_not_taken_for_a_repetition(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        desk.server.say("раз", date=1_795_000_000)
        await until(lambda: len(desk.server.confirmed) == 1)
    await until(lambda: not desk.server.is_polled)
    desk.server.put(
        {"message": {"message_id": 9, "chat": {"id": 5, "type": "private"}, "date": 1_796_000_000, "text": "два"}},
        update_id=desk.server.confirmed[0],
    )
    desk.server.token = "55:AAAnotherBot"  # ids start again: here with another bot, at Telegram after an idle week
    async with desk.running(desk.connector(token=Secret(desk.server.token))):
        await until(lambda: len(desk.server.confirmed) == 2)

    assert texts(await desk.stored()) == ["раз", "два"]


async def test_left_over_webhook_is_removed_and_what_waits_is_kept(desk: Desk) -> None:
    fields = {"url": "http://127.0.0.1:9/gone", "secret_token": SECRET}
    async with desk.http.post(f"{desk.server.url}/bot{TOKEN}/setWebhook", json=fields) as response:
        assert response.status == 200
    desk.server.say("раз")
    async with desk.running(desk.connector()):
        await until(lambda: bool(desk.server.confirmed))

    assert desk.server.hook is None
    assert texts(await desk.stored()) == ["раз"]


async def test_second_poller_is_named_with_what_to_do(desk: Desk) -> None:
    desk.server.refusals["getupdates"] = ApiError(409, SECOND_POLLER)
    with pytest.raises(Unavailable, match="another program asks for this bot's updates"):
        await desk.connector().run(desk.deliver)


async def test_wrong_token_stops_the_account_without_showing_the_token(desk: Desk) -> None:
    desk.server.token = "1:another"
    with pytest.raises(AuthFailed) as failure:
        await desk.connector().run(desk.deliver)

    assert TOKEN not in str(failure.value)
    assert "BotFather" in str(failure.value)


async def test_flood_limit_says_how_long_to_wait(desk: Desk) -> None:
    desk.server.floods["getupdates"] = 17
    with pytest.raises(Unavailable) as failure:
        await desk.connector().run(desk.deliver)

    assert failure.value.retry_after_s == 17


@pytest.mark.parametrize(
    "fault", [Fault.SERVER_ERROR, Fault.HTML_PAGE, Fault.TRUNCATED, Fault.NOT_JSON, Fault.RESET_BEFORE]
)
async def test_failing_server_is_unavailable(desk: Desk, fault: Fault) -> None:
    desk.server.say("раз")
    desk.server.have(BadDay(seed=1, share=1.0, faults=(fault,)))
    with pytest.raises(Unavailable) as failure:
        await desk.connector().run(desk.deliver)

    assert TOKEN not in str(failure.value)
    assert not await desk.stored()


async def test_unreachable_server_is_unavailable(desk: Desk) -> None:
    connector = desk.connector()
    await desk.server.close()
    with pytest.raises(Unavailable, match="no connection"):
        await connector.run(desk.deliver)


async def test_answer_beyond_the_bound_is_asked_for_in_smaller_portions(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "MAX_UPDATES_BYTES", 20_000)
    for number in range(30):
        desk.server.say(f"{number} " + "x" * 1000)
    async with desk.running(desk.connector()):
        await until(lambda: len(desk.server.confirmed) == 30)

    assert len(await desk.stored()) == 30
    assert len(desk.failures) == 1


async def test_what_is_no_update_is_kept_and_holds_up_nobody(desk: Desk) -> None:
    desk.server.put_wire(desk.server.next_update_id, b'{"of":"tomorrow"}')
    with pytest.raises(Unavailable, match="not an update"):
        await desk.connector().run(desk.deliver)
    desk.server.say("раз")
    async with desk.running(desk.connector()):
        await until(lambda: len(desk.server.confirmed) == 2)

    kept, said = await desk.stored()
    assert (kept.body, texts([said])) == (b'{"of":"tomorrow"}', ["раз"])


async def test_server_that_does_not_wait_is_not_asked_without_end(desk: Desk) -> None:
    desk.server.max_wait_s = 0
    began = time.monotonic()
    async with desk.running(desk.connector()):
        await until(lambda: len(desk.server.calls) == 3)

    assert time.monotonic() - began > 1.8 * PAUSE_S


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_bad_day_loses_nothing_and_doubles_nothing(desk: Desk, seed: int) -> None:
    desk.server.have(BadDay(seed=seed, share=0.5))
    said = [f"повідомлення {number}" for number in range(120)]
    async with desk.running(desk.connector()):
        for start in range(0, len(said), 6):
            for text in said[start : start + 6]:
                desk.server.say(text)
            await until(lambda: not desk.server.queue)
    stored = texts(await desk.stored())

    assert sorted(stored) == sorted(said)
    assert len(desk.failures) > 5


async def test_check_says_who_is_in_the_way_and_takes_nothing(desk: Desk) -> None:
    desk.server.say("раз")
    connector = desk.connector()
    assert (await connector.check()).health == "ok"
    fields = {"url": "http://127.0.0.1:9/gone"}
    async with desk.http.post(f"{desk.server.url}/bot{TOKEN}/setWebhook", json=fields):
        report = await connector.check()
    assert (report.health, "webhook" in report.detail) == ("down", True)
    desk.server.token = "1:another"
    assert (await connector.check()).health == "auth-failed"

    assert len(desk.server.queue) == 1


async def test_pressed_button_is_answered_after_it_is_stored(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        desk.server.put({"callback_query": {"id": "77", "from": {"id": 5}, "data": "yes"}})
        await until(lambda: desk.server.answered == ["77"])

    assert len(await desk.stored()) == 1


async def test_press_that_cannot_be_answered_holds_nothing_up(desk: Desk) -> None:
    desk.server.refusals["answercallbackquery"] = ApiError(400, "Bad Request: query is too old")
    async with desk.running(desk.connector()):
        desk.server.put({"callback_query": {"id": "77", "from": {"id": 5}, "data": "yes"}})
        desk.server.say("раз")
        await until(lambda: len(desk.server.confirmed) == 2)

    assert not desk.failures


async def test_reactions_are_asked_for(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        await until(lambda: "message_reaction" in desk.server.allowed)
        desk.server.put({"message_reaction": {"chat": {"id": 5}, "message_id": 1, "new_reaction": []}})
        await until(lambda: bool(desk.server.confirmed))

    assert len(await desk.stored()) == 1


async def test_only_kinds_that_the_configuration_names_are_asked_for(desk: Desk) -> None:
    async with desk.running(desk.connector(allowed_updates=("message",))):
        await until(lambda: bool(desk.server.allowed))

        assert desk.server.allowed == {"message"}
