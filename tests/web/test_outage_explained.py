"""An outage is read with what explains it, in the reader's language."""

from html import unescape
from typing import Any

import pytest

from channelhub.domain.outages import OutageState
from channelhub.domain.times import to_us
from channelhub.rules.outage.reasons import Burst, ByPerson, SharedTerms
from channelhub.store import messages, outage_decisions, outages, traffic
from channelhub.store.database import Session
from channelhub.store.outage_decisions import Decided
from channelhub.store.outages import Member, Outage
from channelhub.web.pages.texts import LANGUAGES, TEXTS
from tests.web.conftest import BEGAN, Hub
from tests.web.flow import receive

MINUTE_US = 60_000_000
REASONS = (Burst(customers=9, window_min=20, expected=0.43, background=0.01), SharedTerms(terms=("оплата", "карта")))


async def with_an_outage(hub: Hub) -> int:
    """An outage of two reports that a person has confirmed."""
    ids = [int(await receive(hub, text, email=f"{text[:3]}@example.com")) for text in ("Pay fails", "No payment")]
    at_us = to_us(BEGAN)
    raised = Outage(
        id=ids[0], state=OutageState.CONFIRMED, version=2, title="Pay fails", terms=("оплата",), reasons=REASONS,
        began_us=at_us, opened_us=at_us + 8 * MINUTE_US, changed_us=at_us + 9 * MINUTE_US,
    )  # fmt: skip

    async def write(session: Session) -> None:
        await outages.save(session, [raised])
        known = await messages.get_many(session, ids)
        why = (SharedTerms(terms=("оплата",), similarity=0.82),)
        members = [
            Member(message_id=one.id, identity_id=one.identity_id, weight=1, reasons=why, at_us=at_us)
            for one in known.values()
        ]
        await outages.add_members(session, raised.id, members)
        noticed = Decided(outage_id=ids[0], at_us=raised.opened_us, decision="suspected", reasons=REASONS, customers=9)
        sure = (ByPerson(action="confirm"),)
        confirmed = Decided(
            outage_id=ids[0], at_us=raised.changed_us, decision="confirm", reasons=sure, actor="agent:kate"
        )
        await outage_decisions.add(session, [noticed, confirmed])
        await traffic.add(session, {at_us + minute * MINUTE_US: 20 for minute in range(-15, 10)})

    await hub.store.writer.command(write)
    return raised.id


async def read(hub: Hub, path: str, accepts: str = "") -> Any:
    headers = hub.admin() | ({"Accept-Language": accepts} if accepts else {})
    async with hub.http.get(f"{hub.url}/api/v1{path}", headers=headers) as answer:
        found = await answer.json()
        assert answer.status == 200, found
    return found


async def test_decisions_stand_in_order_with_reasons_in_words_and_codes(hub: Hub) -> None:
    outage_id = await with_an_outage(hub)
    told = (await read(hub, f"/outages/{outage_id}"))["explanation"]
    noticed, confirmed = told["decisions"]

    assert told["first_report_at"] == "2026-03-02T09:00:00Z"
    assert told["suspected_at"] == noticed["at"] == "2026-03-02T09:08:00Z"
    assert noticed["reasons"][0] == "9 different customers in 20 minutes, 0.4 expected at this hour’s traffic"
    assert noticed["codes"][0] == {
        "code": "burst", "customers": 9, "window_min": 20, "expected": 0.43, "background": 0.01
    }  # fmt: skip
    assert (noticed["customers"], noticed["actor"], noticed["about"]) == (9, "", None)
    assert (confirmed["decision"], confirmed["actor"]) == ("confirm", "agent:kate")


async def test_the_chart_begins_before_and_shows_the_usual(hub: Hub) -> None:
    found = await read(hub, f"/outages/{await with_an_outage(hub)}")

    assert found["chart_interval_s"] == 60
    assert sum(point["reports"] for point in found["chart"]) == found["messages"] == 2
    assert found["chart"][0]["at"] < "2026-03-02T09:00:00Z"
    assert {point["expected"] for point in found["chart"]} == {0.2}
    assert (found["growth"]["last_hour"], found["growth"]["hour_before"]) == (2, 0)


async def test_what_was_taken_in_without_words_claims_nothing(hub: Hub) -> None:
    found = await read(hub, f"/outages/{await with_an_outage(hub)}")

    assert found["representatives"] == []
    assert (found["distinguishing"], found["common"]) == ([], [])


@pytest.mark.parametrize(
    ("query", "accepts", "said"),
    [
        ("", "", "9 different customers"),
        ("", "uk-UA,uk;q=0.9", "9 різних клієнтів"),
        ("?language=ru", "uk", "9 разных клиентов"),
        ("", "de", "9 different customers"),
    ],
)
async def test_reasons_are_said_in_the_language_that_is_asked_for(
    hub: Hub, query: str, accepts: str, said: str
) -> None:
    outage_id = await with_an_outage(hub)
    one = await read(hub, f"/outages/{outage_id}{query}", accepts)
    (listed,) = (await read(hub, f"/outages{query}", accepts))["items"]

    assert one["reasons"][0].startswith(said)
    assert listed["reasons"] == one["reasons"]
    assert one["members"][0]["reasons"] != one["reasons"]


async def test_an_unknown_language_is_refused_by_name(hub: Hub) -> None:
    async with hub.http.get(f"{hub.url}/api/v1/outages/1?language=de", headers=hub.admin()) as answer:
        problem = await answer.json()

    assert answer.status == 422
    assert "language" in problem["errors"]


@pytest.mark.parametrize("language", list(LANGUAGES))
async def test_the_page_tells_it_in_the_agents_language(hub: Hub, language: str) -> None:
    outage_id = await with_an_outage(hub)
    headers = hub.admin() | {"Accept-Language": language}
    async with hub.http.get(f"{hub.url}/outages/{outage_id}", headers=headers) as answer:
        text = unescape(await answer.text())
    texts = TEXTS[language]
    said = {"en": "0.4 expected", "uk": "очікується 0,4", "ru": "ожидается 0,4"}[language]
    likeness = {"en": "82 % like", "uk": "на 82 %", "ru": "на 82 %"}[language]

    assert answer.status == 200
    assert texts["history"] in text
    assert texts["decided_confirm"] in text
    assert "agent:kate" in text
    assert said in text
    assert likeness in text
    assert texts["chart_usual"].format(expected="0.20") in text
    assert '<polyline class="usual"' in text
    assert texts["as_table"] in text


async def test_the_list_draws_the_course_of_what_is_open(hub: Hub) -> None:
    await with_an_outage(hub)
    async with hub.http.get(f"{hub.url}/outages", headers=hub.admin()) as answer:
        text = await answer.text()

    assert text.count('class="chart small"') == 1
