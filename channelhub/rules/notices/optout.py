"""How a customer declines notices: a signed link in mail (RFC 8058), a word in answer to one anywhere.

The link's token names the identity. Nobody can make one without the hub's secret; who has one can decline for that
address, and do nothing else.
"""

import hashlib
import hmac
import re

from channelhub.rules.tokens import digits

_MARK = "no."
_MAC_BYTES = 15
_TOKEN = re.compile(r"no\.(?P<identity>[0-9a-v]{1,13})\.(?P<mac>[0-9a-v]{24})", re.ASCII)
_LONGEST_WORDING = 40  # characters of an answer that is looked at
_WORDS = frozenset(
    {
        "stop", "unsubscribe", "стоп", "отписаться", "отписка", "відписатися", "відписатись", "відписка",
    }
)  # fmt: skip
_AROUND = " \t\r\n\u00a0.!?,;:\"'«»“”()[]/#*_"


def write(identity_id: int, *, secret: bytes) -> str:
    """The token of an identity's link: at most 42 lower-case letters, digits and dots."""
    name = f"{_MARK}{digits(identity_id)}"
    return f"{name}.{_mac(name, secret)}"


def read(text: str, *, secret: bytes) -> int | None:
    """The identity that a token names; None for what we didn't sign."""
    found = _TOKEN.fullmatch(text)
    if found is None:
        return None
    identity, mac = found["identity"], found["mac"]
    if not hmac.compare_digest(_mac(f"{_MARK}{identity}", secret), mac):
        return None
    return int(identity, 32)


def declines(text: str) -> bool:
    """Whether an answer is nothing but a word that declines notices, whatever its case."""
    return len(text) <= _LONGEST_WORDING and text.strip(_AROUND).casefold() in _WORDS


def _mac(name: str, secret: bytes) -> str:
    digest = hmac.new(secret, b"optout:" + name.encode(), hashlib.sha256).digest()
    return digits(int.from_bytes(digest[:_MAC_BYTES])).rjust(24, "0")
