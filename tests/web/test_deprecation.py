"""A route that will go: what its callers and readers of the description are told. None will today, so here is one."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web

from channelhub.web import openapi, tokens
from channelhub.web.auth import PUBLIC
from channelhub.web.deprecation import Deprecation
from channelhub.web.mounts import Mounts
from channelhub.web.pages import documentation
from channelhub.web.problems import Kind, Problem
from channelhub.web.routes.table import routes
from channelhub.web.routing import Route
from channelhub.web.server import WebServer
from tests.web.conftest import Hub

SINCE = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
SUNSET = datetime(2027, 6, 30, 23, 59, 59, tzinfo=UTC)
TOLD = {
    "Deprecation": "@1798761599",
    "Sunset": "Wed, 30 Jun 2027 23:59:59 GMT",
    "Link": '</api/docs#new>; rel="deprecation"; type="text/html"',
}


async def old(request: web.Request) -> web.Response:
    if "refuse" in request.query:
        raise Problem(Kind.NOT_FOUND, "There is none.")
    return web.Response(text="old")


ROUTE = Route(
    method="GET", path="/old", handler=old, summary="The old way", roles=PUBLIC, media_type="text/plain",
    problems=(404,), deprecation=Deprecation(since=SINCE, sunset=SUNSET, link="/api/docs#new"),
)  # fmt: skip
NEW = Route(method="GET", path="/new", handler=old, summary="The new way", roles=PUBLIC, media_type="text/plain")


@pytest.fixture
async def url(hub: Hub) -> AsyncIterator[str]:
    """A server of our own routes, beside the hub's and over its parts."""
    table = [ROUTE, NEW, *documentation.routes([ROUTE, NEW])]
    server = WebServer(hub.parts, mounts=Mounts(), local_token=tokens.mint(), table=table)
    await server.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        await server.stop()


async def headers_of(http: aiohttp.ClientSession, url: str) -> dict[str, str]:
    async with http.get(url) as answer:
        return {name: answer.headers[name] for name in TOLD if name in answer.headers}


async def test_every_answer_of_it_says_so_and_no_answer_of_another_does(hub: Hub, url: str) -> None:
    answered, refused, other = await asyncio.gather(
        *(headers_of(hub.http, url + path) for path in ("/old", "/old?refuse=1", "/new"))
    )

    assert answered == refused == TOLD
    assert other == {}


async def test_the_description_marks_it(hub: Hub, url: str) -> None:
    async with hub.http.get(f"{url}/api/openapi.json") as answer:
        paths = (await answer.json())["paths"]
    async with hub.http.get(f"{url}/api/docs") as answer:
        page = await answer.text()
    operation = paths["/old"]["get"]

    assert operation["deprecated"] is True
    assert "it ends on 2027-06-30" in operation["description"]
    assert {name: one["schema"]["const"] for name, one in operation["responses"]["404"]["headers"].items()} == TOLD
    assert "deprecated" not in paths["/new"]["get"]
    assert page.count("Deprecated since 2026-12-31; it ends on 2027-06-30") == 1


def test_nothing_ends_before_it_is_deprecated() -> None:
    with pytest.raises(ValueError, match="end before"):
        Deprecation(since=SINCE, sunset=SINCE - timedelta(seconds=1))


def test_without_a_decided_end_only_the_begin_is_told() -> None:
    assert Deprecation(since=SINCE).headers() == {"Deprecation": TOLD["Deprecation"]}


def test_nothing_is_deprecated_today() -> None:
    assert not any(
        "deprecated" in operation
        for methods in openapi.document(routes(), server_url="http://localhost")["paths"].values()
        for operation in methods.values()
    )
