"""Addresses to listen on, as the configuration writes them."""

import ipaddress
import re
from dataclasses import dataclass

LISTEN_FORM = "host:port, as 127.0.0.1:8080, [::1]:8080 or :8080 for every address"
_LISTEN = re.compile(r"(?:\[(?P<six>[^\[\]]+)\]|(?P<host>[^:\[\]]*)):(?P<port>[0-9]{1,5})", re.ASCII)
_NAME = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?", re.ASCII)
_EVERY = ("", "0.0.0.0", "::")  # noqa: S104 - recognised here, bound only when a person configures it


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenAddress:
    """Where a server listens. `host` is empty for every address; port 0 takes any free one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def overlaps(self, other: "ListenAddress") -> bool:
        """Whether the two can't both be listened on."""
        if self.port != other.port or self.port == 0:
            return False
        mine, theirs = _plain(self.host), _plain(other.host)
        return mine == theirs or mine in _EVERY or theirs in _EVERY


def parse_listen(text: str) -> ListenAddress:
    """Read `host:port`. Raises ValueError with a text that says what was expected."""
    match = _LISTEN.fullmatch(text.strip())
    if match is None or int(match["port"]) > 65535:
        raise ValueError(f"expected {LISTEN_FORM}")
    six, host = match["six"], match["host"] or ""
    try:
        host = str(ipaddress.IPv6Address(six)) if six is not None else host
    except ValueError as exc:
        raise ValueError(f"expected {LISTEN_FORM}") from exc
    if six is None and host and not _NAME.fullmatch(host):
        raise ValueError(f"expected {LISTEN_FORM}")
    return ListenAddress(host=host, port=int(match["port"]))


def _plain(host: str) -> str:
    return "127.0.0.1" if host.lower() == "localhost" else host.lower()
