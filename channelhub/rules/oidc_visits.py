"""What a browser carries to another server's sign-in and back: signed by us, for ten minutes, bound to this browser.

`state` and `nonce` of OpenID Connect, and the verifier of PKCE (RFC 7636), are in it, so the hub keeps nothing.
"""

import base64
import binascii
import hashlib
import hmac
from typing import Final

import msgspec

LIVES_S: Final = 600
MAX_CHARS: Final = 2000
_MAC_BYTES: Final = 32
_USE: Final = b"signing in elsewhere"


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One way there and back. `connects`: whose login it is to be connected with, 0: it signs in."""

    state: str
    nonce: str
    verifier: str
    then: str
    until_s: int
    connects: int = 0

    @property
    def challenge(self) -> str:
        """S256 of the verifier (RFC 7636, 4.2)."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


def packed(visit: Visit, *, key: bytes) -> str:
    """The cookie's value."""
    body = msgspec.json.encode(visit)
    return base64.urlsafe_b64encode(_mac(body, key) + body).decode()


def unpacked(text: str, *, key: bytes, state: str, now_s: float) -> Visit | None:
    """The visit that comes back with this `state`; None for one that we didn't sign, that is over, or another one."""
    if len(text) > MAX_CHARS or not text.isascii():
        return None
    try:
        raw = base64.b64decode(text, altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    if not hmac.compare_digest(_mac(raw[_MAC_BYTES:], key), raw[:_MAC_BYTES]):
        return None
    visit = msgspec.json.decode(raw[_MAC_BYTES:], type=Visit)
    is_this = hmac.compare_digest(visit.state.encode(), state.encode("utf-8", "replace"))
    return visit if is_this and now_s < visit.until_s else None


def _mac(body: bytes, key: bytes) -> bytes:
    return hmac.digest(hmac.digest(key, _USE, hashlib.sha256), body, hashlib.sha256)
