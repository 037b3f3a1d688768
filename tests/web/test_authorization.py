"""Who may do what: the matrix comes from the route table, so a new route is tested by being there."""

import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from channelhub.store import tokens as token_store
from channelhub.web.auth import CACHE_S, FAILURES_PER_MINUTE, Role
from channelhub.web.connection import Deadlines
from channelhub.web.routes.table import routes
from channelhub.web.routing import Route
from channelhub.web.throttle import FailureLimit
from tests.web.conftest import Hub, running

#: All tests with `shared` run in the loop that its hub lives in.
in_the_hubs_loop = pytest.mark.asyncio(loop_scope="module")
GUARDED = [route for route in routes() if route.needs_token]
STREAMING = "text/event-stream"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    """One hub for what every route is asked: nothing that is asked here changes what the others are answered."""
    async with running(tmp_path_factory.mktemp("hub"), Deadlines(), {}) as made:
        yield made


def filled(path: str) -> str:
    """The address with ids that name nothing."""
    return re.sub(r"\{[a-z_]+(:[^}]*)?\}", "999999999", path)


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


async def status_of(hub: Hub, route: Route, headers: dict[str, str]) -> tuple[int, aiohttp.typedefs.LooseHeaders]:
    async with hub.http.request(
        route.method, hub.url + filled(route.path), headers=headers, allow_redirects=False
    ) as answer:
        return answer.status, answer.headers


@in_the_hubs_loop
@pytest.mark.parametrize("route", GUARDED, ids=name)
async def test_without_a_token_every_guarded_route_says_401(
    shared: Hub, route: Route, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody_failed_yet = FailureLimit(per_minute=FAILURES_PER_MINUTE)
    monkeypatch.setattr(shared.server.security.authenticator, "_failures", nobody_failed_yet)
    nothing, headers = await status_of(shared, route, {})
    wrong, _ = await status_of(shared, route, {"Authorization": "Bearer chub_" + "x" * 43})
    basic, _ = await status_of(shared, route, {"Authorization": "Basic YTpi"})

    assert (nothing, wrong, basic) == (401, 401, 401)
    assert "WWW-Authenticate" in headers


@in_the_hubs_loop
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("route", GUARDED, ids=name)
async def test_each_role_is_let_in_or_refused_as_the_table_says(shared: Hub, route: Route, role: Role) -> None:
    status, _ = await status_of(shared, route, await shared.token(role))

    if role in route.roles:
        assert status not in (401, 403)
        assert status < 500
    else:
        assert status == 403


async def test_an_admin_may_do_everything() -> None:
    assert all(Role.ADMIN in route.roles for route in GUARDED)


@in_the_hubs_loop
@pytest.mark.parametrize("route", routes(), ids=name)
async def test_every_answer_carries_the_security_headers(shared: Hub, route: Route) -> None:
    for headers in ({}, shared.admin()):
        _, got = await status_of(shared, route, headers)

        assert got["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in got["Content-Security-Policy"]
        assert "unsafe-inline" not in got["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in got["Content-Security-Policy"]
        assert got["Cross-Origin-Opener-Policy"] == "same-origin"
        assert got["Referrer-Policy"] in ("no-referrer", "same-origin")
        assert "Server" not in got


@pytest.mark.parametrize(
    "path", ["/nowhere", "/api/v1/nowhere", "/api/v1/customers/%00", "/hooks/nobody", "//", "/%ff"]
)
async def test_unknown_addresses_are_a_404_problem(hub: Hub, path: str) -> None:
    async with hub.http.get(hub.url + path, headers=hub.admin()) as answer:
        problem = await answer.json(content_type=None)

    assert (answer.status, problem["status"]) == (404, 404)
    assert answer.content_type == "application/problem+json"


async def test_another_method_is_a_405_problem_that_names_the_right_ones(hub: Hub) -> None:
    async with hub.http.delete(f"{hub.url}/api/v1/messages", headers=hub.admin()) as answer:
        problem = await answer.json(content_type=None)

    assert answer.status == 405
    assert "POST" in answer.headers["Allow"]
    assert "GET" in problem["detail"]


async def test_a_revoked_token_ends_within_a_second(hub: Hub) -> None:
    headers = await hub.token("agent")
    url = f"{hub.url}/api/v1/messages"
    async with hub.http.get(url, headers=headers) as answer:
        before = answer.status
    async with hub.store.readers.read() as session:
        [stored] = await token_store.page(session, after=0, limit=10)
    await hub.store.writer.command(lambda session: token_store.revoke(session, stored.id, at=hub.clock[0]))
    hub.server.security.authenticator.forget()
    async with hub.http.get(url, headers=headers) as answer:
        after = answer.status

    assert (before, after) == (200, 401)
    assert CACHE_S <= 1.0
    assert stored.used_at is not None or before == 200


async def test_guessing_tokens_is_slowed_while_a_valid_one_still_works(hub: Hub) -> None:
    statuses = []
    for guess in range(35):
        async with hub.http.get(
            f"{hub.url}/api/v1/messages", headers={"Authorization": f"Bearer chub_{guess}"}
        ) as answer:
            statuses.append(answer.status)
            retry_after = answer.headers.get("Retry-After", "")
    async with hub.http.get(f"{hub.url}/api/v1/messages", headers=hub.admin()) as answer:
        valid = answer.status

    assert (statuses[0], statuses[-1], valid) == (401, 429, 200)
    assert 0 < int(retry_after) <= 61


async def test_the_local_token_is_readable_by_its_user_only(hub: Hub) -> None:
    mode = (hub.parts.state_dir / "local.token").stat().st_mode & 0o777

    assert mode == 0o600
