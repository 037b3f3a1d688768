"""Whose word is taken for who sent a mail, and whether the hub looks for itself. The same keys for every kind."""

import ipaddress
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Annotated

import msgspec


class TrustConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a sender is proved (SPF, DKIM, DMARC)."""

    trusted_authserv_ids: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            description="Names under which our own mail server writes Authentication-Results (RFC 8601); these are "
            "believed. That server must remove such headers from what comes in. Empty: none are believed."
        ),
    ] = ()
    trusted_hops: Annotated[
        int,
        msgspec.Meta(ge=0, le=10, description="Received headers of our own servers above those results, at most."),
    ] = 1
    trusted_results: Annotated[
        int,
        msgspec.Meta(ge=1, le=10, description="Such headers that our own server writes on each mail, topmost first."),
    ] = 1
    check_authenticity: Annotated[
        bool,
        msgspec.Meta(
            description="Check SPF, DKIM and DMARC here where our server said nothing. Needs the extra mailauth."
        ),
    ] = False
    check_timeout_s: Annotated[
        float,
        msgspec.Meta(gt=0, le=30, description="Longest wait for these checks, seconds; then the sender is not proved."),
    ] = 5.0
    dns_servers: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            description="Addresses of DNS servers for these checks, with :port if not 53. Empty: the system's."
        ),
    ] = ()

    def trust_faults(self) -> Iterator[tuple[str, str]]:
        """Each key that can't work, and why."""
        for name in self.trusted_authserv_ids:
            if not name or any(char.isspace() or char in ';"()' for char in name):
                yield "trusted_authserv_ids", f"{name!r} is not the name of a mail server"
        for server in self.dns_servers:
            if read_server(server) is None:
                yield "dns_servers", f"{server!r} is neither an IP address nor address:port"
        if self.check_authenticity and (find_spec("dkim") is None or find_spec("dns") is None):
            yield "check_authenticity", "needs the extra mailauth: pip install 'channelhub[mailauth]'"


def read_server(text: str) -> tuple[str, int] | None:
    """`192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:5353` as address and port; None otherwise."""
    host, port = text, "53"
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":") or "53"
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return None
    return (host, int(port)) if port.isascii() and port.isdigit() and 0 < int(port) < 65536 else None
