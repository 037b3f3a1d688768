"""Whatever is sent to whichever route, the answer is a clear refusal, never a defect."""

import re

import pytest

from channelhub.web.routes.table import routes
from channelhub.web.routing import Route
from tests.web.conftest import Hub
from tests.web.flow import receive

pytestmark = pytest.mark.slow

BODIES = [
    b"",
    b"null",
    b"[]",
    b'"text"',
    b"{",
    b"\xff\xfe",
    b'{"a":' * 5000,
    b'{"version": NaN}',
    b'{"version": 1' + b"0" * 100_000 + b"}",
    b'{"version": -1, "state": {}, "text": []}',
    rb'{"text": "\ud800", "name": "\udfff", "role": "admin", "version": 1, "assignee": "\ud800"}',
    b'{"text": "a\\u0000b", "name": "\\u0000", "role": "agent", "version": 1, "assignee": "\\u0000"}',
    b'{"version": 1, "version": 2}',
]
IDS = [
    "0",
    "1024",
    "-1",
    "9223372036854775807",
    "9223372036854775808",
    "9" * 400,
    "%00",
    "%F0%9F%92%A5",
    "..%2f",
    "NaN",
]
WRITING = [route for route in routes() if route.method != "GET" and "signin" not in route.path]
WITH_IDS = [route for route in routes() if "{" in route.path and "signin" not in route.path]


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


def filled(path: str, value: str) -> str:
    return re.sub(r"\{[a-z_]+\}", value, path)


@pytest.mark.parametrize("route", WRITING, ids=name)
async def test_any_body(hub: Hub, route: Route) -> None:
    await receive(hub, "something to aim at")
    kinds = ["application/json", "application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"]
    for body in BODIES:
        for kind in kinds:
            async with hub.http.request(
                route.method,
                hub.url + filled(route.path, "1024"),
                data=body,
                headers=hub.admin() | {"Content-Type": kind},
                allow_redirects=False,
            ) as answer:
                text = await answer.text()

            assert answer.status < 500, (body[:80], kind, text)


@pytest.mark.parametrize("route", WITH_IDS, ids=name)
async def test_any_id(hub: Hub, route: Route) -> None:
    for value in IDS:
        async with hub.http.request(
            route.method, hub.url + filled(route.path, value), headers=hub.admin(), allow_redirects=False
        ) as answer:
            text = await answer.text()

        assert answer.status < 500, (value, text)
