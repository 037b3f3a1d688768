"""HEAD asks what GET would answer, without its body (RFC 9110, 9.3.2): the matrix comes from the route table."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from channelhub.web.auth import Role
from channelhub.web.connection import Deadlines
from channelhub.web.routes.table import routes
from channelhub.web.routing import Route
from tests.web.conftest import Hub, running
from tests.web.flow import receive
from tests.web.test_authorization import filled, in_the_hubs_loop, name

READ = [route for route in routes() if route.method == "GET" and route.media_type != "text/event-stream"]
#: What differs between two requests that ask the same; what only a body of unknown length needs.
OF_ITS_MOMENT = frozenset({"date", "ratelimit", "retry-after", "set-cookie", "location", "transfer-encoding"})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    async with running(tmp_path_factory.mktemp("hub"), Deadlines(), {}) as made:
        yield made


async def asked(hub: Hub, method: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    async with hub.http.request(method, hub.url + path, headers=headers, allow_redirects=False) as answer:
        told = {name.lower(): value for name, value in answer.headers.items()}
        kept = {name: value for name, value in told.items() if name not in OF_ITS_MOMENT}
        return answer.status, kept, await answer.read()


@in_the_hubs_loop
@pytest.mark.parametrize("route", READ, ids=name)
async def test_head_is_let_in_refused_and_answered_as_get(shared: Hub, route: Route) -> None:
    for role in (None, *Role):
        headers = {"Accept": "text/html"} | (await shared.token(role) if role else {})
        before = await asked(shared, "GET", filled(route.path), headers)
        status, told, body = await asked(shared, "HEAD", filled(route.path), headers)
        after = await asked(shared, "GET", filled(route.path), headers)  # which may know when the token was used

        assert (status, body) == (before[0], b"")
        assert told in (before[1], after[1])


async def on_the_wire(hub: Hub, path: str, **headers: str) -> bytes:
    """The bytes of an answer to HEAD, and that the connection serves the next request after it."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in (hub.admin() | headers).items())
    reader, writer = await asyncio.open_connection("127.0.0.1", hub.server.port)
    writer.write(f"HEAD {path} HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode())
    writer.write(b"HEAD /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    sent = await reader.read()
    writer.close()
    first, _, rest = sent.partition(b"\r\n\r\n")

    assert rest.startswith(b"HTTP/1.1 ")
    assert rest.endswith(b"\r\n\r\n")
    return first


async def test_what_is_sent_in_pieces_sends_none_to_head(hub: Hub) -> None:
    message_id = await receive(hub, "Оплата не проходить", email="ann@example.com")
    path = f"/api/v1/messages/{message_id}"
    async with hub.http.get(hub.url + path, headers=hub.admin()) as answer:
        customer = (await answer.json())["customer_id"]
    answers = [
        await on_the_wire(hub, "/api/v1/messages", Accept="text/csv"),
        await on_the_wire(hub, f"/api/v1/customers/{customer}/export"),
        await on_the_wire(hub, f"{path}/raw"),
        await on_the_wire(hub, f"/customers/{customer}"),
    ]

    assert [one.split()[1] for one in answers] == [b"200"] * 4
    assert b"text/csv" in answers[0]
    assert b"application/zip" in answers[1]


async def test_head_shows_a_customer_to_nobody(hub: Hub) -> None:
    """So neither a look nor an export stands in the audit."""
    message_id = await receive(hub, "Оплата не проходить", email="ann@example.com")
    async with hub.http.get(f"{hub.url}/api/v1/messages/{message_id}", headers=hub.admin()) as answer:
        customer = (await answer.json())["customer_id"]
    assert hub.parts.looks is not None
    await hub.parts.looks.write()
    before = await lines(hub)
    for path in (f"/customers/{customer}", f"/messages/{message_id}", f"/api/v1/customers/{customer}/export"):
        status, _, _ = await asked(hub, "HEAD", path, hub.admin())
        assert status == 200
    await hub.parts.looks.write()

    assert before
    assert await lines(hub) == before


async def lines(hub: Hub) -> list[object]:
    """What the audit holds of customers."""
    async with hub.http.get(f"{hub.url}/api/v1/audit", headers=hub.admin()) as answer:
        return list((await answer.json())["items"])


async def test_head_uses_no_sign_in_link_up(hub: Hub) -> None:
    async with hub.http.post(f"{hub.url}/api/v1/signin-links", json={"role": "agent"}, headers=hub.admin()) as answer:
        assert answer.status == 201, await answer.text()
        path = "/signin/" + (await answer.json())["url"].rpartition("/")[2]
    statuses = [(await asked(hub, method, path, {}))[0] for method in ("HEAD", "HEAD", "GET")]

    assert statuses == [200, 200, 200]


async def test_a_stream_has_no_head(hub: Hub) -> None:
    async with hub.http.head(f"{hub.url}/api/v1/stream", headers=hub.admin()) as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET")
