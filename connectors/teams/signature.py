"""JSON Web Tokens as the Bot Connector signs them (RFC 7515, RFC 7519; RS256, RS384, RS512). Pure."""

import base64
import binascii
from collections.abc import Mapping
from typing import Final, TypeVar

import msgspec

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
    from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
except ImportError:
    HAS_RSA = False
else:
    HAS_RSA = True

T = TypeVar("T")

MAX_TOKEN_CHARS: Final = 8192
SKEW_S: Final = 300.0
_LEAST_BITS: Final = 2048  # of a key
_BROKEN = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, binascii.Error, ValueError)


class NotProved(Exception):
    """The token proves nothing; the text says why, and holds none of it."""


class Key(msgspec.Struct, frozen=True):
    """A public key of a set (RFC 7517), and for which channels it may sign."""

    kid: str
    kty: str = "RSA"
    n: str = ""
    e: str = ""
    endorsements: tuple[str, ...] = ()


class Claims(msgspec.Struct, frozen=True):
    iss: str = ""
    aud: str = ""
    exp: float = 0
    nbf: float = 0
    service_url: str = msgspec.field(default="", name="serviceurl")


class _Header(msgspec.Struct, frozen=True):
    alg: str
    kid: str


def key_named(token: str) -> str:
    """The id of the key that a token says it is signed with. Raises NotProved."""
    return _read(token.partition(".")[0], _Header).kid


def verify(token: str, *, keys: Mapping[str, Key], issuer: str, audience: str, now_s: float) -> tuple[Claims, Key]:
    """What a token says, and the key that signed it. Raises NotProved."""
    if len(token) > MAX_TOKEN_CHARS or token.count(".") != 2:
        raise NotProved("that is no token")
    head, body, signature = token.split(".")
    header = _read(head, _Header)
    key = keys.get(header.kid)
    if key is None:
        raise NotProved("signed with a key that Microsoft doesn't name")
    _check(key, header.alg, f"{head}.{body}".encode("ascii", "replace"), _decoded(signature))
    claims = _read(body, Claims)
    if claims.iss != issuer:
        raise NotProved("given by somebody else than the Bot Connector")
    if claims.aud != audience:
        raise NotProved("given for another bot: is app_id right?")
    if not claims.nbf - SKEW_S <= now_s <= claims.exp + SKEW_S:
        raise NotProved("its time is over, or has not come: is the clock right?")
    return claims, key


def _check(key: Key, algorithm: str, signed: bytes, signature: bytes) -> None:
    known: Mapping[str, type[HashAlgorithm]] = {"RS256": SHA256, "RS384": SHA384, "RS512": SHA512}
    digest = known.get(algorithm)
    if digest is None or key.kty != "RSA":
        raise NotProved("signed in another way than by RSA")
    try:
        public = RSAPublicNumbers(_number(key.e), _number(key.n)).public_key()
        if public.key_size < _LEAST_BITS:
            raise NotProved("signed with a key that is too short")
        public.verify(signature, signed, PKCS1v15(), digest())
    except InvalidSignature:
        raise NotProved("its signature is false") from None
    except ValueError:
        raise NotProved("signed with a key that is none") from None


def _read(part: str, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(_decoded(part), type=kind)
    except _BROKEN:
        raise NotProved("that is no token") from None


def _decoded(part: str) -> bytes:
    """Base64 for URLs without padding, in the one way of writing it."""
    try:
        found = base64.urlsafe_b64decode(part.encode("ascii") + b"=" * (-len(part) % 4))
    except _BROKEN:
        raise NotProved("that is no token") from None
    if base64.urlsafe_b64encode(found).rstrip(b"=") != part.encode("ascii"):
        raise NotProved("that is no token")
    return found


def _number(part: str) -> int:
    return int.from_bytes(_decoded(part), "big")
