"""People who sign in, over the API: made, changed, reset, let in by a link."""

from datetime import timedelta
from typing import Any

import pytest

from channelhub.store import audit
from tests.web.conftest import Hub

OURS = {"Sec-Fetch-Site": "same-origin"}


async def call(hub: Hub, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, Any]:
    shown = hub.admin() | headers
    async with hub.http.request(method, f"{hub.url}/api/v1{path}", json=body, headers=shown) as answer:
        text = await answer.read()
        return answer.status, await answer.json(content_type=None) if text else None, answer.headers


async def test_a_person_is_made_once_and_listed_without_what_lets_them_in(hub: Hub) -> None:
    body = {"login": "kate", "name": "Kate", "role": "lead", "password": "correct horse battery"}
    status, made, _ = await call(hub, "POST", "/users", body)
    again, problem, _ = await call(hub, "POST", "/users", {"login": "kate"})
    _, listed, _ = await call(hub, "GET", "/users")
    _, found, _ = await call(hub, "GET", "/users?login=kate")
    _, none, _ = await call(hub, "GET", "/users?login=olena")

    assert (status, again) == (201, 409)
    assert "kate" in problem["detail"]
    assert (made["role"], made["has_password"], made["asks_code"], made["version"]) == ("lead", True, False, 1)
    assert listed["items"] == found["items"] == [made]
    assert none["items"] == []
    assert "argon2" not in str(listed)


@pytest.mark.parametrize("name", ["kate", " Kate "])
async def test_no_token_is_called_like_a_person(hub: Hub, name: str) -> None:
    """Work, mentions and the audit know both by their names."""
    _, kate, _ = await call(hub, "POST", "/users", {"login": "kate"})
    refused, problem, _ = await call(hub, "POST", "/tokens", {"name": name, "role": "agent"})
    await call(hub, "PATCH", f"/users/{kate['id']}", {"is_disabled": True})
    later, _, _ = await call(hub, "POST", "/tokens", {"name": name, "role": "agent"})
    other, _, _ = await call(hub, "POST", "/tokens", {"name": "kate's assistant", "role": "agent"})

    assert (refused, later, other) == (409, 409, 201), "her work is still hers"
    assert "signs in as kate" in problem["detail"]


async def test_no_person_is_called_like_a_token_that_opens(hub: Hub) -> None:
    ends = (hub.clock[0] + timedelta(hours=1)).isoformat()
    tokens = [
        (await call(hub, "POST", "/tokens", {"name": name, "role": "agent", "expires_at": end}))[1]["id"]
        for name, end in (("Kate", None), ("olena", ends))
    ]
    before = [(await call(hub, "POST", "/users", {"login": login}))[:2] for login in ("kate", "olena")]
    await call(hub, "DELETE", f"/tokens/{tokens[0]}")
    hub.clock[0] += timedelta(hours=2)
    after = [(await call(hub, "POST", "/users", {"login": login}))[0] for login in ("kate", "olena")]

    assert [status for status, _ in before] == [409, 409]
    assert f"The token {tokens[0]} is called Kate" in before[0][1]["detail"]
    assert after == [201, 201]


@pytest.mark.parametrize("name", ["local", "page", "Command Line"])
async def test_nobody_is_called_as_the_hub_calls_itself(hub: Hub, name: str) -> None:
    token, problem, _ = await call(hub, "POST", "/tokens", {"name": name, "role": "agent"})
    person, _, _ = await call(hub, "POST", "/users", {"login": name})

    assert (token, person) == (409, 409 if " " not in name else 422)
    assert "The hub goes by the name" in problem["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"login": "Kate"}, "login"),
        ({"login": ""}, "login"),
        ({"login": "kate", "role": "ingest"}, "role"),
        ({"login": "kate", "password": "short"}, "password"),
        ({"login": "kate", "password": "kate1234567890"}, "password"),
        ({"login": "kate", "rights": "all"}, "rights"),
    ],
)
async def test_a_person_that_makes_no_sense_is_refused(hub: Hub, body: dict[str, str], field: str) -> None:
    status, problem, _ = await call(hub, "POST", "/users", body)

    assert status == 422
    assert field in str(problem)


async def test_a_change_names_the_version_it_was_read_in(hub: Hub) -> None:
    _, made, _ = await call(hub, "POST", "/users", {"login": "kate"})
    at = f"/users/{made['id']}"
    _, _, headers = await call(hub, "GET", at)
    status, changed, _ = await call(hub, "PATCH", at, {"role": "lead"}, **{"If-Match": headers["ETag"]})
    stale, _, _ = await call(hub, "PATCH", at, {"name": "K."}, **{"If-Match": headers["ETag"]})
    early, _, _ = await call(hub, "PATCH", at, {"name": "K.", "version": 1})
    named, last, _ = await call(hub, "PATCH", at, {"name": "K.", "version": 2})

    assert (status, changed["role"], changed["name"]) == (200, "lead", "kate")
    assert (stale, early, named) == (412, 409, 200)
    assert (last["name"], last["role"], last["version"]) == ("K.", "lead", 3)


async def test_a_link_of_a_person_opens_their_session_once_and_the_newest_only(hub: Hub) -> None:
    _, made, _ = await call(hub, "POST", "/users", {"login": "kate", "role": "reader"})
    links = [(await call(hub, "POST", f"/users/{made['id']}/sign-in-link"))[1]["url"] for _ in range(2)]
    statuses, places = [], []
    for link in (links[0], links[1], links[1]):
        path = link.removeprefix("http://127.0.0.1:8080")
        async with hub.http.post(hub.url + path, headers=OURS, allow_redirects=False) as answer:
            statuses.append(answer.status)
            places.append(answer.headers.get("Location"))
    async with hub.http.get(f"{hub.url}/api/v1/me") as answer:
        told = await answer.json()

    assert statuses == [410, 303, 410]
    assert places[1] == "/me"  # to choose a password
    assert told["actor"] == "reader:kate"


async def test_a_reset_leaves_nothing_that_lets_in(hub: Hub) -> None:
    body = {"login": "kate", "password": "correct horse battery"}
    _, made, _ = await call(hub, "POST", "/users", body)
    _, link, _ = await call(hub, "POST", f"/users/{made['id']}/sign-in-link")
    status, left, _ = await call(hub, "POST", f"/users/{made['id']}/reset")
    async with hub.http.post(f"{hub.url}/signin", data=body, headers=OURS, allow_redirects=False) as answer:
        entered = answer.status
    path = link["url"].removeprefix("http://127.0.0.1:8080")
    async with hub.http.post(hub.url + path, headers=OURS, allow_redirects=False) as answer:
        linked = answer.status

    assert (status, left["has_password"], entered, linked) == (200, False, 401, 410)


async def test_a_disabled_person_gets_no_link(hub: Hub) -> None:
    _, made, _ = await call(hub, "POST", "/users", {"login": "kate"})
    at = f"/users/{made['id']}"
    _, link, _ = await call(hub, "POST", f"{at}/sign-in-link")
    await call(hub, "PATCH", at, {"is_disabled": True})
    status, _, _ = await call(hub, "POST", f"{at}/sign-in-link")
    async with hub.http.get(hub.url + link["url"].removeprefix("http://127.0.0.1:8080")) as answer:
        looked = answer.status

    assert (status, looked) == (409, 410)


async def test_every_change_stands_in_the_audit_without_a_secret(hub: Hub) -> None:
    _, made, _ = await call(hub, "POST", "/users", {"login": "kate", "password": "correct horse battery"})
    at = f"/users/{made['id']}"
    await call(hub, "PATCH", at, {"role": "lead", "is_disabled": True})
    await call(hub, "PATCH", at, {"is_disabled": False})
    await call(hub, "POST", f"{at}/sign-in-link")
    await call(hub, "POST", f"{at}/reset")
    async with hub.store.readers.read() as session:
        lines = await audit.page(session, audit.Wanted(), before=1 << 60, limit=20)

    assert [(line.action, line.target, line.detail) for line in reversed(lines)] == [
        ("user.make", made["id"], {"login": "kate", "role": "agent"}),
        ("user.disable", made["id"], {}),
        ("user.change", made["id"], {"role": "lead"}),
        ("user.enable", made["id"], {}),
        ("user.link", made["id"], {}),
        ("user.reset", made["id"], {}),
    ]


async def test_a_token_is_told_what_it_is(hub: Hub) -> None:
    async with hub.http.get(f"{hub.url}/api/v1/me", headers=await hub.token("ingest", "shop")) as answer:
        told = await answer.json()

    assert (told["actor"], told["login"], told["account"]) == ("ingest:ingest of a test", None, "shop")
    assert told["scopes"] == []
