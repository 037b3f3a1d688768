"""Whether a post is signed as Standard Webhooks asks: by whom, over these very bytes, a moment ago.

Use it on the body as it came, before anything parses it. A post that was seen before is known by its `webhook-id`:
remembering those is up to whoever receives.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, Protocol

from channelhub.sdk.webhook_keys import HAS_ED25519, PRIVATE_PREFIX, PUBLIC_PREFIX, NotAKey
from channelhub.sdk.webhooks import read_secret

if HAS_ED25519:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TOLERANCE_S: Final = 300.0  # what Standard Webhooks' libraries allow either way
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
_MOST_SIGNATURES: Final = 32
_MOST_CHARS: Final = 8192  # of a header that is looked at
_PUBLIC_BYTES: Final = 32
_KINDS: Final = {"v1": "a shared secret (v1)", "v1a": "a key pair (v1a)"}


class Fault(StrEnum):
    """Why a post isn't believed."""

    MISSING_HEADER = "missing-header"
    BAD_TIMESTAMP = "bad-timestamp"
    BAD_SIGNATURE = "bad-signature"  # nothing in the header is a signature
    OTHER_KIND = "other-kind"  # it is signed, but with the other kind of key
    MISMATCH = "mismatch"
    TOO_OLD = "too-old"
    TOO_NEW = "too-new"


class NotVerified(Exception):
    """The post isn't believed; the text is a sentence without secrets."""

    def __init__(self, fault: Fault, reason: str) -> None:
        super().__init__(reason)
        self.fault = fault
        self.reason = reason


class VerifyingKey(Protocol):
    """Tells genuine signatures of one version."""

    @property
    def version(self) -> str:
        """`v1` or `v1a`."""

    def is_signature(self, signature: bytes, content: bytes) -> bool:
        """Whether these bytes sign the content with this key."""


class SharedKey:
    """Verifies `v1`, HMAC-SHA256, in constant time. Raises NotASecret for what is no secret."""

    version: Final = "v1"

    def __init__(self, text: str) -> None:
        self._key = read_secret(text)

    def is_signature(self, signature: bytes, content: bytes) -> bool:
        return hmac.compare_digest(hmac.digest(self._key, content, hashlib.sha256), signature)


class PublicKey:
    """Verifies `v1a`, ed25519. Raises NotAKey for what is no public key, and where it can't be used here."""

    version: Final = "v1a"

    def __init__(self, text: str) -> None:
        if not HAS_ED25519:
            raise NotAKey("ed25519 needs the package cryptography: install channelhub[signatures]")
        try:
            found = base64.b64decode(text.removeprefix(PUBLIC_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            found = b""
        if not text.startswith(PUBLIC_PREFIX) or len(found) != _PUBLIC_BYTES:
            raise NotAKey(f"expected {PUBLIC_PREFIX} and base64 of {_PUBLIC_BYTES} bytes")
        self._public = Ed25519PublicKey.from_public_bytes(found)

    def is_signature(self, signature: bytes, content: bytes) -> bool:
        try:
            self._public.verify(signature, content)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a genuine post says of itself. `key` is the place of the key among those given."""

    message_id: str
    sent_at: datetime
    key: int


def read_verifying_key(text: str) -> VerifyingKey:
    """The key of `whsec_…` or `whpk_…`. Raises NotASecret or NotAKey."""
    if text.startswith(PRIVATE_PREFIX):
        raise NotAKey(f"this is the private key, which only signs: verify with the public one, {PUBLIC_PREFIX}…")
    return PublicKey(text) if text.startswith(PUBLIC_PREFIX) else SharedKey(text)


def verify(
    headers: Mapping[str, str],
    body: bytes,
    *,
    keys: Sequence[VerifyingKey],
    now: datetime,
    tolerance_s: float = TOLERANCE_S,
) -> Verified:
    """What is known of a genuine post. One signature that one of the keys made is enough: that is how keys change.

    `headers` by name in any case; `now` is aware. Raises NotVerified: of a post that is signed right, but not now, the
    fault is its time.
    """
    named = {name.lower(): value for name, value in headers.items()}
    message_id, stamp, given = (_header(named, name) for name in (ID, TIMESTAMP, SIGNATURE))
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise NotVerified(Fault.BAD_TIMESTAMP, f"{TIMESTAMP} is not a number of seconds since 1970")
    signatures = list(_signatures(given))
    if not signatures:
        raise NotVerified(Fault.BAD_SIGNATURE, f"{SIGNATURE} holds no signature of the form v1,BASE64 or v1a,BASE64")
    place = _signer(keys, signatures, content_of(message_id, stamp, body))
    sent_at = datetime.fromtimestamp(int(stamp), UTC)
    _require_fresh(sent_at, now, tolerance_s)
    return Verified(message_id=message_id, sent_at=sent_at, key=place)


def content_of(message_id: str, stamp: str, body: bytes) -> bytes:
    """What is signed."""
    return f"{message_id}.{stamp}.".encode(errors="surrogatepass") + body


def _header(named: Mapping[str, str], name: str) -> str:
    value = named.get(name, "").strip()
    if not value:
        raise NotVerified(Fault.MISSING_HEADER, f"there is no header {name}")
    return value[:_MOST_CHARS]


def _signatures(given: str) -> Iterator[tuple[str, bytes]]:
    """The versions and bytes of a header's signatures; what is none, or of a later version, is passed over."""
    for one in given.split(" ")[:_MOST_SIGNATURES]:
        version, _, text = one.partition(",")
        if version in _KINDS and text:
            try:
                yield version, base64.b64decode(text, validate=True)
            except (binascii.Error, ValueError):
                continue


def _signer(keys: Sequence[VerifyingKey], signatures: Sequence[tuple[str, bytes]], content: bytes) -> int:
    """The place of the key that signed."""
    given, had = {version for version, _ in signatures}, {key.version for key in keys}
    for place, key in enumerate(keys):
        if any(version == key.version and key.is_signature(signature, content) for version, signature in signatures):
            return place
    if not given & had:
        signed, known = (" and ".join(_KINDS[one] for one in sorted(some)) for some in (given, had))
        raise NotVerified(Fault.OTHER_KIND, f"it is signed with {signed}, but the key to verify with is {known}")
    reason = "no signature fits: it was signed with another key, or the body or a header isn't as it was sent"
    raise NotVerified(Fault.MISMATCH, reason)


def _require_fresh(sent_at: datetime, now: datetime, tolerance_s: float) -> None:
    age_s = (now - sent_at).total_seconds()
    if age_s > tolerance_s:
        raise NotVerified(Fault.TOO_OLD, f"it was signed {age_s:.0f} s ago, more than {tolerance_s:.0f}: a repetition?")
    if age_s < -tolerance_s:
        raise NotVerified(Fault.TOO_NEW, f"it was signed {-age_s:.0f} s in the future: is a clock wrong?")
