"""Keys that webhooks are signed with, as Standard Webhooks writes them: shared secrets (v1) and ed25519 pairs (v1a).

A shared secret is `whsec_…`. A private key is `whsk_…`, base64 of its 32-byte seed, with the public key behind it or
not; the public key is `whpk_…`. ed25519 needs the package `cryptography`: `pip install channelhub[signatures]`.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

from channelhub.sdk.webhooks import PREFIX, read_secret

try:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
except ImportError:
    HAS_ED25519 = False
else:
    HAS_ED25519 = True

PRIVATE_PREFIX: Final = "whsk_"
PUBLIC_PREFIX: Final = "whpk_"
SECRET_BYTES: Final = 32
_SEED_BYTES: Final = 32
_PAIR_BYTES: Final = 64


class NotAKey(ValueError):
    """The text is no key of its kind, or the package for it isn't installed; the key is not in the text."""


class SigningKey(Protocol):
    """Signs deliveries."""

    @property
    def public(self) -> str:
        """What a receiver verifies with; empty for a shared secret, which both sides keep."""

    def signature(self, content: bytes) -> str:
        """`v1,…` or `v1a,…` over `id.timestamp.body`."""


class SharedSecret:
    """HMAC-SHA256. Raises NotASecret for what is no secret."""

    def __init__(self, text: str) -> None:
        self._key = read_secret(text)

    @property
    def public(self) -> str:
        return ""

    def signature(self, content: bytes) -> str:
        return "v1," + _base64(hmac.new(self._key, content, hashlib.sha256).digest())


class KeyPair:
    """ed25519. Raises NotAKey for what is no private key, and where it can't be used here."""

    def __init__(self, text: str) -> None:
        if not HAS_ED25519:
            raise NotAKey("ed25519 needs the package cryptography: install channelhub[signatures]")
        self._private = Ed25519PrivateKey.from_private_bytes(_seed(text))

    @property
    def public(self) -> str:
        return PUBLIC_PREFIX + _base64(self._private.public_key().public_bytes_raw())

    def signature(self, content: bytes) -> str:
        return "v1a," + _base64(self._private.sign(content))


def read_key(text: str) -> SigningKey:
    """The key of a text. Raises NotASecret or NotAKey."""
    return KeyPair(text) if text.startswith(PRIVATE_PREFIX) else SharedSecret(text)


def new_secret() -> str:
    """A shared secret nobody knows yet."""
    return PREFIX + _base64(secrets.token_bytes(SECRET_BYTES))


def new_private_key() -> str:
    """A private key nobody knows yet."""
    return PRIVATE_PREFIX + _base64(secrets.token_bytes(_SEED_BYTES))


def signed_by_all(message_id: str, body: bytes, *, keys: Sequence[SigningKey], at: datetime) -> Mapping[str, str]:
    """The headers of one attempt with a signature of each key, the current one first. `at` is aware."""
    timestamp = str(int(at.timestamp()))
    content = f"{message_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(key.signature(content) for key in keys),
    }


def _seed(text: str) -> bytes:
    try:
        found = base64.b64decode(text.removeprefix(PRIVATE_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if not text.startswith(PRIVATE_PREFIX) or len(found) not in (_SEED_BYTES, _PAIR_BYTES):
        raise NotAKey(f"expected {PRIVATE_PREFIX} and base64 of {_SEED_BYTES} or {_PAIR_BYTES} bytes")
    return found[:_SEED_BYTES]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
