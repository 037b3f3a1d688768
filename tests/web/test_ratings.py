"""A customer answers how we did: by the link they got, once, changeable; agents see it."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import aiohttp
import pytest

from channelhub.domain.ratings import Asked, RatedKind
from channelhub.domain.times import to_us
from channelhub.pipeline.commands import people as linking
from channelhub.pipeline.rating import link
from channelhub.rules import ratings as rules
from channelhub.store import events, ratings, timeline
from channelhub.web.pages.rating import TRIES_PER_MINUTE
from tests.web.conftest import BEGAN, BOOK, Hub
from tests.web.flow import receive
from tests.web.test_pages import page, with_an_outage

UKRAINIAN = "Доброго дня, оплата на сайті не проходить, гроші списано двічі, допоможіть будь ласка"


async def asked(hub: Hub, *, email: str = "hanna@example.com", outage_id: int | None = None) -> tuple[Asked, str]:
    """The question put to who reported an outage, and the path of its link."""
    message_id = await receive(hub, UKRAINIAN, email=email, language="uk")
    outage_id = outage_id or await with_an_outage(hub, message_id)
    async with hub.store.readers.read() as session:
        entry = await timeline.get(session, int(message_id))
    assert entry is not None
    put = rules.asked(RatedKind.OUTAGE, outage_id, entry.identity_id, at_us=to_us(BEGAN))
    return put, link(BOOK, put)


async def answer(hub: Hub, path: str, **fields: str) -> int:
    async with hub.http.post(hub.url + path, data=fields, allow_redirects=False) as got:
        if got.status == 303:
            assert got.headers["Location"] == path
        return got.status


async def look(hub: Hub, path: str, **headers: str) -> tuple[int, str]:
    async with hub.http.get(hub.url + path, headers=headers) as got:
        return got.status, unescape(await got.text())


async def outage(hub: Hub, outage_id: int) -> dict[str, Any]:
    async with hub.http.get(f"{hub.url}/api/v1/outages/{outage_id}", headers=hub.admin()) as got:
        return dict(await got.json())


async def card(hub: Hub, email: str = "hanna@example.com") -> dict[str, Any]:
    url = f"{hub.url}/api/v1/customers/lookup?identity=email:{email}"
    async with hub.http.get(url, headers=hub.admin()) as got:
        return dict(await got.json())


async def told(hub: Hub) -> list[events.Event]:
    async with hub.store.readers.read() as session:
        return [one for one in await events.since(session, after=0, limit=100) if one.type == "feedback.received"]


async def test_looking_stores_nothing_and_a_score_in_the_link_only_chooses_beforehand(hub: Hub) -> None:
    put, path = await asked(hub)

    status, text = await look(hub, f"{path}?score=4")
    plain = (await look(hub, path))[1]
    async with hub.store.readers.read() as session:
        stored = await ratings.get(session, rules.rating_id(put))

    assert status == 200
    assert re.search(r'value="4" required checked', text)
    assert "checked" not in plain
    assert stored is None


async def test_the_page_speaks_the_customers_language_rather_than_the_browsers(hub: Hub) -> None:
    _, path = await asked(hub)

    async with hub.http.get(hub.url + path, headers={"Accept-Language": "en"}) as got:
        text, headers = await got.text(), got.headers

    assert '<html lang="uk">' in text
    assert "<script" not in text
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


async def test_an_answer_is_on_the_card_the_timeline_the_outage_and_in_the_stream(hub: Hub) -> None:
    put, path = await asked(hub)

    status = await answer(hub, path, score="4", comment="Швидко,\r\nдякую")
    shown, rated = await card(hub), await outage(hub, put.subject_id)
    [event] = await told(hub)

    assert status == 303
    [rating] = shown["ratings"]
    assert (rating["score"], rating["comment"], rating["outage_id"]) == (4, "Швидко,\nдякую", str(put.subject_id))
    [entry] = [one for one in shown["timeline"]["items"] if one["type"] == "rating"]
    assert (entry["subject"], entry["text"], entry["outage_id"]) == ("4/5", "Швидко,\nдякую", str(put.subject_id))
    assert rated["ratings"] == {"count": 1, "mean": 4.0, "scores": {"1": 0, "2": 0, "3": 0, "4": 1, "5": 0}}
    assert (event.data["score"], event.data["has_comment"], event.data["previous_score"]) == (4, True, None)
    assert "Швидко" not in str(event.data)
    assert "4 / 5" in await page(hub, f"/customers/{shown['customer']['id']}")
    assert "4.0" in await page(hub, f"/outages/{put.subject_id}")


async def test_the_same_answer_again_is_one_and_another_one_is_kept_beside_it(hub: Hub) -> None:
    put, path = await asked(hub)

    for score in ("4", "4", "2", "2"):
        assert await answer(hub, path, score=score) == 303
    rating_id = rules.rating_id(put)
    async with hub.http.get(f"{hub.url}/api/v1/ratings/{rating_id}", headers=hub.admin()) as got:
        detail = await got.json()
    entries = [one for one in (await card(hub))["timeline"]["items"] if one["type"] == "rating"]

    assert (detail["score"], detail["version"]) == (2, 2)
    assert [one["score"] for one in detail["versions"]] == [4, 2]
    assert [(one["subject"], one["flags"]) for one in entries] == [("2/5", ["edited"])]
    assert [(one.data["score"], one.data["previous_score"]) for one in await told(hub)] == [(4, None), (2, 4)]


async def test_after_thirty_days_an_answer_stands(hub: Hub) -> None:
    put, path = await asked(hub)
    await answer(hub, path, score="4")
    hub.clock[0] += timedelta(days=30)

    status = await answer(hub, path, score="1")
    seen = await look(hub, path)

    assert status == 410
    assert seen[0] == 200
    assert "<form" not in seen[1]
    assert (await outage(hub, put.subject_id))["ratings"]["mean"] == 4.0


async def test_a_question_of_long_ago_takes_no_answer(hub: Hub) -> None:
    _, path = await asked(hub)
    hub.clock[0] += timedelta(days=90)

    assert (await look(hub, path))[0] == 410
    assert await answer(hub, path, score="5") == 410


async def test_a_customer_who_answers_from_two_addresses_counts_once(hub: Hub) -> None:
    first, first_path = await asked(hub)
    second, second_path = await asked(hub, email="hanna@work.example", outage_id=first.subject_id)
    await answer(hub, first_path, score="1")
    hub.clock[0] += timedelta(seconds=1)
    await answer(hub, second_path, score="5")
    apart = (await outage(hub, first.subject_id))["ratings"]

    owner = int((await card(hub))["customer"]["id"])
    await linking.link(hub.parts.acting, "agent:ann", owner, second.identity_id, reason="")
    together = (await outage(hub, first.subject_id))["ratings"]

    assert (apart["count"], apart["mean"]) == (2, 3.0)
    assert (together["count"], together["mean"]) == (1, 5.0)
    assert [one["score"] for one in (await card(hub))["ratings"]] == [5, 1]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"score": ""},
        {"score": "0"},
        {"score": "6"},
        {"score": "45"},
        {"score": "²"},
        {"score": "4", "comment": "a" * 2001},
    ],
)
async def test_what_is_no_answer_is_asked_again_and_stores_nothing(hub: Hub, fields: dict[str, str]) -> None:
    put, path = await asked(hub)

    status = await answer(hub, path, **fields)

    assert status == 422
    assert (await outage(hub, put.subject_id))["ratings"]["count"] == 0


async def test_a_form_that_is_too_large_is_not_read(hub: Hub) -> None:
    _, path = await asked(hub)

    assert await answer(hub, path, score="4", comment="a" * 40_000) == 413


async def test_a_link_that_we_did_not_sign_opens_nothing(hub: Hub) -> None:
    put, _ = await asked(hub)
    foreign = link(replace(BOOK, secret=b"of another hub"), put)
    nobody = link(BOOK, replace(put, identity_id=12345))

    for path in (foreign, nobody, "/rate/short", "/rate/%00", f"/rate/{'A' * 5000}"):
        assert (await look(hub, path))[0] == 404
        assert await answer(hub, path, score="4") in (404, 410)
    assert await told(hub) == []


async def test_guessing_links_is_slowed_while_an_honest_one_is_shown(hub: Hub) -> None:
    _, path = await asked(hub)
    statuses = [(await look(hub, f"/rate/{number:043d}"))[0] for number in range(TRIES_PER_MINUTE + 2)]

    assert (statuses[0], statuses[-1]) == (404, 429)
    assert (await look(hub, path))[0] == 200
    assert await answer(hub, path, score="4") == 429


async def test_another_sites_form_needs_the_token_and_so_does_ours(hub: Hub) -> None:
    """No cookie is asked for, so none can be abused: the token decides, whatever Origin says."""
    put, path = await asked(hub)
    anonymous = aiohttp.ClientSession()
    async with anonymous, anonymous.post(hub.url + path, data={"score": "3"}, headers={"Origin": "null"}) as got:
        assert got.status == 200

    assert (await outage(hub, put.subject_id))["ratings"]["mean"] == 3.0


async def test_a_comment_is_shown_as_text(hub: Hub) -> None:
    _, path = await asked(hub)
    await answer(hub, path, score="1", comment="<script>alert(1)</script>")

    owner = (await card(hub))["customer"]["id"]

    assert "<script>alert(1)" not in await page(hub, f"/customers/{owner}")
    async with hub.http.get(hub.url + path) as got:
        assert "<script>alert(1)" not in await got.text()


async def test_ratings_are_paged_newest_first(hub: Hub) -> None:
    outage_id = None
    for number in range(5):
        put, path = await asked(hub, email=f"c{number}@example.com", outage_id=outage_id)
        outage_id = put.subject_id
        hub.clock[0] += timedelta(seconds=1)
        await answer(hub, path, score=str(number % 5 + 1))
    scores, before = [], ""
    while before is not None:
        url = f"{hub.url}/api/v1/ratings?outage_id={outage_id}&limit=2&before={before}"
        async with hub.http.get(url, headers=hub.admin()) as got:
            found = await got.json()
        scores += [one["score"] for one in found["items"]]
        before = found["next"]
    async with hub.http.get(f"{hub.url}/api/v1/ratings?limit=1", headers=hub.admin()) as got:
        every = await got.json()

    assert scores == [5, 4, 3, 2, 1]
    assert [one["score"] for one in every["items"]] == [5]


async def test_a_link_leads_to_where_the_world_reaches_us(hub: Hub) -> None:
    put, path = await asked(hub)

    assert link(replace(BOOK, public_url="https://help.example"), put) == f"https://help.example{path}"
