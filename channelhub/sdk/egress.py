"""A guard for addresses that others write into settings or messages: connections leave to the public Internet only.

It judges the address that a socket is about to be connected to, after every redirect of names: a name that changes its
address between check and use, a literal in an odd spelling or an address that carries another inside gains nothing.
"""

import errno
import ipaddress
import socket
from collections.abc import Callable, Collection, Sequence
from typing import Final

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
AddressInfo = tuple[int, int, int, str, tuple[object, ...]]  # as getaddrinfo gives it
SocketFactory = Callable[[AddressInfo], socket.socket]

#: Networks whose addresses hold another one or lead elsewhere, which `is_global` doesn't refuse everywhere:
#: translation (RFC 6052, RFC 8215), 6to4 with its relays (RFC 7526), Teredo, IPv4-compatible and -translated, old
#: site-local addresses, documentation (RFC 9637) and segment routing (RFC 9602).
_CARRIERS: Final = tuple(
    ipaddress.ip_network(text)
    for text in (
        "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "192.88.99.0/24", "2001::/32", "::/96", "::ffff:0:0:0/96",
        "fec0::/10", "3fff::/20", "5f00::/16",
    )
)  # fmt: skip


class EgressBlocked(OSError):
    """The connection was not begun: its address is not public, and not allowed.

    `errno` stays where several addresses of a name were tried and the library tells of all in one OSError.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.errno = errno.EACCES


def is_allowed(address: str, networks: Sequence[Network] = (), *, has_public: bool = True) -> bool:
    """Whether a connection to an IP address may be made: one in `networks`, or a public one unless those are out."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return any(parsed in network for network in networks) or (has_public and _is_public(parsed))


def guarded_sockets(networks: Sequence[Network] = (), *, ports: Collection[int] | None = None) -> SocketFactory:
    """What an HTTP client makes its sockets with (`aiohttp.TCPConnector(socket_factory=…)`).

    The sockets raise EgressBlocked, an OSError, where the address is not allowed. `ports` are those that public
    addresses are connected to; None: all, empty: no public address is.
    """

    def make(info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        host = str(address[0])
        is_public_meant = ports is None or address[1] in ports
        if not is_allowed(host, networks, has_public=is_public_meant):
            why = "is not a public address" if is_public_meant else f"is connected to at other ports than {address[1]}"
            raise EgressBlocked(f"{host} {why}")
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made

    return make


def _is_public(address: Address) -> bool:
    if any(address in network for network in _CARRIERS):
        return False
    return address.is_global and not address.is_multicast
