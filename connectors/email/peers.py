"""Who is connected, and who may be: caps in all and for each peer, and the networks that are known."""

import ipaddress
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from connectors.email.wire import Wire

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Networks:
    """Addresses and networks of the configuration. IPv4 addresses written as IPv6 are their IPv4 ones."""

    def __init__(self, networks: Iterable[str]) -> None:
        self._networks = tuple(ipaddress.ip_network(network, strict=False) for network in networks)

    def __bool__(self) -> bool:
        return bool(self._networks)

    def __contains__(self, host: str) -> bool:
        address = _address(host)
        return address is not None and any(address in network for network in self._networks)


class Peers:
    """The connections of one listener. A peer without an address is a local socket: it is never capped by itself."""

    def __init__(self, *, most: int, most_of_one: int, uncapped: Networks) -> None:
        self._most = most
        self._most_of_one = most_of_one
        self._uncapped = uncapped
        self._groups: dict[Wire, str] = {}
        self._counts: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._groups)

    def all(self) -> tuple[Wire, ...]:
        """Those connected now."""
        return tuple(self._groups)

    def enter(self, wire: Wire, host: str) -> str:
        """Count a connection. Returns the reply that refuses it, or nothing."""
        if len(self._groups) >= self._most:
            return "421 4.3.2 Too many connections, try again later"
        return self._count(wire, host)

    def move(self, wire: Wire, host: str) -> str:
        """A connection turns out to be that of another host. Returns the reply that refuses it, or nothing."""
        self.leave(wire)
        return self._count(wire, host)

    def leave(self, wire: Wire) -> None:
        """Forget a connection; one that never entered is none."""
        group = self._groups.pop(wire, None)
        if group is None:
            return
        self._counts[group] -= 1
        if not self._counts[group]:
            del self._counts[group]

    def _count(self, wire: Wire, host: str) -> str:
        group = peer_group(host)
        if self._counts[group] >= self._most_of_one and not self._is_uncapped(host):
            return "421 4.7.0 Too many connections from your address"
        self._groups[wire] = group
        self._counts[group] += 1
        return ""

    def _is_uncapped(self, host: str) -> bool:
        return is_local(host) or host in self._uncapped


def is_local(host: str) -> bool:
    """Whether a peer is on this machine: its loopback, or a local socket."""
    address = _address(host)
    return address is None or address.is_loopback


@lru_cache(maxsize=4096)
def peer_group(host: str) -> str:
    """What connections are counted by: an IPv4 address, or the /64 an IPv6 host usually has to itself."""
    address = _address(host)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return host if address is None else str(address)


@lru_cache(maxsize=4096)
def _address(host: str) -> _Address | None:
    """The address; None for a local socket."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
