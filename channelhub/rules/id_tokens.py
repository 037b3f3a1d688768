"""ID tokens of OpenID Connect: whom another server says it has in front of it (OpenID Connect Core 1.0, 3.1.3.7).

Signed with RS256 or ES256 by a key of the server's set (RFC 7515, 7517, 7518); nothing else is taken, `none` least.
"""

import base64
import binascii
import hmac
from collections.abc import Sequence
from typing import Final, TypeVar

import msgspec

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicNumbers
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256
except ImportError:  # then the configuration refuses [oidc]
    HAS_KEYS = False
else:
    HAS_KEYS = True

T = TypeVar("T")

MAX_TOKEN_CHARS: Final = 16_384
MAX_SUBJECT_CHARS: Final = 255
SKEW_S: Final = 120.0
LONGEST_AGE_S: Final = 600.0  # since it was made: it came straight from the server
_LEAST_RSA_BITS: Final = 2048
_P256_BYTES: Final = 32


class TokenRefused(Exception):
    """The token proves nothing; the text says why, and holds none of it."""


class Key(msgspec.Struct, frozen=True):
    """A public key of a set (RFC 7517)."""

    kty: str
    kid: str = ""
    use: str = "sig"
    n: str = ""
    e: str = ""
    crv: str = ""
    x: str = ""
    y: str = ""


class Claims(msgspec.Struct, frozen=True):
    """Who it is: `subject` never changes at its server; the others are how people are called there."""

    iss: str
    sub: str
    aud: str | list[str]
    exp: float
    iat: float
    nonce: str = ""
    azp: str = ""
    name: str = ""
    preferred_username: str = ""
    email: str = ""


class _Header(msgspec.Struct, frozen=True):
    alg: str
    kid: str = ""
    crit: msgspec.UnsetType = msgspec.UNSET  # RFC 7515, 4.1.11: extensions that must be understood; none is


def key_named(token: str) -> str:
    """The id of the key that a token says it is signed with; empty: it says none. Raises TokenRefused."""
    return _read(token.partition(".")[0], _Header).kid


def verified(token: str, *, keys: Sequence[Key], issuer: str, client_id: str, nonce: str, now_s: float) -> Claims:
    """What a token says. Raises TokenRefused unless all of it holds."""
    if len(token) > MAX_TOKEN_CHARS or not token.isascii() or token.count(".") != 2:
        raise TokenRefused("that is no token")
    head, body, signature = token.split(".")
    header = _read(head, _Header)
    fitting = [key for key in keys if key.use == "sig" and (not header.kid or key.kid == header.kid)]
    if not any(_has_signed(key, header.alg, f"{head}.{body}".encode(), _decoded(signature)) for key in fitting):
        raise TokenRefused("it is not signed with a key of that server")
    claims = _read(body, Claims)
    _check(claims, issuer=issuer, client_id=client_id, nonce=nonce, now_s=now_s)
    return claims


def _check(claims: Claims, *, issuer: str, client_id: str, nonce: str, now_s: float) -> None:
    audience = [claims.aud] if isinstance(claims.aud, str) else claims.aud
    if claims.iss != issuer:
        raise TokenRefused("it was made by another server")
    if client_id not in audience or (len(audience) > 1 and not claims.azp) or claims.azp not in ("", client_id):
        raise TokenRefused("it was made for somebody else")
    if now_s >= claims.exp + SKEW_S:
        raise TokenRefused("its time is over")
    if not now_s - LONGEST_AGE_S - SKEW_S <= claims.iat <= now_s + SKEW_S:
        raise TokenRefused("it was not made just now: is the clock right?")
    if not nonce or not hmac.compare_digest(claims.nonce.encode("utf-8", "replace"), nonce.encode()):
        raise TokenRefused("it answers another request")
    if not 0 < len(claims.sub) <= MAX_SUBJECT_CHARS or not claims.sub.isprintable():
        raise TokenRefused("it names nobody")


def _has_signed(key: Key, algorithm: str, signed: bytes, signature: bytes) -> bool:
    try:
        if algorithm == "RS256" and key.kty == "RSA":
            public = RSAPublicNumbers(_number(key.e), _number(key.n)).public_key()
            if public.key_size < _LEAST_RSA_BITS:
                return False
            public.verify(signature, signed, PKCS1v15(), SHA256())
            return True
        if algorithm == "ES256" and key.kty == "EC" and key.crv == "P-256" and len(signature) == 2 * _P256_BYTES:
            point = EllipticCurvePublicNumbers(_number(key.x), _number(key.y), SECP256R1()).public_key()
            halves = (int.from_bytes(half, "big") for half in (signature[:_P256_BYTES], signature[_P256_BYTES:]))
            point.verify(encode_dss_signature(*halves), signed, ECDSA(SHA256()))
            return True
    except (InvalidSignature, ValueError):
        return False
    return False


def _read(part: str, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(_decoded(part), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise TokenRefused("that is no token") from None


def _decoded(part: str) -> bytes:
    """Base64 for URLs without padding (RFC 7515, 2)."""
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise TokenRefused("that is no token") from None


def _number(part: str) -> int:
    return int.from_bytes(_decoded(part), "big")
