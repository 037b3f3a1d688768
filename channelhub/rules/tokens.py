"""Reply tokens: what we sign into our mail so that an answer finds its conversation.

A token names a conversation and the message of ours that carried it. It stands in our Message-ID, and where the
account is set so, in the plus-address (RFC 5233) that answers and bounces go to. Nobody can make one without the hub's
secret; who has one can show only that he was given it.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

MARK = "ch."
_DIGITS = "0123456789abcdefghijklmnopqrstuv"  # those of int(text, 32); mail programs may change their case
_MAC_BYTES = 10
_TOKEN = re.compile(
    r"ch\.(?P<conversation>[0-9a-v]{1,13})\.(?P<message>[0-9a-v]{1,13})\.(?P<mac>[0-9a-v]{16})", re.IGNORECASE
)
_LONGEST_PLACE = 320  # characters of a Message-ID or address that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a token of ours says: the conversation, and which message of ours carried it."""

    conversation_id: int
    message_id: int


def write(conversation_id: int, message_id: int, *, secret: bytes) -> str:
    """A token, at most 47 characters: lower-case letters, digits and dots."""
    name = f"{MARK}{digits(conversation_id)}.{digits(message_id)}"
    return f"{name}.{_mac(name, secret)}"


def message_id(token: str, domain: str) -> str:
    """The Message-ID, without angle brackets, of the mail that carries a token."""
    return f"{token}@{domain}"


def read(text: str, *, secret: bytes) -> Token | None:
    """The token in a Message-ID or an address; None when there is none, or one that we didn't sign."""
    local = text[:_LONGEST_PLACE].strip("<> ").rpartition("@")[0] or text[:_LONGEST_PLACE]
    found = _TOKEN.fullmatch(local.rpartition("+")[2])
    if found is None:
        return None
    conversation, message, mac = (found[name].lower() for name in ("conversation", "message", "mac"))
    if not hmac.compare_digest(_mac(f"{MARK}{conversation}.{message}", secret), mac):
        return None
    return Token(conversation_id=int(conversation, 32), message_id=int(message, 32))


def first(texts: Iterable[str], *, secret: bytes) -> Token | None:
    """The first token among Message-IDs and addresses."""
    return next((token for token in (read(text, secret=secret) for text in texts if text) if token is not None), None)


def _mac(name: str, secret: bytes) -> str:
    digest = hmac.new(secret, b"reply:" + name.encode(), hashlib.sha256).digest()
    return digits(int.from_bytes(digest[:_MAC_BYTES])).rjust(16, "0")


def digits(number: int) -> str:
    """A number in lower-case letters and digits: `int(text, 32)` reads it."""
    found = ""
    while number or not found:
        number, digit = divmod(number, 32)
        found = _DIGITS[digit] + found
    return found
