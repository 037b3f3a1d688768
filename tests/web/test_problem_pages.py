"""Every type of problem is the address of a page that says what it means and what to do."""

import re

import pytest

from channelhub.web import problems
from channelhub.web.pages.texts import LANGUAGES, TEXTS
from channelhub.web.problems import Kind, Problem
from tests.web.conftest import Hub


async def page(hub: Hub, path: str, language: str) -> str:
    async with hub.http.get(hub.url + path, headers={"Accept-Language": language}) as answer:
        text = await answer.text()
    assert answer.status == 200, text
    assert answer.content_type == "text/html"
    return text


@pytest.mark.parametrize("kind", list(Kind), ids=lambda kind: kind.slug)
async def test_the_type_of_each_kind_leads_to_its_page_in_every_language(hub: Hub, kind: Kind) -> None:
    address = problems.document(Problem(kind, "as an answer has it")).type
    for language in LANGUAGES:
        shown = await page(hub, address, language)

        for part in ("title", "means", "do"):
            for piece in TEXTS[language][f"problem_{kind.slug}_{part}"].split("`"):
                assert piece.replace("'", "&#39;") in shown
        assert str(kind.status) in shown
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', shown), "the page needs nothing from elsewhere"


async def test_an_answers_type_is_resolved_against_its_own_address(hub: Hub) -> None:
    async with hub.http.get(f"{hub.url}/api/v1/incidents/7", headers=hub.admin()) as answer:
        problem = await answer.json()
        leads_to = str(answer.url.join(type(answer.url)(problem["type"])))

    assert problem["type"] == "/problems/not-found"
    assert leads_to == f"{hub.url}/problems/not-found"


@pytest.mark.parametrize("language", list(LANGUAGES))
async def test_one_page_lists_them_all(hub: Hub, language: str) -> None:
    shown = await page(hub, "/problems", language)

    assert {f"/problems/{kind.slug}" for kind in Kind} <= set(re.findall(r'href="([^"]+)"', shown))


@pytest.mark.parametrize("name", ["nothing-of-ours", "not-found/", "..%2fnot-found", "%00", "NOT-FOUND"])
async def test_a_type_that_there_is_not_has_no_page(hub: Hub, name: str) -> None:
    async with hub.http.get(f"{hub.url}/problems/{name}") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("language", list(LANGUAGES))
async def test_a_person_is_told_of_a_refusal_in_their_language(hub: Hub, language: str) -> None:
    headers = hub.admin() | {"Accept": "text/html", "Accept-Language": language}
    async with hub.http.get(f"{hub.url}/outages/7", headers=headers) as answer:
        shown = await answer.text()

    assert answer.status == 404
    assert TEXTS[language]["problem_not-found_title"] in shown
    assert 'href="/problems/not-found"' in shown
