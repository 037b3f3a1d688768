"""Signed tokens of the form: who the site says its visitor is, and when the page was drawn.

An identity token is `base64url(JSON) + "." + base64url(HMAC-SHA256(secret, the part before the dot))`, without `=`.
The JSON is `{"customer_id", "exp", "email"?, "phone"?, "name"?}`; `exp` is in Unix seconds.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Annotated

import msgspec

MAX_TOKEN_CHARS = 4096
_TIME_TOKEN_LIFE_S = 24 * 3600


class TokenRefusedError(ValueError):
    """The token isn't believed; the text says why and never quotes it."""


class SignedIdentity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a site vouches for about its signed-in visitor."""

    customer_id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    exp: Annotated[int, msgspec.Meta(ge=0, le=2**53)]  # Unix seconds
    email: Annotated[str, msgspec.Meta(max_length=320)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=64)] = ""
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""


_decoder = msgspec.json.Decoder(SignedIdentity)


def sign(identity: SignedIdentity, secret: str) -> str:
    """The token as the site's server makes it."""
    payload = _encode(msgspec.json.encode(identity))
    return f"{payload}.{_mac(secret.encode(), payload.encode())}"


def verify(token: str, secret: str, now: datetime) -> SignedIdentity:
    """Who the token names. Raises `TokenRefusedError`. The signature is compared first, in constant time."""
    payload, dot, signature = token.partition(".")
    if len(token) > MAX_TOKEN_CHARS or not dot or not token.isascii():
        raise TokenRefusedError("malformed")
    if not hmac.compare_digest(_mac(secret.encode(), payload.encode()), signature.rstrip("=")):
        raise TokenRefusedError("wrong signature")
    try:
        identity = _decoder.decode(base64.b64decode(payload + "=" * (-len(payload) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError) as exc:
        raise TokenRefusedError("unreadable content") from exc
    if (
        not identity.customer_id.strip()
        or "\x00" in f"{identity.customer_id}{identity.email}{identity.phone}{identity.name}"
    ):
        raise TokenRefusedError("unreadable content")
    if identity.exp <= now.timestamp():
        raise TokenRefusedError("expired")
    return identity


def draw_time(account: str, key: bytes, now: datetime) -> str:
    """A token for a page drawn now: its seconds, a nonce that tells two drawings apart, and a signature."""
    stamp = f"{int(now.timestamp())}.{secrets.token_urlsafe(9)}"
    return f"{stamp}.{_mac(key, _time_text(account, stamp))}"


def drawn_before_s(token: str, account: str, key: bytes, now: datetime) -> float | None:
    """How long ago the page was drawn, in seconds; None for a token that is wrong or older than a day."""
    stamp, dot, signature = token.rpartition(".")
    if len(token) > 200 or not dot or not token.isascii():
        return None
    if not hmac.compare_digest(_mac(key, _time_text(account, stamp)), signature):
        return None
    age_s = now.timestamp() - int(stamp.partition(".")[0])
    return age_s if 0 <= age_s < _TIME_TOKEN_LIFE_S else None


def _time_text(account: str, stamp: str) -> bytes:
    return f"form-time\n{account}\n{stamp}".encode()


def _mac(key: bytes, text: bytes) -> str:
    return _encode(hmac.new(key, text, hashlib.sha256).digest())


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
