"""The address of a card for systems that show it in a frame or a pop-up: signed, for a time.

Who has the address can read the card of whoever has this identity until then, change nothing, and see nobody else's.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from typing import Final

MAX_IDENTITY: Final = 400  # characters, as everywhere an identity is asked for
MAX_TOKEN_CHARS: Final = 2200
_END = struct.Struct(">I")  # unix seconds
_MAC_BYTES: Final = 16
_LATEST_S: Final = 2**32 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLink:
    """Whose card (`kind:value`), and until when (unix seconds)."""

    identity: str
    until_s: int


def path(link: CardLink, *, secret: bytes) -> str:
    """The address below the hub's own: `/card/{token}`, the token in base64url (RFC 4648 §5)."""
    body = _END.pack(min(link.until_s, _LATEST_S)) + link.identity[:MAX_IDENTITY].encode("utf-8", "replace")
    return "/card/" + base64.urlsafe_b64encode(_mac(body, secret) + body).decode().rstrip("=")


def read(token: str, *, secret: bytes) -> CardLink | None:
    """What a token names; None for one that we didn't sign. Compares in constant time. Its end may be past."""
    if len(token) > MAX_TOKEN_CHARS or not token.isascii():
        return None
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if len(body) < _END.size or not hmac.compare_digest(_mac(body, secret), mac):
        return None
    (until_s,) = _END.unpack_from(body)
    return CardLink(identity=body[_END.size :].decode("utf-8", "replace"), until_s=until_s)


def _mac(body: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, b"card:" + body, hashlib.sha256).digest()[:_MAC_BYTES]
