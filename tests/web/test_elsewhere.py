"""Signing in at another server: a real one of its kind, with codes, PKCE and signed ID tokens."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from channelhub.domain.secrets import Secret
from channelhub.settings.models import Settings
from channelhub.settings.oidc import OidcSettings
from channelhub.store import audit, tokens, users
from channelhub.web.elsewhere import ELSEWHERE
from tests.servers.identity_provider import CLIENT_ID, CLIENT_SECRET, Provider, ec_jwk, identity_provider, rsa_jwk
from tests.web.conftest import BEGAN, Hub

OURS = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with identity_provider(now_s=BEGAN.timestamp()) as made:
        yield made


@pytest.fixture
def oidc() -> dict[str, Any]:
    """Keys of `[oidc]` beside those that every test has."""
    return {"new_role": "agent"}


@pytest.fixture
def settings(provider: Provider, oidc: dict[str, Any]) -> dict[str, object]:
    section = OidcSettings(
        issuer=provider.url, client_id=CLIENT_ID, client_secret=Secret(CLIENT_SECRET), title="Our <IdP>", **oidc
    )
    return {"settings": lambda: Settings(oidc=section)}


async def get(hub: Hub, address: str) -> tuple[int, str, str]:
    """The status, where it leads, and the text."""
    url = address.replace("http://127.0.0.1:8080", hub.url) if address.startswith("http") else hub.url + address
    async with hub.http.get(url, headers=OURS, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location", ""), await answer.text()


async def go(hub: Hub, provider: Provider, start: str = "/signin-elsewhere") -> tuple[int, str, str]:
    """There and back."""
    status, there, text = await get(hub, start)
    if status != 303:
        return status, there, text
    return await get(hub, provider.authorize(there))


async def me(hub: Hub) -> dict[str, Any]:
    async with hub.http.get(f"{hub.url}/api/v1/me") as answer:
        found: dict[str, Any] = await answer.json(content_type=None)
        return found


async def people(hub: Hub) -> list[str]:
    async with hub.store.readers.read() as session:
        return [one.login for one in await users.page(session, after=0, limit=10)]


async def test_who_comes_back_is_in_and_the_same_person_the_next_time(hub: Hub, provider: Provider) -> None:
    _, _, asked = await get(hub, "/signin")
    first = await go(hub, provider, "/signin-elsewhere?then=/outages")
    told = await me(hub)
    provider.person["preferred_username"] = "another.name"
    hub.http.cookie_jar.clear()
    second = await go(hub, provider)

    assert "Our &lt;IdP&gt;" in asked
    assert [first[:2], second[:2]] == [(303, "/outages"), (303, "/")]
    assert (told["actor"], told["login"]) == ("agent:kate.b", "kate.b")
    assert (await me(hub))["login"] == "kate.b"
    assert await people(hub) == ["kate.b"]
    assert provider.asked.count("/keys") == 1


async def test_a_name_there_never_leads_to_somebody_who_is_here(hub: Hub, provider: Provider) -> None:
    await hub.store.writer.command(
        lambda session: users.add(session, login="kate.b", name="Kate", role="admin", password="", at=BEGAN)
    )
    await go(hub, provider)

    assert (await me(hub))["actor"] == "agent:kate.b-2"


async def test_a_name_there_is_never_that_of_a_token(hub: Hub, provider: Provider) -> None:
    await hub.store.writer.command(
        lambda session: tokens.add(session, name="kate.b", role="admin", account="", digest=b"1", at=BEGAN)
    )
    await go(hub, provider)

    assert (await me(hub))["actor"] == "agent:kate.b-2"


class TestWhereNobodyIsMade:
    @pytest.fixture
    def oidc(self) -> dict[str, Any]:
        return {}

    async def test_only_who_connected_the_account_comes_in(self, hub: Hub, provider: Provider) -> None:
        refused = await go(hub, provider)
        await hub.store.writer.command(
            lambda session: users.add(session, login="olena", name="Olena", role="lead", password="", at=BEGAN)
        )
        async with hub.http.post(f"{hub.url}/api/v1/users/1/sign-in-link", headers=hub.admin()) as answer:
            link = (await answer.json())["url"].replace("http://127.0.0.1:8080", hub.url)
        async with hub.http.post(link, headers={"Sec-Fetch-Site": "same-origin"}, allow_redirects=False):
            pass
        connected = await go(hub, provider, "/me/elsewhere")
        _, _, page = await get(hub, "/me")
        hub.http.cookie_jar.clear()
        entered = await go(hub, provider)
        told = await me(hub)
        twice = await go(hub, provider, "/me/elsewhere")
        async with hub.http.post(
            f"{hub.url}/me/elsewhere/end", headers={"Sec-Fetch-Site": "same-origin"}, allow_redirects=False
        ) as answer:
            ended = answer.status
        hub.http.cookie_jar.clear()
        after = await go(hub, provider)
        async with hub.store.readers.read() as session:
            actions = [line.action for line in await audit.page(session, audit.Wanted(), before=1 << 60, limit=20)]

        assert (refused[0], connected[:2], entered[0], told["actor"]) == (403, (303, "/me"), 303, "lead:olena")
        assert provider.url in page
        assert (twice[0], ended, after[0]) == (409, 303, 403)
        assert {"user.connect", "user.disconnect"} <= set(actions)


@pytest.mark.parametrize(
    ("changes", "signing"),
    [
        ({"iss": "https://evil.example"}, {}),
        ({"aud": "another client"}, {}),
        ({"aud": [CLIENT_ID, "another"]}, {}),
        ({"azp": "another"}, {}),
        ({"exp": BEGAN.timestamp() - 121}, {}),
        ({"iat": BEGAN.timestamp() - 3600}, {}),
        ({"iat": BEGAN.timestamp() + 3600}, {}),
        ({"nonce": "of another time"}, {}),
        ({"nonce": ""}, {}),
        ({"sub": ""}, {}),
        ({"sub": "x" * 256}, {}),
        ({}, {"alg": "none"}),
        ({}, {"key": "two"}),
        ({}, {"key": "two", "kid": "one"}),
        ({}, {"alg": "HS256"}),
        ({}, {"alg": "ES256", "kid": "one"}),
    ],
)
async def test_a_token_that_proves_nothing_lets_nobody_in(
    hub: Hub, provider: Provider, changes: dict[str, Any], signing: dict[str, str]
) -> None:
    provider.changes, provider.signing = changes, signing
    status, _, _ = await go(hub, provider)

    assert status == 403
    assert await people(hub) == []


@pytest.mark.parametrize("changes", [{"aud": [CLIENT_ID]}, {"aud": [CLIENT_ID, "another"], "azp": CLIENT_ID}])
async def test_a_token_may_name_its_audience_in_a_list(hub: Hub, provider: Provider, changes: dict[str, Any]) -> None:
    provider.changes = changes

    assert (await go(hub, provider))[0] == 303


async def test_elliptic_keys_and_new_keys_are_taken(hub: Hub, provider: Provider) -> None:
    provider.keys.append(ec_jwk())
    provider.signing = {"alg": "ES256"}
    elliptic, _, _ = await go(hub, provider)
    provider.keys[:], provider.signing = [rsa_jwk("two")], {"key": "two"}
    too_soon, _, _ = await go(hub, provider)  # strangers' key ids must not make us ask all the time
    elsewhere = hub.server._runner.app[ELSEWHERE]
    elsewhere.forget()
    later, _, _ = await go(hub, provider)

    assert (elliptic, too_soon, later) == (303, 403, 303)


async def test_the_secret_may_be_posted_where_the_server_wants_that(hub: Hub, provider: Provider) -> None:
    provider.methods = ["client_secret_post"]

    assert (await go(hub, provider))[0] == 303


async def test_an_answer_counts_in_the_browser_that_asked_once_and_in_time(hub: Hub, provider: Provider) -> None:
    _, there, _ = await get(hub, "/signin-elsewhere")
    back = provider.authorize(there)
    wrong_state, _, _ = await get(hub, back.replace("state=", "state=x"))
    cookies = [*hub.http.cookie_jar]
    hub.http.cookie_jar.clear()
    elsewhere, _, _ = await get(hub, back)
    for cookie in cookies:
        hub.http.cookie_jar.update_cookies({cookie.key: cookie.value[:-2] + "xx"})
    forged, _, _ = await get(hub, back)
    hub.http.cookie_jar.update_cookies({cookies[0].key: cookies[0].value})
    hub.clock[0] += timedelta(minutes=10)
    late, _, _ = await get(hub, back)

    assert (wrong_state, elsewhere, forged, late) == (403, 403, 403, 403)
    assert await people(hub) == []


async def test_a_code_that_was_used_or_a_refusal_lets_nobody_in(hub: Hub, provider: Provider) -> None:
    _, there, _ = await get(hub, "/signin-elsewhere")
    back = provider.authorize(there)
    provider.requests.clear()
    used, _, _ = await get(hub, back)
    state = back.partition("state=")[2]
    refused, _, _ = await get(hub, f"/signin-elsewhere/done?error=access_denied&state={state}")

    assert (used, refused) == (503, 403)


async def test_a_disabled_person_stays_out(hub: Hub, provider: Provider) -> None:
    await go(hub, provider)
    async with hub.http.patch(f"{hub.url}/api/v1/users/1", json={"is_disabled": True}, headers=hub.admin()) as answer:
        assert answer.status == 200
    hub.http.cookie_jar.clear()

    assert (await go(hub, provider))[0] == 403


async def test_a_server_that_fails_is_a_503(hub: Hub, provider: Provider) -> None:
    provider.broken = True
    status, _, text = await get(hub, "/signin-elsewhere")

    assert status == 503
    assert "answered 500" in text


class TestWhereItIsNotSetUp:
    @pytest.fixture
    def settings(self) -> dict[str, object]:
        return {}

    async def test_nobody_signs_in_elsewhere(self, hub: Hub) -> None:
        status, _, _ = await get(hub, "/signin-elsewhere")
        _, _, page = await get(hub, "/signin")

        assert status == 404
        assert "signin-elsewhere" not in page


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"issuer": "http://id.example", "client_id": "x"}, "https"),
        ({"issuer": "https://id.example?x=1", "client_id": "x"}, "without query"),
        ({"issuer": "https://id.example"}, "client_id"),
    ],
)
def test_a_section_that_makes_no_sense_is_refused(values: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        OidcSettings(**values)  # type: ignore[arg-type]
