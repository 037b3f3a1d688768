"""An OpenID Connect server on a free port: discovery, keys, codes with PKCE, ID tokens."""

import base64
import hashlib
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

CLIENT_ID = "the hub"
CLIENT_SECRET = "of the hub & co"


def b64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    assert name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def rsa_jwk(name: str) -> dict[str, str]:
    numbers = rsa_key(name).public_key().public_numbers()
    return {"kty": "RSA", "kid": name, "use": "sig", "n": b64(numbers.n.to_bytes(256, "big")), "e": b64(b"\1\0\1")}


def ec_jwk() -> dict[str, str]:
    numbers = ec_key().public_key().public_numbers()
    x, y = (b64(part.to_bytes(32, "big")) for part in (numbers.x, numbers.y))
    return {"kty": "EC", "kid": "ec", "use": "sig", "crv": "P-256", "x": x, "y": y}


def signed(claims: dict[str, Any], *, alg: str = "RS256", key: str = "one", kid: str = "") -> str:
    header = {"alg": alg, "kid": kid or ("ec" if alg == "ES256" else key), "typ": "JWT"}
    text = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
    if alg == "ES256":
        r, s = decode_dss_signature(ec_key().sign(text.encode(), ec.ECDSA(SHA256())))
        return f"{text}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
    if alg == "none":
        return f"{text}."
    return f"{text}.{b64(rsa_key(key).sign(text.encode(), padding.PKCS1v15(), SHA256()))}"


@dataclass
class Provider:
    """What it says of whoever comes, and what was asked of it. `changes` are laid over the next ID token's claims."""

    now_s: float
    url: str = ""
    person: dict[str, str] = field(default_factory=lambda: {"sub": "8f14e45f", "preferred_username": "Kate.B"})
    changes: dict[str, Any] = field(default_factory=dict)
    signing: dict[str, str] = field(default_factory=dict)  # arguments of `signed`
    keys: list[dict[str, str]] = field(default_factory=lambda: [rsa_jwk("one")])
    methods: list[str] = field(default_factory=lambda: ["client_secret_basic"])
    requests: dict[str, dict[str, str]] = field(default_factory=dict)  # by code
    asked: list[str] = field(default_factory=list)
    broken: bool = False

    def authorize(self, address: str) -> str:
        """What a browser that was sent to `address` is sent back to, once its person agreed."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.url}/authorize?")
        assert (query["response_type"], query["client_id"]) == ("code", CLIENT_ID)
        assert (query["code_challenge_method"], "openid" in query["scope"].split()) == ("S256", True)
        code = secrets.token_urlsafe(8)
        self.requests[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    async def discovery(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if self.broken:
            return web.Response(status=500)
        return web.json_response(
            {
                "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/keys",
                "token_endpoint_auth_methods_supported": self.methods,
            }
        )  # fmt: skip

    async def key_set(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        return web.json_response({"keys": self.keys})

    async def token(self, request: web.Request) -> web.Response:
        """RFC 6749, 4.1.3; RFC 7636, 4.6. A code works once."""
        form = await request.post()
        asked = self.requests.pop(str(form.get("code")), None)
        shown = str(form.get("client_secret", ""))
        if "Authorization" in request.headers:
            kind, _, given = request.headers["Authorization"].partition(" ")
            client, _, shown = base64.b64decode(given).decode().partition(":")
            assert (kind, unquote(client)) == ("Basic", CLIENT_ID)
            shown = unquote(shown)
        verifier = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        if asked is None or shown != CLIENT_SECRET or b64(verifier) != asked["code_challenge"]:
            return web.json_response({"error": "invalid_grant"}, status=400)
        assert (form["grant_type"], form["redirect_uri"]) == ("authorization_code", asked["redirect_uri"])
        claims = {
            "iss": self.url, "aud": CLIENT_ID, "exp": self.now_s + 300, "iat": self.now_s, "nonce": asked["nonce"],
            **self.person, **self.changes,
        }  # fmt: skip
        return web.json_response(
            {"access_token": "x", "token_type": "Bearer", "id_token": signed(claims, **self.signing)}
        )


@asynccontextmanager
async def identity_provider(*, now_s: float) -> AsyncIterator[Provider]:
    provider, app = Provider(now_s=now_s), web.Application()
    app.router.add_get("/.well-known/openid-configuration", provider.discovery)
    app.router.add_get("/keys", provider.key_set)
    app.router.add_post("/token", provider.token)
    async with TestServer(app) as server:
        provider.url = str(server.make_url("")).rstrip("/")
        yield provider
