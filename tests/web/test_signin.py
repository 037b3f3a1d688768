"""Links, sessions, cookies, and requests that other sites would like to send for us."""

from datetime import timedelta

import pytest

from channelhub.web import signin
from tests.web.conftest import Hub

OURS = {"Sec-Fetch-Site": "same-origin"}


async def link(hub: Hub) -> str:
    return hub.url + await signin.make_link(hub.store, now=hub.clock[0])


async def enter(hub: Hub) -> None:
    async with hub.http.post(await link(hub), headers=OURS, allow_redirects=False) as answer:
        assert answer.status == 303


async def test_a_link_lets_one_browser_in_once(hub: Hub) -> None:
    address = await link(hub)
    async with hub.http.get(address) as answer:
        looked = answer.status
    async with hub.http.post(address, headers=OURS, allow_redirects=False) as answer:
        first, cookie = answer.status, answer.headers["Set-Cookie"]
    async with hub.http.get(f"{hub.url}/") as answer:
        inside = answer.status
    async with hub.http.post(address, headers=OURS, allow_redirects=False) as answer:
        second = answer.status

    assert (looked, first, inside, second) == (200, 303, 200, 410)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


async def test_a_link_ends_after_fifteen_minutes(hub: Hub) -> None:
    address = await link(hub)
    hub.clock[0] += timedelta(minutes=15)
    async with hub.http.get(address) as answer:
        looked = answer.status
    async with hub.http.post(address, headers=OURS, allow_redirects=False) as answer:
        used = answer.status

    assert (looked, used) == (410, 410)


async def test_a_session_ends_by_itself_and_by_signing_out(hub: Hub) -> None:
    await enter(hub)
    async with hub.http.post(f"{hub.url}/signout", headers=OURS, allow_redirects=False) as answer:
        out = answer.status
    async with hub.http.get(f"{hub.url}/") as answer:
        after = answer.status
    await enter(hub)
    hub.clock[0] += signin.SESSION_LIVES
    hub.server.security.authenticator.forget()
    async with hub.http.get(f"{hub.url}/") as answer:
        expired = answer.status

    assert (out, after, expired) == (303, 401, 401)


async def test_a_token_signs_a_person_in_but_an_ingest_token_does_not(hub: Hub) -> None:
    agent = (await hub.token("agent"))["Authorization"].removeprefix("Bearer ")
    ingest = (await hub.token("ingest"))["Authorization"].removeprefix("Bearer ")
    statuses = []
    for token in (agent, ingest, "chub_wrong"):
        async with hub.http.post(
            f"{hub.url}/signin", data={"token": token}, headers=OURS, allow_redirects=False
        ) as answer:
            statuses.append(answer.status)

    assert statuses == [303, 403, 401]


@pytest.mark.parametrize(
    ("headers", "is_taken"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8080"}, False),
        ({"Origin": "http://127.0.0.1:8080"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
async def test_only_our_own_pages_may_change_something_with_the_cookie(
    hub: Hub, headers: dict[str, str], is_taken: bool
) -> None:
    await enter(hub)
    async with hub.http.post(f"{hub.url}/parked/1024/retry", headers=headers, allow_redirects=False) as answer:
        page = answer.status
    async with hub.http.post(f"{hub.url}/api/v1/parked/1024/retry", headers=headers) as answer:
        api = answer.status

    assert (page, api) == ((404, 404) if is_taken else (403, 403))


async def test_login_itself_cannot_be_sent_by_another_site(hub: Hub) -> None:
    address = await link(hub)
    async with hub.http.post(address, headers={"Sec-Fetch-Site": "cross-site"}, allow_redirects=False) as answer:
        foreign = answer.status
    async with hub.http.post(address, headers=OURS, allow_redirects=False) as answer:
        own = answer.status

    assert (foreign, own) == (403, 303)


class TestBehindHttps:
    @pytest.fixture
    def settings(self) -> dict[str, object]:
        return {"public_url": "https://hub.example"}

    async def test_the_cookie_is_bound_to_https(self, hub: Hub) -> None:
        async with hub.http.post(await link(hub), headers=OURS, allow_redirects=False) as answer:
            cookie = answer.headers["Set-Cookie"]

        assert cookie.startswith("__Host-")
        assert "Secure" in cookie
        assert "Path=/" in cookie


async def test_an_admin_makes_links_an_agent_does_not(hub: Hub) -> None:
    async with hub.http.post(f"{hub.url}/api/v1/signin-links", json={}, headers=hub.admin()) as answer:
        made = await answer.json()
    async with hub.http.post(f"{hub.url}/api/v1/signin-links", json={}, headers=await hub.token("agent")) as answer:
        refused = answer.status

    assert made["url"].startswith("http://127.0.0.1:8080/signin/")
    assert refused == 403


@pytest.mark.parametrize(
    ("referer", "location"),
    [
        ("{url}/outages?before=5", "/outages?before=5"),
        ("https://evil.example/x", "/"),
        ("{url}//evil.example/x", "/"),
        ("", "/"),
    ],
)
async def test_choosing_a_language_goes_back_to_our_own_page_only(hub: Hub, referer: str, location: str) -> None:
    headers = {"Referer": referer.format(url=hub.url)}
    async with hub.http.get(f"{hub.url}/language/uk", headers=headers, allow_redirects=False) as answer:
        got = answer.headers["Location"]
    async with hub.http.get(f"{hub.url}/signin") as answer:
        text = await answer.text()

    assert got == location
    assert '<html lang="uk">' in text
