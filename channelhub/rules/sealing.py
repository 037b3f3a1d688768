"""Short secrets that the hub must read again, sealed by its own: who has the database alone can't read them.

Encrypt-then-MAC with HMAC-SHA-256 as the pseudorandom function, a key of its own for each of the two, and a nonce for
each value. `purpose` binds a value to its place: moved to another row it opens no more.
"""

import hashlib
import hmac
from typing import Final

NONCE_BYTES: Final = 16
MAX_BYTES: Final = 32  # one block of the pad
_TAG_BYTES: Final = 16


def seal(value: bytes, *, key: bytes, nonce: bytes, purpose: str) -> bytes:
    """Nonce, hidden value, tag. `nonce` is random and never used again; the value has at most `MAX_BYTES`."""
    if len(value) > MAX_BYTES or len(nonce) != NONCE_BYTES:
        raise ValueError("a value of at most 32 bytes and a nonce of 16 can be sealed")
    hidden = _masked(value, key, nonce)
    return nonce + hidden + _tag(nonce + hidden, key, purpose)


def unseal(sealed: bytes, *, key: bytes, purpose: str) -> bytes | None:
    """The value; None where it was sealed by another key, for another purpose, or has been changed."""
    body, tag = sealed[:-_TAG_BYTES], sealed[-_TAG_BYTES:]
    if not NONCE_BYTES <= len(body) <= NONCE_BYTES + MAX_BYTES or not hmac.compare_digest(
        _tag(body, key, purpose), tag
    ):
        return None
    return _masked(body[NONCE_BYTES:], key, body[:NONCE_BYTES])


def _masked(value: bytes, key: bytes, nonce: bytes) -> bytes:
    pad = hmac.digest(_derived(key, b"seal: pad"), nonce, hashlib.sha256)
    return bytes(left ^ right for left, right in zip(value, pad, strict=False))


def _tag(body: bytes, key: bytes, purpose: str) -> bytes:
    return hmac.digest(_derived(key, b"seal: tag"), purpose.encode() + b"\0" + body, hashlib.sha256)[:_TAG_BYTES]


def _derived(key: bytes, use: bytes) -> bytes:
    return hmac.digest(key, use, hashlib.sha256)
