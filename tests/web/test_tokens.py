"""Tokens of less than a role, tokens that end, and when they were last used."""

import re
from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from channelhub.store import audit as trail
from channelhub.store import tokens as token_store
from channelhub.store.tokens import Token
from channelhub.web import tokens
from channelhub.web.auth import MARK_USED_EVERY, Role
from channelhub.web.connection import Deadlines
from channelhub.web.routes.table import API, routes
from channelhub.web.scopes import BUNDLES, Scope, least_role, scope_of
from tests.web.conftest import BEGAN, Hub, running

GUARDED = [route for route in routes() if route.needs_token]
WHOLE_ROLE_ONLY = {
    "/api/v1/tokens", "/api/v1/tokens/{id}", "/api/v1/signin-links", "/api/v1/me", "/api/v1/users",
    "/api/v1/customers/{id}/export", "/api/v1/users/{id}", "/api/v1/users/{id}/sign-in-link",
    "/api/v1/users/{id}/reset", "/api/v1/audit", "/api/v1/customers/{id}/erasure", "/api/v1/erasures",
    "/api/v1/erasures/{id}",
}  # fmt: skip
in_the_hubs_loop = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    async with running(tmp_path_factory.mktemp("hub"), Deadlines(), {}) as made:
        yield made


async def made(
    hub: Hub, role: str = "admin", scopes: Iterable[str] = (), expires_at: datetime | None = None
) -> dict[str, str]:
    token = tokens.mint()
    await hub.store.writer.command(
        lambda session: token_store.add(
            session, name="bench", role=role, account="", digest=tokens.digest(token), at=BEGAN, scopes=scopes,
            expires_at=expires_at,
        )
    )  # fmt: skip
    return {"Authorization": f"Bearer {token}"}


async def asked(hub: Hub, method: str, path: str, headers: dict[str, str], body: object = None) -> tuple[int, Any, Any]:
    async with hub.http.request(method, hub.url + path, headers=headers, json=body, allow_redirects=False) as answer:
        is_json = answer.content_type.endswith("json")
        return answer.status, await answer.json(content_type=None) if is_json else None, answer.headers


async def stored(hub: Hub) -> list[Token]:
    async with hub.store.readers.read() as session:
        return await token_store.page(session, after=0, limit=100)


def test_every_route_that_needs_a_token_has_a_scope_or_takes_a_whole_role() -> None:
    without = {route.path for route in API if route.needs_token and scope_of(route) is None}

    assert without == WHOLE_ROLE_ONLY
    assert {scope_of(route) for route in API} - {None} == set(Scope)
    assert all(scope_of(route) is None for route in routes() if route.is_page)


@pytest.mark.parametrize("role", list(Role))
def test_a_roles_bundle_is_what_the_routes_let_it_do(role: Role) -> None:
    assert BUNDLES[role] == {scope_of(route) for route in API if role in route.roles} - {None}


@pytest.mark.parametrize("scope", list(Scope))
def test_a_scope_alone_gets_the_least_role_that_opens_all_of_its_routes(scope: Scope) -> None:
    opened = [route.roles for route in API if scope_of(route) is scope]
    least = next(role for role in reversed(Role) if all(role in roles for roles in opened))

    assert least_role([scope]) is least


@in_the_hubs_loop
@pytest.mark.parametrize("route", GUARDED, ids=lambda route: f"{route.method} {route.path}")
async def test_a_route_opens_to_its_own_scope_and_to_no_other(shared: Hub, route: Any) -> None:
    scope, path = scope_of(route), re.sub(r"\{[a-z_]+(:[^}]*)?\}", "999999999", route.path)
    others = [one for one in Scope if one is not scope]
    refused, problem, headers = await asked(shared, route.method, path, await made(shared, scopes=others))

    assert refused == 403
    if scope is not None:
        if route.path != "/api/v1/stream":  # it never ends
            status, _, _ = await asked(shared, route.method, path, await made(shared, scopes=[scope]))
            assert status not in (401, 403)
        assert problem["detail"] == f"This token lacks the scope {scope}."
        assert f'error="insufficient_scope", scope="{scope}"' in headers["WWW-Authenticate"]


@in_the_hubs_loop
async def test_a_scope_never_adds_to_the_role(shared: Hub) -> None:
    narrowed = await made(shared, role="agent", scopes=[Scope.READ_HUB])
    accounts, _, _ = await asked(shared, "GET", "/api/v1/connectors", narrowed)
    sending, _, _ = await asked(shared, "GET", "/api/v1/sending", narrowed)

    assert (accounts, sending) == (200, 403)


@in_the_hubs_loop
async def test_a_message_needs_the_scope_on_the_short_way_as_well(shared: Hub) -> None:
    reading, writing = await made(shared, scopes=[Scope.READ_MESSAGES]), await made(shared, scopes=["write:messages"])
    path, statuses = "/api/v1/messages", []
    for number in range(3):  # the first goes the long way, since the token isn't known yet
        body = {"account": "shop", "external_id": f"scoped-{number}", "text": "late"}
        await asked(shared, "GET", path, reading)
        statuses += [(await asked(shared, "POST", path, headers, body))[0] for headers in (reading, writing)]

    assert statuses == [403, 202] * 3


@in_the_hubs_loop
async def test_metrics_are_for_a_token_that_reads_the_hub(shared: Hub) -> None:
    away = {"X-Forwarded-For": "203.0.113.9"}
    reading, _, _ = await asked(shared, "GET", "/metrics", away | await made(shared, scopes=[Scope.READ_HUB]))
    other, _, _ = await asked(shared, "GET", "/metrics", away | await made(shared, scopes=[Scope.READ_OUTAGES]))

    assert (reading, other) == (200, 403)


async def test_a_token_ends_at_its_time_with_a_problem_of_its_own(hub: Hub) -> None:
    ends = await made(hub, role="agent", expires_at=BEGAN + timedelta(hours=1))
    before, _, _ = await asked(hub, "GET", "/api/v1/messages", ends)
    hub.clock[0] += timedelta(hours=1)
    hub.server.security.authenticator.forget()
    after, problem, headers = await asked(hub, "GET", "/api/v1/messages", ends)

    assert (before, after) == (200, 401)
    assert problem["type"] == "/problems/token-expired"
    assert "2026-03-02T10:00:00+00:00" in problem["detail"]
    assert 'error="invalid_token"' in headers["WWW-Authenticate"]


async def test_a_client_that_goes_on_with_an_expired_token_is_slowed(hub: Hub) -> None:
    gone = await made(hub, expires_at=BEGAN)
    statuses = {(await asked(hub, "GET", "/api/v1/messages", gone))[0] for _ in range(35)}

    assert statuses == {401, 429}


async def test_last_use_is_written_beside_the_request_once_a_minute(hub: Hub) -> None:
    headers = await made(hub, role="agent")
    seen = []
    for later in (timedelta(), MARK_USED_EVERY / 2, MARK_USED_EVERY):
        hub.clock[0] = BEGAN + later
        hub.server.security.authenticator.forget()
        await asked(hub, "GET", "/api/v1/messages", headers)
        await hub.server.security.authenticator.close()  # what is being written is written
        seen += [one.used_at for one in await stored(hub)]

    assert seen == [BEGAN, BEGAN, BEGAN + MARK_USED_EVERY]


async def test_a_session_ends_with_the_token_that_opened_it_and_scopes_open_none(hub: Hub) -> None:
    ends, narrow = (
        await made(hub, role="agent", expires_at=BEGAN + timedelta(hours=1)),
        await made(hub, role="agent", scopes=[Scope.READ_CUSTOMERS]),
    )
    entered = []
    for headers in (narrow, ends):
        form = {"token": headers["Authorization"].removeprefix("Bearer ")}
        async with hub.http.post(
            f"{hub.url}/signin", data=form, headers={"Sec-Fetch-Site": "same-origin"}, allow_redirects=False
        ) as answer:
            entered.append(answer.status)
    inside, _, _ = await asked(hub, "GET", "/", {})
    hub.clock[0] += timedelta(hours=1)
    hub.server.security.authenticator.forget()
    outside, _, _ = await asked(hub, "GET", "/", {})

    assert (entered, inside, outside) == ([403, 303], 200, 401)


async def test_a_token_is_made_with_scopes_and_an_end_and_listed_with_both(hub: Hub) -> None:
    body = {"name": "board", "scopes": ["read:outages", "read:incidents"], "expires_at": "2026-05-31T00:00:00Z"}
    status, answer, _ = await asked(hub, "POST", "/api/v1/tokens", hub.admin(), body)
    _, listed, _ = await asked(hub, "GET", "/api/v1/tokens", hub.admin())
    [one] = listed["items"]
    used, _, _ = await asked(hub, "GET", "/api/v1/outages", {"Authorization": f"Bearer {answer['token']}"})

    assert (status, used) == (201, 200)
    assert (one["role"], one["scopes"]) == ("reader", ["read:incidents", "read:outages"])
    assert (one["expires_at"], one["used_at"]) == ("2026-05-31T00:00:00Z", None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x"}, "role"),
        ({"name": "x", "role": "ingest", "scopes": ["read:customers"]}, "scopes"),
        ({"name": "x", "scopes": ["read:everything"]}, "scopes[0]"),
        ({"name": "x", "scopes": ["read:outages"], "account": "shop"}, "account"),
        ({"name": "x", "role": "agent", "expires_at": "2026-03-02T09:00:00Z"}, "expires_at"),
        ({"name": "x", "role": "agent", "expires_at": "2027-03-02T09:00:00"}, "expires_at"),
    ],
)
async def test_a_token_that_makes_no_sense_is_refused_with_the_field(hub: Hub, body: object, field: str) -> None:
    status, problem, _ = await asked(hub, "POST", "/api/v1/tokens", hub.admin(), body)

    assert (status, list(problem["errors"])) == (422, [field])
    assert await stored(hub) == []


async def test_admins_see_on_the_page_which_tokens_there_are_and_agents_do_not(hub: Hub) -> None:
    await made(hub, role="agent", scopes=[Scope.READ_OUTAGES], expires_at=BEGAN)
    seen = []
    for role in ("admin", "agent"):
        async with hub.http.get(f"{hub.url}/accounts", headers=await made(hub, role=role)) as answer:
            seen.append(await answer.text())

    assert "read:outages" in seen[0]
    assert "expired" in seen[0]
    assert "read:outages" not in seen[1]


async def test_who_made_and_who_ended_a_token_is_kept_without_the_token(hub: Hub) -> None:
    wanted = {"name": "board", "scopes": ["read:outages"], "expires_at": "2027-01-31T00:00:00Z"}
    async with hub.http.post(f"{hub.url}/api/v1/tokens", json=wanted, headers=hub.admin()) as answer:
        made = await answer.json()
    boss = await hub.token("admin")
    statuses = []
    for _ in range(2):
        async with hub.http.delete(f"{hub.url}/api/v1/tokens/{made['id']}", headers=boss) as answer:
            statuses.append(answer.status)
    async with hub.store.readers.read() as session:
        ended, begun = await trail.page(session, trail.Wanted(), before=1 << 62, limit=10)

    assert statuses == [204, 404]
    assert (begun.actor, begun.action, begun.target) == ("admin:local", "token.make", made["id"])
    assert begun.detail == {
        "name": "board", "role": "reader", "scopes": "read:outages", "expires_at": "2027-01-31T00:00:00+00:00",
    }  # fmt: skip
    assert (ended.actor, ended.action, ended.target) == ("admin:admin of a test", "token.revoke", made["id"])
    assert made["token"] not in f"{begun}{ended}"
