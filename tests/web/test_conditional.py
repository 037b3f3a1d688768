"""ETag, If-None-Match and If-Match, over a running server."""

import asyncio
from typing import Any

import pytest

from channelhub.web.routes.table import routes
from tests.web.conftest import Hub
from tests.web.flow import receive

URL = "https://crm.example.com/hooks"


async def ask(hub: Hub, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with hub.http.request(method, f"{hub.url}/api/v1{path}", json=body, headers=hub.admin() | named) as answer:
        text = await answer.text()
        return answer.status, await answer.json(content_type=None) if text else None, answer.headers.get("ETag", "")


async def incident_path(hub: Hub) -> str:
    await receive(hub, "Де моє замовлення?")
    _, page, _ = await ask(hub, "GET", "/incidents")
    return f"/incidents/{page['items'][0]['id']}"


async def test_an_unchanged_thing_is_not_sent_again_and_a_changed_one_is(hub: Hub) -> None:
    path = await incident_path(hub)
    _, incident, tag = await ask(hub, "GET", path)
    same = [await ask(hub, "GET", path, If_None_Match=held) for held in (tag, f"W/{tag}", f'"other", {tag}', "*")]
    other, whole, _ = await ask(hub, "GET", path, If_None_Match='"other"')
    await ask(hub, "PATCH", path, {"version": incident["version"], "assignee": "Olha"})
    changed, newer, new_tag = await ask(hub, "GET", path, If_None_Match=tag)

    assert same == [(304, None, tag)] * 4
    assert (other, whole) == (200, incident)
    assert (changed, newer["assignee"]) == (200, "Olha")
    assert new_tag != tag


async def test_a_change_is_made_only_to_what_the_client_read(hub: Hub) -> None:
    path = await incident_path(hub)
    _, incident, tag = await ask(hub, "GET", path)
    change = {"version": incident["version"], "assignee": "Olha"}
    refused = [await ask(hub, "PATCH", path, change, If_Match=named) for named in ('"other"', f"W/{tag}", "17")]
    _, untouched, _ = await ask(hub, "GET", path)
    made, _, _ = await ask(hub, "PATCH", path, change, If_Match=tag)
    stale, problem, _ = await ask(hub, "PATCH", path, change | {"version": incident["version"] + 1}, If_Match=tag)
    nothing, _, _ = await ask(hub, "PATCH", "/incidents/999", change, If_Match="*")

    assert [status for status, _, _ in refused] == [412] * 3
    assert untouched == incident
    assert (made, stale, nothing) == (200, 412, 404)
    assert problem["type"] == "/problems/precondition-failed"


async def test_of_many_changes_under_one_tag_one_is_made_also_without_a_version(hub: Hub) -> None:
    _, made, _ = await ask(hub, "POST", "/webhooks", {"url": URL})
    path = f"/webhooks/{made['webhook']['id']}"
    _, _, tag = await ask(hub, "GET", path)
    answers = await asyncio.gather(
        *(ask(hub, "PATCH", path, {"description": f"{number}"}, If_Match=tag) for number in range(5))
    )
    statuses = sorted(status for status, _, _ in answers)

    assert statuses[0] == 200
    assert set(statuses[1:]) <= {409, 412}


@pytest.fixture
def settings() -> dict[str, object]:
    async def anywhere(url: str) -> None:
        """No name is looked up here."""

    return {"check_endpoint": anywhere}


async def test_the_document_says_where_tags_are_answered_and_taken(hub: Hub) -> None:
    async with hub.http.get(f"{hub.url}/api/openapi.json") as answer:
        paths = (await answer.json())["paths"]
    things = {route.path for route in routes() if route.is_thing}

    assert "/api/v1/incidents/{id}" in things
    assert "/api/v1/incidents" not in things
    for path in things:
        assert {"304", "200"} <= set(paths[path]["get"]["responses"])
        assert "ETag" in paths[path]["get"]["responses"]["200"]["headers"]
    changing = {route.path for route in routes() if route.method == "PATCH"}
    assert changing <= things
    assert all("412" in paths[path]["patch"]["responses"] for path in changing)
