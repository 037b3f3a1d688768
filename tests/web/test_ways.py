"""Until when a customer can be answered, and where else: told by the API, the card and the page before anything is
written."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channelhub.domain.times import to_us
from channelhub.pipeline.commands import people
from channelhub.sdk.contract import LateReply
from channelhub.sdk.files import FileRules
from channelhub.store import reach
from channelhub.store.reach import Reach
from channelhub.web.pages.customer import PAGE
from tests.connectors.telegram import vectors as v
from tests.pipeline.workshop import identity_of
from tests.web import conftest
from tests.web.chats import get, page, receive_updates
from tests.web.conftest import Hub
from tests.web.flow import receive

CARD = "/api/v1/customers/lookup?identity=telegram:418820331"
WINDOW_US = 24 * 3_600_000_000
LATER = datetime.fromtimestamp(v.SENT, UTC) + timedelta(hours=30)


@pytest.fixture(autouse=True)
def windowed(monkeypatch: pytest.MonkeyPatch) -> None:
    opened(monkeypatch)


def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot takes answers for a day, the shop answers always."""
    accounts = conftest.BOOK.accounts
    bot = replace(accounts["bot"], reply_window_us=WINDOW_US)
    shop = replace(accounts["shop"], can_send=True)
    monkeypatch.setattr(conftest, "BOOK", replace(conftest.BOOK, accounts={**accounts, "bot": bot, "shop": shop}))


def late(monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = conftest.BOOK.accounts
    bot = replace(accounts["bot"], late_reply=LateReply(template="order_news", max_chars=300))
    monkeypatch.setattr(conftest, "BOOK", replace(conftest.BOOK, accounts={**accounts, "bot": bot}))


async def written(hub: Hub) -> Any:
    """The card of who wrote by the bot, and by the shop under an address that an agent joined."""
    await receive_updates(hub, v.TEXT)
    await receive(hub, "Де посилка?", email="olena@example.com")
    await people.link(
        hub.parts.acting, "agent:a", identity_of("telegram:418820331", "bot"), identity_of("email:olena@example.com")
    )
    return await get(hub, CARD)


async def test_conversation_tells_the_windows_end_then_why_and_where_else(hub: Hub) -> None:
    card = await written(hub)
    at = next(f"/api/v1/conversations/{one['conversation_id']}" for one in card["replies"] if one["account"] == "bot")
    before = await get(hub, at)
    hub.clock[0] = LATER
    after = await get(hub, at)

    assert (before["reply"]["hindrance"], before["reply"]["window_hours"], before["elsewhere"]) == ("", 24, None)
    assert before["reply"]["until"] > before["reply"]["heard_at"]
    assert after["reply"]["hindrance"] == "window-closed"
    assert "it takes answers for 24 hours" in after["reply"]["reason"]
    assert (after["elsewhere"]["address"], after["elsewhere"]["account"]) == ("email:olena@example.com", "shop")
    assert "verified address before a claimed one" in after["elsewhere_rule"]
    assert after["customer_id"] == card["customer"]["id"]


async def test_conversation_tells_which_files_go_with_an_answer(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    card = await written(hub)
    at = next(f"/api/v1/conversations/{one['conversation_id']}" for one in card["replies"] if one["account"] == "bot")
    without = (await get(hub, at))["reply"]
    accounts = conftest.BOOK.accounts
    rules = FileRules(most=4, types={"image/png": 1000, "video/*": 0})
    bot = replace(accounts["bot"], can_send_files=True, file_rules=lambda _key: rules)
    monkeypatch.setattr(conftest, "BOOK", replace(conftest.BOOK, accounts={**accounts, "bot": bot}))
    taken = (await get(hub, at))["reply"]

    assert (without["takes_files"], without["files"]) == (
        False,
        {"most": 0, "types": [], "reason": "account bot can't send files"},
    )
    assert (taken["takes_files"], taken["files"]["most"], taken["files"]["reason"]) == (True, 4, "")
    assert taken["files"]["types"] == [
        {"type": "image/png", "max_bytes": 1000},
        {"type": "video/*", "max_bytes": 18 * 1024 * 1024},
    ]


async def test_no_such_conversation(hub: Hub) -> None:
    async with hub.http.get(f"{hub.url}/api/v1/conversations/5", headers=hub.admin()) as answer:
        assert answer.status == 404


async def test_card_lists_the_ways_the_best_first(hub: Hub) -> None:
    before = await written(hub)
    hub.clock[0] = LATER
    after = await get(hub, CARD)

    assert {one["account"]: one["hindrance"] for one in before["replies"]} == {"bot": "", "shop": ""}
    assert [(one["account"], one["hindrance"]) for one in after["replies"]] == [("shop", ""), ("bot", "window-closed")]


async def test_page_shows_the_end_then_the_reason_with_a_way_on(hub: Hub) -> None:
    card = await written(hub)
    by = {one["account"]: one["conversation_id"] for one in card["replies"]}
    here = f"/customers/{card['customer']['id']}?conversation="
    before = await page(hub, here + by["bot"])
    hub.clock[0] = LATER
    after = await page(hub, here + by["bot"])
    instead = await page(hub, here + by["shop"])

    assert "Answers are taken for 24 hours after the customer last wrote: until" in before
    assert "<textarea" in before
    assert '<textarea id="text"' not in after
    assert "That ended" in after
    assert f"conversation={by['shop']}#reply" in after
    assert "Verified addresses before claimed ones" in after
    assert f'action="/conversations/{by["shop"]}/reply"' in instead


async def test_page_stays_in_the_conversation_that_was_answered(hub: Hub) -> None:
    card = await written(hub)
    customer = card["customer"]["id"]
    for way in card["replies"]:
        form = {"text": "Вже дивимось", "customer": customer}
        url = f"{hub.url}/conversations/{way['conversation_id']}/reply"
        async with hub.http.post(url, data=form, headers=hub.admin(), allow_redirects=False) as answer:
            place = answer.headers["Location"]
        shown = await page(hub, place)

        assert place.startswith(f"/customers/{customer}?")
        assert f'action="/conversations/{way["conversation_id"]}/reply"' in shown
    assert {way["account"] for way in card["replies"]} == {"bot", "shop"}


async def test_page_answers_in_the_conversation_asked_for_however_much_came_since(hub: Hub) -> None:
    card = await written(hub)
    bot = next(one["conversation_id"] for one in card["replies"] if one["account"] == "bot")
    hub.clock[0] = LATER - timedelta(hours=20)
    for number in range(PAGE + 5):
        await receive(hub, f"Ще {number}", email="olena@example.com")
    other = await receive(hub, "Чуже", email="other@example.com")
    not_theirs = (await get(hub, f"/api/v1/messages/{other}"))["conversation_id"]
    here = f"/customers/{card['customer']['id']}?conversation="

    assert f'action="/conversations/{bot}/reply"' in await page(hub, here + bot)
    assert f'action="/conversations/{not_theirs}/reply"' not in await page(hub, here + not_theirs)


async def test_page_says_that_a_template_goes_out(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    await receive_updates(hub, v.TEXT)
    late(monkeypatch)
    customer = (await get(hub, CARD))["customer"]["id"]
    hub.clock[0] = LATER
    shown = await page(hub, f"/customers/{customer}")

    assert "in the template order_news: up to 300 characters" in shown
    assert 'maxlength="300"' in shown


async def test_who_blocked_the_bot_is_offered_elsewhere(hub: Hub) -> None:
    card = await written(hub)
    lost = Reach(
        identity_id=identity_of("telegram:418820331", "bot"), account="bot", is_reachable=False,
        at_us=to_us(LATER),
    )  # fmt: skip
    await hub.store.writer.command(lambda session: reach.save(session, [lost]))
    bot = next(one["conversation_id"] for one in card["replies"] if one["account"] == "bot")
    shown = await page(hub, f"/customers/{card['customer']['id']}?conversation={bot}")

    assert "Answer another way." in shown
    assert "Answer at email:olena@example.com by shop instead" in shown
