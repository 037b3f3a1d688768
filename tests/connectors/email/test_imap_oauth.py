"""Signing in by OAuth2: a provider of our own hands out tokens, and a real Dovecot asks it what they are worth."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import AuthFailed, Unavailable
from channelhub.sdk.testing import MemoryHub
from connectors.email.imap_account import ImapAccount
from connectors.email.imap_config import ImapConfig
from connectors.email.imap_oauth import AccessTokens
from tests.connectors.email.mailbox import ACCOUNT, config_of, reading
from tests.servers.dovecot import USER, dovecot, mail_of

CLIENT_SECRET = "a client's secret"
REFRESH_TOKEN = "a refresh token"


@dataclass
class Provider:
    """The token endpoint, and what Dovecot asks about a token."""

    url: str = ""
    life_s: object = 3600
    forms: list[dict[str, str]] = field(default_factory=list)
    valid: set[str] = field(default_factory=set)
    refusal: tuple[int, Any] | None = None  # status and answer of the token endpoint
    rotated: str = ""
    revokes_all: bool = False

    async def token(self, request: web.Request) -> web.Response:
        self.forms.append({name: str(value) for name, value in (await request.post()).items()})
        if self.refusal is not None:
            status, answer = self.refusal
            return web.Response(status=status, text=answer if isinstance(answer, str) else json.dumps(answer))
        token = f"token-{len(self.forms)}"
        self.valid.add(token)
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": self.life_s}
        return web.json_response(answer | ({"refresh_token": self.rotated} if self.rotated else {}))

    async def info(self, request: web.Request) -> web.Response:
        token = request.query["access_token"]
        if token not in self.valid or self.revokes_all:
            return web.json_response({"error": "invalid_token"}, status=400)
        return web.json_response({"email": USER, "active": "true"})


@asynccontextmanager
async def provider() -> AsyncIterator[Provider]:
    served = Provider()
    app = web.Application()
    app.router.add_post("/token", served.token)
    app.router.add_get("/info", served.info)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    served.url = "http://{}:{}".format(*runner.addresses[0][:2])
    try:
        yield served
    finally:
        await runner.cleanup()


def signing_in(port: int, served: Provider, **settings: Any) -> ImapConfig:
    values: dict[str, Any] = {
        "password": Secret(),
        "oauth_provider": "google",
        "oauth_client_id": "our id",
        "oauth_client_secret": Secret(CLIENT_SECRET),
        "oauth_refresh_token": Secret(REFRESH_TOKEN),
        "oauth_token_url": f"{served.url}/token",
    }
    return config_of(port, **(values | settings))


async def test_signs_in_with_a_token_and_renews_it_when_it_is_refused() -> None:
    async with (
        provider() as served,
        dovecot(introspection_url=f"{served.url}/info?access_token=") as server,
        MemoryHub() as hub,
    ):
        server.deliver(mail_of("Hello", number=1))
        config = signing_in(server.port, served)
        async with reading(hub, config) as reader:
            await reader.holds(1)
            served.valid.clear()  # the provider revoked it
            server.stop()
            server.deliver(mail_of("Again", number=2))
            server.start()
            await reader.holds(2)
        shown = "".join(hub.log.lines)

        assert not reader.is_stopped
        assert served.forms[0] == {
            "client_id": "our id",
            "client_secret": CLIENT_SECRET,
            "grant_type": "refresh_token",
            "refresh_token": REFRESH_TOKEN,
        }
        assert "method=XOAUTH2" in (server.folder / "dovecot.log").read_text()
        assert not [text for text in (CLIENT_SECRET, REFRESH_TOKEN, "token-1") if text in shown]


async def test_a_token_that_stays_refused_waits_for_a_person() -> None:
    async with (
        provider() as served,
        dovecot(introspection_url=f"{served.url}/info?access_token=") as server,
        MemoryHub() as hub,
    ):
        served.revokes_all = True
        report = await ImapAccount(signing_in(server.port, served), hub.context(ACCOUNT)).check()
        async with reading(hub, signing_in(server.port, served)) as reader:
            await reader.until(lambda: reader.is_stopped, "it stops")

        assert str(report.health) == "auth-failed"
        assert [type(one) for one in reader.failures] == [AuthFailed]


async def test_asks_once_for_as_long_as_a_token_lives() -> None:
    async with provider() as served, aiohttp.ClientSession() as http:
        tokens = AccessTokens(signing_in(1, served), http)
        first, again = await tokens.token(), await tokens.token()
        tokens.forget()
        renewed = await tokens.token()

        assert (first, again, renewed) == ("token-1", "token-1", "token-2")


@pytest.mark.parametrize("life_s", [0, -5, "0", "soon", 1e300])
async def test_any_lifetime_gives_a_token(life_s: object) -> None:
    async with provider() as served, aiohttp.ClientSession() as http:
        served.life_s = life_s

        assert await AccessTokens(signing_in(1, served), http).token() == "token-1"


async def test_a_rotated_refresh_token_is_used_from_then_on() -> None:
    async with provider() as served, aiohttp.ClientSession() as http:
        tokens = AccessTokens(signing_in(1, served), http)
        served.rotated = "the next one"
        await tokens.token()
        tokens.forget()
        await tokens.token()

        assert [form["refresh_token"] for form in served.forms] == [REFRESH_TOKEN, "the next one"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {"oauth_provider": "microsoft"},
            {"grant_type": "refresh_token", "scope": "https://outlook.office.com/IMAP.AccessAsUser.All offline_access"},
        ),
        (
            {"oauth_provider": "microsoft", "oauth_refresh_token": Secret()},
            {"grant_type": "client_credentials", "scope": "https://outlook.office365.com/.default"},
        ),
        ({"oauth_provider": "other", "oauth_scope": "mail"}, {"grant_type": "refresh_token", "scope": "mail"}),
        ({"oauth_client_secret": Secret()}, {"grant_type": "refresh_token"}),
    ],
)
async def test_asks_as_each_provider_wants_it(settings: dict[str, Any], expected: dict[str, str]) -> None:
    async with provider() as served, aiohttp.ClientSession() as http:
        await AccessTokens(signing_in(1, served, **settings), http).token()
    [form] = served.forms

    assert {name: form[name] for name in ("grant_type", "scope") if name in form} == expected
    assert ("client_secret" in form) == bool(settings.get("oauth_client_secret", Secret("given")))
    assert all(form.values()), "nothing empty is sent"


@pytest.mark.parametrize(
    ("refusal", "failure"),
    [
        ((400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}), AuthFailed),
        ((401, {"error": "invalid_client"}), AuthFailed),
        ((400, {"error": "temporarily_unavailable"}), Unavailable),
        ((500, "<html>oops</html>"), Unavailable),
        ((200, {"no": "token"}), Unavailable),
        ((200, "x" * 1_000_000), Unavailable),
        ((200, '{"access_token": 5}'), Unavailable),
        ((302, ""), Unavailable),
    ],
)
async def test_a_refusal_is_told_apart_from_a_bad_day(refusal: tuple[int, Any], failure: type[Exception]) -> None:
    async with provider() as served, aiohttp.ClientSession() as http:
        served.refusal = refusal
        with pytest.raises(failure) as told:
            await AccessTokens(signing_in(1, served), http).token()

        assert not [text for text in (CLIENT_SECRET, REFRESH_TOKEN) if text in str(told.value)]


async def test_an_endpoint_that_is_away_is_tried_again() -> None:
    async with provider() as served:
        config = signing_in(1, served)
    async with aiohttp.ClientSession() as http:
        with pytest.raises(Unavailable):
            await AccessTokens(config, http).token()
