"""What a site vouches for about its signed-in visitor: a token that only the site's server can make.

Two forms are taken. The short one is `base64url(JSON) + "." + base64url(HMAC-SHA256(secret, the part before the dot))`
without `=`. The other is a JSON Web Token (RFC 7519) signed by HS256 with the same secret, and by nothing else. The
JSON is `{"customer_id", "exp", "email"?, "phone"?, "name"?}`, `exp` in Unix seconds; a JWT may say `sub` for
`customer_id`.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime
from typing import Annotated, Literal

import msgspec

MAX_TOKEN_CHARS = 4096


class TokenRefusedError(ValueError):
    """The token isn't believed; the text says why and never quotes it."""


class SignedIdentity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a site vouches for about its signed-in visitor."""

    customer_id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    exp: Annotated[int, msgspec.Meta(ge=0, le=2**53)]  # Unix seconds
    email: Annotated[str, msgspec.Meta(max_length=320)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=64)] = ""
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""


class _JwtHeader(msgspec.Struct, frozen=True):
    alg: Literal["HS256"]
    crit: msgspec.UnsetType = msgspec.UNSET  # RFC 7515, 4.1.11: extensions that must be understood; none is


class _JwtClaims(msgspec.Struct, frozen=True):
    exp: int | float
    sub: str = ""
    customer_id: str = ""
    nbf: int | float = 0
    email: str = ""
    phone: str = ""
    name: str = ""


_decoder = msgspec.json.Decoder(SignedIdentity)
_jwt_header = msgspec.json.Decoder(_JwtHeader)
_jwt_claims = msgspec.json.Decoder(_JwtClaims)


def sign(identity: SignedIdentity, secret: str) -> str:
    """The token as the site's server makes it."""
    payload = encode(msgspec.json.encode(identity))
    return f"{payload}.{mac(secret.encode(), payload.encode())}"


def verify(token: str, secret: str, now: datetime) -> SignedIdentity:
    """Who the token names. Raises `TokenRefusedError`. The signature is compared first, in constant time."""
    signed, dot, signature = token.rpartition(".")
    if len(token) > MAX_TOKEN_CHARS or not dot or not token.isascii():
        raise TokenRefusedError("malformed")
    if not hmac.compare_digest(mac(secret.encode(), signed.encode()), signature.rstrip("=")):
        raise TokenRefusedError("wrong signature")
    try:
        identity = _read(signed, now)
    except (ValueError, OverflowError, binascii.Error, RecursionError) as exc:
        raise TokenRefusedError("unreadable content") from exc
    if (
        not identity.customer_id.strip()
        or "\x00" in f"{identity.customer_id}{identity.email}{identity.phone}{identity.name}"
    ):
        raise TokenRefusedError("unreadable content")
    if identity.exp <= now.timestamp():
        raise TokenRefusedError("expired")
    return identity


def _read(signed: str, now: datetime) -> SignedIdentity:
    header, dot, payload = signed.partition(".")
    if not dot:
        return _decoder.decode(_decode(signed))
    _jwt_header.decode(_decode(header))
    claims = _jwt_claims.decode(_decode(payload))
    if claims.nbf > now.timestamp():
        raise ValueError("not yet valid")
    return msgspec.convert(
        {
            "customer_id": claims.customer_id or claims.sub,
            "exp": int(claims.exp),
            "email": claims.email,
            "phone": claims.phone,
            "name": claims.name,
        },
        SignedIdentity,
    )


def mac(key: bytes, text: bytes) -> str:
    """HMAC-SHA256 as base64url without `=`."""
    return encode(hmac.new(key, text, hashlib.sha256).digest())


def encode(data: bytes) -> str:
    """base64url without `=` (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
