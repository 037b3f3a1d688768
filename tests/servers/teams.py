"""Microsoft for tests of a Teams bot: keys of posts, tokens, the Bot Connector, pictures.

Faithful: tokens signed by RSA with claims as documented, errors of the token's place and of the Bot Connector, 401 for
a token that it didn't give. Not modelled: how often Teams repeats a post, limits.
"""

import asyncio
import base64
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from channelhub.sdk.testing import Fault, VendorServer
from channelhub.sdk.testing.hub import EARLY_2026

APP_ID = "99887766-0000-4000-8000-001122334455"
PASSWORD = "a~client~secret"
GIVEN = "token-of-the-connector"
ISSUER = "https://api.botframework.com"
KID, SHORT_KID = "key-1", "short"


@cache
def private_key(kid: str = KID) -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=1024 if kid == SHORT_KID else 2048)


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(value: int) -> str:
    return _encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def jwk(kid: str = KID) -> dict[str, Any]:
    numbers = private_key(kid).public_key().public_numbers()
    return {
        "kty": "RSA",
        "use": "sig",
        "kid": kid,
        "n": _number(numbers.n),
        "e": _number(numbers.e),
        "endorsements": ["msteams", "webchat"],
    }


def token(service: str, *, at: datetime = EARLY_2026, kid: str = KID, alg: str = "RS256", **claims: Any) -> str:
    """As the Bot Connector proves a post, at a time."""
    told = {
        "iss": ISSUER,
        "aud": APP_ID,
        "nbf": int(at.timestamp()),
        "exp": int((at + timedelta(hours=1)).timestamp()),
        "serviceurl": service,
    } | claims
    head = _encoded(json.dumps({"typ": "JWT", "alg": alg, "kid": kid}).encode())
    signed = f"{head}.{_encoded(json.dumps(told).encode())}"
    signature = private_key(kid).sign(signed.encode(), PKCS1v15(), SHA256())
    return f"{signed}.{_encoded(signature)}"


@dataclass(kw_only=True)
class TeamsServer(VendorServer):
    """`async with TeamsServer() as server:`; its addresses are below `server.url`."""

    kids: list[str] = field(default_factory=lambda: [KID])
    asked: list[str] = field(default_factory=list)
    refusals: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)  # part of a path → answer
    tokens: int = 0
    max_sent: int = 1000  # what is over it, is refused
    drops_answers: bool = False  # takes a message and breaks the connection
    sent: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    is_told: asyncio.Event = field(default_factory=asyncio.Event)  # the keys were

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/openid", self._openid)
        router.add_get("/keys", self._keys)
        router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        router.add_post("/emea/v3/conversations/{conversation}/activities", self._post)
        router.add_post("/emea/v3/conversations/{conversation}/activities/{activity}", self._post)
        router.add_get("/emea/files/{id}", self._file)

    @property
    def service(self) -> str:
        """What posts name as the address that answers go to."""
        return f"{self.plain_url}/emea/"

    def fault_of(self, request: web.Request) -> Fault | None:
        """Tokens are given by another service, which is well while the Bot Connector isn't."""
        fault = super().fault_of(request)
        return None if request.path.endswith("/token") else fault

    async def tell(self, url: str, body: dict[str, Any], **claims: Any) -> int:
        """Post an activity to the webhook; the status of the answer."""
        headers = {"Authorization": f"Bearer {token(self.service, **claims)}"}
        async with aiohttp.ClientSession() as session, session.post(url, json=body, headers=headers) as answer:
            return answer.status

    def _refused(self, request: web.Request) -> web.Response | None:
        self.asked.append(request.path)
        for part, (status, told) in self.refusals.items():
            if part in request.path:
                return web.json_response(told, status=status)
        return None

    async def _openid(self, request: web.Request) -> web.Response:
        told = {"issuer": ISSUER, "jwks_uri": f"{self.url}/keys", "token_endpoint": "https://api.botframework.com"}
        return self._refused(request) or web.json_response(told)

    async def _keys(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        self.is_told.set()
        return web.json_response({"keys": [jwk(kid) for kid in self.kids]})

    async def _token(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        form = {name: values[0] for name, values in parse_qs(await request.text()).items()}
        if (form["client_id"], form["client_secret"]) != (APP_ID, PASSWORD):
            words = "AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1"
            return web.json_response({"error": "invalid_client", "error_description": words}, status=401)
        self.tokens += 1
        return web.json_response({"token_type": "Bearer", "expires_in": 3599, "access_token": GIVEN})

    async def _post(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        if request.headers.get("Authorization") != f"Bearer {GIVEN}":
            return web.json_response({"error": {"code": "Unauthorized", "message": "no token"}}, status=401)
        if len(self.sent) >= self.max_sent:
            return web.json_response({"error": {"code": "MessageSizeTooBig", "message": "too big"}}, status=413)
        self.sent.append(await request.json() | {"conversation": request.match_info["conversation"]})
        if self.drops_answers:
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"id": f"17952940000{len(self.sent):02}"}, status=201)

    async def _file(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {GIVEN}":
            return web.Response(status=401)
        return web.Response(body=self.files[request.match_info["id"]])
