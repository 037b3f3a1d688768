"""The link by which who sent a form sees how the request stands: signed, for a time, to this request only.

Who holds the link is known by nothing else. So it never shows what somebody else wrote who owns the address that was
typed into the form: once the conversation has gone on by another account, the page ends before that.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from channelhub.domain.inbound import Direction
from channelhub.domain.outbound import OutboxState

TOKEN_CHARS: Final = 43
_BODY = struct.Struct(">QII")  # delivery, unix seconds of writing and of the end
_MAC_BYTES: Final = 16  # with the body 32 bytes
_LATEST_S: Final = 2**32 - 1
#: What went to the customer, or may have.
_TOLD: Final = frozenset(
    {OutboxState.SENT, OutboxState.DELAYED, OutboxState.DELIVERED, OutboxState.READ, OutboxState.UNCERTAIN}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A request that is followed: the delivery it came in, when (unix seconds), and until when the link shows it."""

    inbox_id: int
    since_s: int
    until_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message of the conversation; `state` is the outbox's, of what we wrote."""

    message_id: int
    account: str
    direction: Direction
    at_us: int
    state: str = ""


def write(followed: Followed, *, secret: bytes) -> str:
    """The token of a link: 43 characters of base64url (RFC 4648 §5)."""
    body = _BODY.pack(followed.inbox_id, min(followed.since_s, _LATEST_S), min(followed.until_s, _LATEST_S))
    return base64.urlsafe_b64encode(body + _mac(body, secret)).rstrip(b"=").decode()


def read(token: str, *, secret: bytes) -> Followed | None:
    """What a token follows; None for one that we didn't sign. Compares in constant time. Its end may be past."""
    if len(token) != TOKEN_CHARS or not token.isascii():
        return None
    try:
        raw = base64.b64decode(token + "=", altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    body, mac = raw[: _BODY.size], raw[_BODY.size :]
    if not hmac.compare_digest(_mac(body, secret), mac):
        return None
    inbox_id, since_s, until_s = _BODY.unpack(body)
    return Followed(inbox_id=inbox_id, since_s=since_s, until_s=until_s)


def public_part(said: Iterable[Said], account: str) -> tuple[list[Said], bool]:
    """What the link shows of a conversation, given the oldest first; and whether there is more, elsewhere."""
    shown: list[Said] = []
    for one in said:
        if one.direction is Direction.IN and one.account != account:
            return shown, True
        if one.direction is Direction.IN or one.state in _TOLD:
            shown.append(one)
    return shown, False


def _mac(body: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, b"following:" + body, hashlib.sha256).digest()[:_MAC_BYTES]
