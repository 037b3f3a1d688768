"""Which headers an endpoint may have sent along: never those that we send, nor any that frames the request."""

import re
from typing import Final

MAX_HEADERS: Final = 20
MAX_VALUE_CHARS: Final = 1000
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?")
_OURS = frozenset(
    {
        "connection", "content-encoding", "content-length", "content-type", "expect", "host", "keep-alive",
        "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "user-agent",
    }
)  # fmt: skip


def fault_of(name: str, value: str) -> str:
    """What is wrong with a header, without its value, which may be a secret; empty where nothing is."""
    if not _NAME.fullmatch(name):
        return "a header's name is 1 to 100 letters, digits and - or _"
    if name.lower() in _OURS or name.lower().startswith("webhook-"):
        return f"{name} is set by the hub"
    if len(value) > MAX_VALUE_CHARS or not _VALUE.fullmatch(value):
        return f"the value of {name} is not 1 to {MAX_VALUE_CHARS} printable ASCII characters"
    return ""
