"""The card's blocks, the filters and links of its timeline, and its pop-up with and without signing in."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from channelhub.domain.times import to_us
from channelhub.pipeline.card import lookup
from channelhub.settings.models import HttpSettings, Settings
from channelhub.store import audit, message_texts, messages, timeline
from channelhub.store.database import Session
from channelhub.web.pages import popup
from tests.web.conftest import BEGAN, Hub
from tests.web.flow import learn, receive

HANNA = "email:hanna@example.com"
CRM = "https://crm.example.com"


@pytest.fixture
def settings() -> dict[str, object]:
    return {"settings": lambda: Settings(http=HttpSettings(frame_ancestors=(CRM,)))}


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(popup, "CARD_WITHIN_S", 0.0)


async def asked(hub: Hub, path: str, *, known: bool = True, **headers: str) -> tuple[int, str, Any]:
    """Status, page and headers, as a browser asks."""
    sent = (hub.admin() if known else {}) | {"Accept": "text/html", "Accept-Language": "en"} | headers
    async with hub.http.get(hub.url + path, headers=sent, allow_redirects=False) as answer:
        return answer.status, await answer.text(), answer.headers


async def api(hub: Hub, path: str, **body: Any) -> Any:
    ask = hub.http.post if body else hub.http.get
    more: dict[str, Any] = {"json": body} if body else {}
    async with ask(f"{hub.url}/api/v1{path}", headers=hub.admin(), **more) as answer:
        return answer.status, await answer.json()


async def promised(hub: Hub, answered: str, text: str) -> None:
    """We say something to who wrote a message, half an hour later."""
    at_us = to_us(BEGAN + timedelta(minutes=30))

    async def say(session: Session) -> None:
        heard = await messages.get(session, int(answered))
        shown = await timeline.get(session, int(answered))
        assert heard is not None
        assert shown is not None
        ours = replace(heard, id=heard.id + 1, key="ours", direction="out", at_us=at_us)
        await messages.add(session, [ours])
        (version, *_) = (await message_texts.of_messages(session, [heard.id]))[heard.id]
        await message_texts.add(session, [replace(version, id=version.id + 1, message_id=ours.id, text=text)])
        await timeline.add(session, [replace(shown, id=ours.id, at_us=at_us, direction="out", preview=text)])

    await hub.store.writer.command(say)


async def noted(hub: Hub, message_id: str, text: str) -> None:
    """A colleague's note beside a message."""

    async def write(session: Session) -> None:
        shown = await timeline.get(session, int(message_id))
        assert shown is not None
        await timeline.add(session, [replace(shown, id=shown.id + 2, type="note", direction="", preview=text)])

    await hub.store.writer.command(write)


async def customer_of(hub: Hub, identity: str = HANNA) -> int:
    async with hub.store.readers.read() as session:
        found = await lookup(session, identity, default_region="UA")
    assert found is not None
    return found


async def test_a_card_tells_what_was_learned_in_json_and_on_its_page(hub: Hub) -> None:
    first = await receive(hub, "Де моє замовлення 44321?", sent_at=BEGAN.isoformat(), conversation="a")
    for number in range(4):
        await receive(hub, f"а зараз? {number}", sent_at=(BEGAN + timedelta(minutes=number)).isoformat())
    await promised(hub, first, "Відповімо сьогодні до 12:00.")
    await learn(hub)
    hub.clock[0] = BEGAN + timedelta(hours=2)
    _, soon = await api(hub, f"/customers/lookup?identity={HANNA}")
    hub.clock[0] = BEGAN + timedelta(hours=4)
    _, late = await api(hub, f"/customers/lookup?identity={HANNA}")
    _, page, _ = await asked(hub, f"/customers/{await customer_of(hub)}")

    best = {"days": "any", "since": "08:00", "until": "11:00", "zone": "UTC"}
    assert soon["habits"] == {"messages": 5, "channel": "api", "best_time": best}
    assert [(one["topic"], one["value"], one["message_id"]) for one in soon["told"]] == [("order", "44321", first)]
    assert [(one["text"], one["state"], one["due_at"]) for one in soon["promises"]] == [
        ("Відповімо сьогодні до 12:00.", "open", "2026-03-02T12:00:00Z")
    ]
    assert [one["state"] for one in late["promises"]] == ["overdue"]
    assert "overdue" in page
    assert f"?around={first}#m{first}" in page
    assert "08:00–11:00" in page


async def test_habits_of_a_stranger_are_not_known_yet(hub: Hub) -> None:
    await receive(hub, "вітаю")
    _, card = await api(hub, f"/customers/lookup?identity={HANNA}")
    said = {"en": "not known yet", "uk": "ще невідомо", "ru": "пока неизвестно"}
    pages = {
        one: (await asked(hub, f"/customers/{card['customer']['id']}", **{"Accept-Language": one}))[1] for one in said
    }

    assert card["habits"] == {"messages": 0, "channel": None, "best_time": None}
    assert all(said[one] in page for one, page in pages.items())


async def test_a_timeline_shows_what_is_wanted_and_leads_both_ways(hub: Hub) -> None:
    for number in range(7):
        await receive(hub, f"привіт {number}" if number else "повернення коштів")
    customer = await customer_of(hub)
    _, first = await api(hub, f"/customers/{customer}/timeline?kind=message&limit=3")
    _, second = await api(hub, f"/customers/{customer}/timeline?kind=message&limit=3&before={first['next']}")
    _, back = await api(hub, f"/customers/{customer}/timeline?kind=message&limit=3&after={second['newer']}")
    _, found = await api(hub, f"/customers/{customer}/timeline?q=поверненням")
    _, none = await api(hub, f"/customers/{customer}/timeline?channel=sms")
    status, page, _ = await asked(hub, f"/customers/{customer}?q=поверненням&kind=message")

    assert [one["text"] for one in first["items"] + second["items"]] == [f"привіт {n}" for n in range(6, 0, -1)]
    assert first["newer"] is None
    assert back["items"] == first["items"]
    assert [one["text"] for one in found["items"]] == ["повернення коштів"]
    assert (none["items"], none["next"]) == ([], None)
    assert status == 200
    assert len(re.findall("<article", page)) == 1
    assert 'value="поверненням"' in page


@pytest.mark.parametrize("query", ["before=1.1&after=1.1", "around=5&before=1.1", "around=5&q=x", "after=x"])
async def test_places_that_contradict_each_other_are_refused(hub: Hub, query: str) -> None:
    await receive(hub, "вітаю")

    assert (await api(hub, f"/customers/{await customer_of(hub)}/timeline?{query}"))[0] == 422


async def test_the_link_of_an_entry_leads_to_it_also_when_it_is_another_customers_by_now(hub: Hub) -> None:
    message_id = await receive(hub, "вітаю")
    await receive(hub, "hello", email="bob@example.com")
    hanna, bob = await customer_of(hub), await customer_of(hub, "email:bob@example.com")
    status, page, _ = await asked(hub, f"/customers/{hanna}?around={message_id}")
    moved, _, headers = await asked(hub, f"/customers/{bob}?around={message_id}")
    missing, _, _ = await asked(hub, f"/customers/{hanna}?around=999")

    assert status == 200
    assert f'id="m{message_id}"' in page
    assert (moved, headers["Location"]) == (303, f"/customers/{hanna}?around={message_id}#m{message_id}")
    assert missing == 404


async def test_the_pop_up_leads_agents_to_the_page_and_is_shown_in_frames(hub: Hub) -> None:
    await receive(hub, "вітаю")
    led, _, headers = await asked(hub, f"/card?identity={HANNA}")
    framed, page, shown = await asked(hub, f"/card?identity={HANNA}", **{"Sec-Fetch-Dest": "iframe"})
    stranger, _, _ = await asked(hub, f"/card?identity={HANNA}", known=False)
    ingest, _, _ = await asked(hub, f"/card?identity={HANNA}", known=False, **await hub.token("ingest"))

    assert (led, headers["Location"]) == (303, f"/customers/{await customer_of(hub)}")
    assert framed == 200
    assert "<form" not in page
    assert f"frame-ancestors {CRM}" in shown["Content-Security-Policy"]
    assert (stranger, ingest) == (401, 403)


async def test_an_address_nobody_has_is_told_with_a_search(hub: Hub) -> None:
    status, page, _ = await asked(hub, "/card?identity=phone:%2B380671112233<b>")

    assert status == 404
    assert "phone:+380671112233&lt;b&gt;" in page
    assert 'href="/?q=%2B380671112233%3Cb%3E"' in page


async def test_a_signed_address_opens_the_card_until_its_end_and_nothing_else(hub: Hub) -> None:
    message_id = await receive(hub, "таємниця")
    await noted(hub, message_id, "лише між нами")
    status, made = await api(hub, "/card-links", identity=HANNA, minutes=5)
    path = made["url"].removeprefix("http://127.0.0.1:8080")
    async with aiohttp.ClientSession() as stranger:
        async with stranger.get(hub.url + path) as answer:
            opened, page, cookies, headers = answer.status, await answer.text(), answer.cookies, answer.headers
        forged = await asked(hub, path[:-1] + ("A" if path[-1] != "A" else "B"), known=False)
        hub.clock[0] = BEGAN + timedelta(minutes=5)
        over = await asked(hub, path, known=False)

    async with hub.store.readers.read() as session:
        (line,) = await audit.page(session, audit.Wanted(action="card-link.make"), before=1 << 62, limit=9)

    assert (status, opened) == (201, 200)
    assert (line.action, line.target) == ("card-link.make", str(await customer_of(hub)))
    assert "hanna" not in str(line.detail)
    assert made["expires_at"] == "2026-03-02T09:05:00Z"
    assert "таємниця" in page
    assert "лише між нами" not in page
    assert "<form" not in page
    assert not cookies
    assert f"frame-ancestors {CRM}" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    for answer_of in (forged, over):
        assert answer_of[0] == 403
        assert "hanna" not in answer_of[1]


async def test_other_pages_are_framed_by_nobody_and_links_are_made_by_agents_only(hub: Hub) -> None:
    await receive(hub, "вітаю")
    _, _, headers = await asked(hub, f"/customers/{await customer_of(hub)}")
    async with hub.http.post(
        f"{hub.url}/api/v1/card-links", json={"identity": HANNA}, headers=await hub.token("reader")
    ) as answer:
        reader = answer.status

    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert reader == 403
    assert (await api(hub, "/card-links", identity="no address"))[0] == 422
