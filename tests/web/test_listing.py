"""Every list also as CSV and JSON Lines: a page with a link to the next, or all of it; never a part for the whole."""

import asyncio
import csv
import io
import json
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from channelhub.store import tokens as token_store
from channelhub.web import listing, rows
from channelhub.web.deprecation import Deprecation
from channelhub.web.listing import EXPORTS
from channelhub.web.mounts import Mounts
from channelhub.web.openapi import document
from channelhub.web.routes.table import API
from channelhub.web.server import WebServer
from tests.web.conftest import BEGAN, Hub
from tests.web.flow import receive

LISTS = [route for route in API if route.is_list]
CSV, LINES = {"Accept": "text/csv"}, {"Accept": "application/x-ndjson"}


async def get(hub: Hub, path: str, accept: dict[str, str], **headers: str) -> tuple[str, aiohttp.ClientResponse]:
    async with hub.http.get(f"{hub.url}/api/v1{path}", headers=hub.admin() | headers | accept) as answer:
        return (await answer.read()).decode(), answer


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
async def sent(hub: Hub) -> list[str]:
    """Five messages, one of them an attack on who opens the list."""
    texts = ["Оплата не проходить", '=HYPERLINK("https://evil.example")', 'a "quoted", one', "two\nlines", "-1"]
    return [await receive(hub, text, subject=text[:9], email=f"c{n}@example.com") for n, text in enumerate(texts)]


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.path)
async def test_every_list_has_its_columns_as_documented(hub: Hub, sent: list[str], route: Any) -> None:
    card, _ = await get(hub, "/customers/lookup?identity=email:c0@example.com", {})
    ids = {"customers": json.loads(card)["customer"]["id"], "messages": sent[0], "outages": "1", "webhooks": "1"}
    path = route.path.removeprefix("/api/v1")
    path = path.replace("{id}", ids.get(path.split("/")[1], "1")) + ("?q=a" if path == "/customers" else "")
    plain, asked = await get(hub, path, {})
    text, answer = await get(hub, path, CSV)
    if asked.status == 404:  # a list of a thing that isn't in this hub
        assert (answer.status, text) == (404, plain)
        return
    described = document(API, server_url="")["paths"][route.path]["get"]["responses"]["200"]["content"]["text/csv"]
    items = json.loads(plain)["items"]

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert text.split("\r\n")[0].split(",") == described["x-columns"]
    assert len(table(text)) == len(items)
    assert (await get(hub, path, LINES))[0] == "".join(map(rows.json_line, items))


async def test_a_whole_list_is_sent_page_by_page(hub: Hub, sent: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    text, answer = await get(hub, "/messages?account=shop", CSV)
    lines, _ = await get(hub, f"/messages?account=shop&after={sent[1]}", LINES)

    assert [row["id"] for row in table(text)] == sent
    assert [json.loads(line)["id"] for line in lines.splitlines()] == sent[2:]
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert answer.headers["Vary"] == "Accept"


async def test_a_page_names_the_next_one(hub: Hub, sent: list[str]) -> None:
    found, path = [], "/messages?account=shop&limit=2"
    while path:
        text, answer = await get(hub, path, CSV)
        found.append([row["id"] for row in table(text)])
        following = answer.links.get("next")
        path = str(following["url"].relative()).removeprefix("/api/v1") if following else ""

    assert found == [sent[:2], sent[2:4], sent[4:]]


async def test_what_customers_wrote_is_no_formula_and_is_whole(hub: Hub, sent: list[str]) -> None:
    plain, _ = await get(hub, "/incidents", {})
    text, _ = await get(hub, "/incidents", CSV)
    subjects = [row["subject"] for row in table(text)]

    assert [rows.plain_text(one) for one in subjects] == [one["subject"] for one in json.loads(plain)["items"]]
    assert "'=HYPERLIN" in subjects
    assert not [one for one in subjects if one[:1] in tuple("=+-@")]


async def test_a_byte_order_mark_comes_only_where_it_is_asked_for(hub: Hub, sent: list[str]) -> None:
    marked, _ = await get(hub, "/incidents", {"Accept": "text/csv; bom=true"})
    plain, _ = await get(hub, "/incidents", CSV)

    assert marked == "\ufeff" + plain


async def test_what_is_refused_is_refused_as_ever(hub: Hub) -> None:
    wrong, answer = await get(hub, "/incidents?state=none", CSV)
    async with hub.http.get(f"{hub.url}/api/v1/incidents", headers=CSV) as nobody:
        assert nobody.status == 401

    assert answer.status == 422
    assert json.loads(wrong)["errors"] == {"state": json.loads(wrong)["errors"]["state"]}


async def test_only_so_many_are_sent_whole_at_once(hub: Hub) -> None:
    exports = hub.server._runner.app[EXPORTS]
    exports.update(range(listing.MOST_EXPORTS))
    _, answer = await get(hub, "/incidents", CSV)
    _, page = await get(hub, "/incidents?limit=5", CSV)
    exports.clear()
    _, after = await get(hub, "/incidents", CSV)

    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert (page.status, after.status, exports) == (200, 200, set())


async def test_a_list_whose_token_ends_meanwhile_is_cut_off(
    hub: Hub, sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 1)
    agent = await hub.token("agent")
    reading = listing._page

    async def revoked_at_the_second_page(request: Any, route: Any) -> dict[str, Any]:
        found = await reading(request, route)
        if request.query.get("after"):
            await hub.store.writer.command(lambda session: token_store.revoke(session, 1, at=BEGAN))
            hub.server.security.authenticator.forget()
        return found

    monkeypatch.setattr(listing, "_page", revoked_at_the_second_page)
    with pytest.raises((aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, ConnectionError)):
        await get(hub, "/messages", CSV, **agent)
    assert hub.server._runner.app[EXPORTS] == set()


async def test_a_list_that_breaks_on_the_way_is_cut_off(
    hub: Hub, sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 1)
    reading = listing._page

    async def breaking(request: Any, route: Any) -> dict[str, Any]:
        if request.query.get("after"):
            raise OSError("the disk is gone")
        return await reading(request, route)

    monkeypatch.setattr(listing, "_page", breaking)
    with pytest.raises((aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, ConnectionError)):
        await get(hub, "/messages", CSV)
    async with asyncio.timeout(60):
        _, answer = await get(hub, "/messages?limit=1", CSV)
    assert answer.status == 200


async def test_only_as_much_is_read_as_the_client_takes(
    hub: Hub, sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page is read when the one before has gone out: at no time are two of them held."""
    monkeypatch.setattr(listing, "PAGE", 1)
    steps: list[str] = []
    reading, writing = listing._page, aiohttp.web.StreamResponse.write

    async def read(request: Any, route: Any) -> dict[str, Any]:
        steps.append("read")
        return await reading(request, route)

    async def write(self: Any, data: Any) -> None:
        await writing(self, data)
        steps.append("written")

    monkeypatch.setattr(listing, "_page", read)
    monkeypatch.setattr(aiohttp.web.StreamResponse, "write", write)
    await get(hub, "/messages", LINES)

    assert len(steps) >= 2 * len(sent)
    assert steps == ["read", "written"] * (len(steps) // 2)


async def test_a_list_that_will_go_names_its_next_page_too(hub: Hub, sent: list[str]) -> None:
    going = Deprecation(since=BEGAN, link="/api/docs#new")
    table = [replace(route, deprecation=going) for route in LISTS if route.path == "/api/v1/messages"]
    server = WebServer(hub.parts, mounts=Mounts(), local_token=hub.local_token, table=table)
    await server.start()
    try:
        address = f"http://127.0.0.1:{server.port}/api/v1/messages?limit=2"
        async with hub.http.get(address, headers=hub.admin() | CSV) as answer:
            assert set(answer.links) == {"next", "deprecation"}
    finally:
        await server.stop()
