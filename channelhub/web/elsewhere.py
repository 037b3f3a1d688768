"""Another server that people sign in at: OpenID Connect's authorization code flow with PKCE.

Its documents and keys are asked for when they are needed, kept for an hour, and asked for anew where a token names a
key that isn't known. Answers are bounded in size and time; redirects are not followed.
"""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar
from urllib.parse import quote, urlencode

import aiohttp
import msgspec
from aiohttp import web

from channelhub.rules import id_tokens
from channelhub.rules.id_tokens import Claims, Key, TokenRefused
from channelhub.rules.oidc_visits import LIVES_S, Visit
from channelhub.settings.oidc import OidcSettings
from channelhub.web.problems import Kind, Problem

T = TypeVar("T")

KEPT_S: Final = 3600.0
NOT_AGAIN_S: Final = 60.0  # for a key that nobody knows
TIMEOUT_S: Final = 10.0
MAX_BYTES: Final = 256 * 1024
SCOPE: Final = "openid profile email"


class _Document(msgspec.Struct, frozen=True):
    """What is read of `.well-known/openid-configuration` (OpenID Connect Discovery 1.0, 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: list[str] = []


class _KeySet(msgspec.Struct, frozen=True):
    keys: list[Key]


class _Tokens(msgspec.Struct, frozen=True):
    id_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    settings: OidcSettings
    document: _Document
    keys: list[Key]
    asked_s: float


class Elsewhere:
    """The server that `[oidc]` names, or none."""

    def __init__(self, settings: Callable[[], OidcSettings], *, public_url: str, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._redirect = f"{public_url.rstrip('/')}/signin-elsewhere/done"
        self._now = now
        self._known: _Known | None = None
        self._lock = asyncio.Lock()

    @property
    def settings(self) -> OidcSettings:
        return self._settings()

    @property
    def title(self) -> str:
        """What the server is called; empty: nobody signs in elsewhere."""
        return self.settings.shown_title if self.settings.issuer else ""

    def forget(self) -> None:
        """Ask for its documents and keys anew."""
        self._known = None

    async def begin(self, *, then: str, connects: int = 0) -> tuple[str, Visit]:
        """Where to send the browser, and what it carries. Raises Problem (404, 503)."""
        known = await self._learn()
        visit = Visit(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            then=then[:500],
            until_s=int(self._now().timestamp()) + LIVES_S,
            connects=connects,
        )
        query = {
            "response_type": "code", "client_id": known.settings.client_id, "redirect_uri": self._redirect,
            "scope": SCOPE, "state": visit.state, "nonce": visit.nonce, "code_challenge": visit.challenge,
            "code_challenge_method": "S256",
        }  # fmt: skip
        start = known.document.authorization_endpoint
        return f"{start}{'&' if '?' in start else '?'}{urlencode(query)}", visit

    async def claims(self, code: str, visit: Visit) -> Claims:
        """Who came back with this code. Raises Problem (403, 503)."""
        known = await self._learn()
        token = await self._exchange(known, code, visit)
        try:
            kid = id_tokens.key_named(token)
            if not any(key.kid == kid for key in known.keys):
                known = await self._learn(is_new_key=True)
            return id_tokens.verified(
                token,
                keys=known.keys,
                issuer=known.settings.issuer,
                client_id=known.settings.client_id,
                nonce=visit.nonce,
                now_s=self._now().timestamp(),
            )
        except TokenRefused as exc:
            raise Problem(Kind.FORBIDDEN, f"{self.title} gave a token that isn't taken: {exc}.") from exc

    async def _learn(self, *, is_new_key: bool = False) -> _Known:
        settings = self.settings
        if not settings.issuer:
            raise Problem(Kind.NOT_FOUND, "Nobody signs in at another server here.")
        async with self._lock:
            now_s, known = asyncio.get_running_loop().time(), self._known
            keep_s = NOT_AGAIN_S if is_new_key else KEPT_S
            if known is not None and known.settings == settings and now_s - known.asked_s < keep_s:
                return known
            document = await self._ask(
                "GET", f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration", _Document
            )
            if document.issuer != settings.issuer:
                raise _unwell(f"it calls itself {document.issuer[:300]!r}, not as [oidc] issuer says")
            keys = (await self._ask("GET", document.jwks_uri, _KeySet)).keys
            self._known = _Known(settings=settings, document=document, keys=keys, asked_s=now_s)
            return self._known

    async def _exchange(self, known: _Known, code: str, visit: Visit) -> str:
        settings = known.settings
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self._redirect,
            "client_id": settings.client_id, "code_verifier": visit.verifier,
        }  # fmt: skip
        methods, auth = known.document.token_endpoint_auth_methods_supported, ""
        if settings.client_secret and "client_secret_post" in methods and "client_secret_basic" not in methods:
            form["client_secret"] = settings.client_secret.reveal()
        elif settings.client_secret:  # what holds where nothing is said (RFC 6749, 2.3.1)
            auth = aiohttp.encode_basic_auth(quote(settings.client_id, ""), quote(settings.client_secret.reveal(), ""))
        return (await self._ask("POST", known.document.token_endpoint, _Tokens, form, auth)).id_token

    async def _ask(
        self,
        method: str,
        url: str,
        kind: type[T],
        form: dict[str, str] | None = None,
        auth: str = "",
    ) -> T:
        """Raises Problem (503) for an answer that can't be used."""
        limit = aiohttp.ClientTimeout(total=TIMEOUT_S)
        try:
            async with (
                aiohttp.ClientSession(timeout=limit, auto_decompress=False) as http,
                http.request(
                    method,
                    url,
                    data=form,
                    allow_redirects=False,
                    headers={"Accept": "application/json", **({"Authorization": auth} if auth else {})},
                ) as answer,
            ):
                body = await _bounded(answer)
                if answer.status != 200:
                    raise _unwell(f"it answered {answer.status}")
                return msgspec.json.decode(body, type=kind)
        except (aiohttp.ClientError, msgspec.MsgspecError, TimeoutError, OSError, ValueError) as exc:
            raise _unwell(type(exc).__name__) from exc


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for part in answer.content.iter_chunked(16_384):
        body += part
        if len(body) > MAX_BYTES:
            raise _unwell("its answer is too large")
    return bytes(body)


def _unwell(why: str) -> Problem:
    return Problem(Kind.UNAVAILABLE, f"The server to sign in at can't be used: {why}.", headers={"Retry-After": "10"})


ELSEWHERE = web.AppKey("elsewhere", Elsewhere)
