"""Who is really asking, when a proxy stands in front."""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

from aiohttp import web

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
MAX_HOPS = 20


class Proxies:
    """Knows which peers may speak for others. Without any configured, only the connection's address counts."""

    def __init__(self, trusted: Sequence[str]) -> None:
        """Raises ValueError for what is neither an address nor a network."""
        self._trusted: list[_Network] = [ipaddress.ip_network(text, strict=False) for text in trusted]

    def peer_address(self, request: web.Request) -> str:
        """The address of the client: past the trusted proxies, from the right of X-Forwarded-For."""
        remote = request.remote or ""
        if not self.is_trusted(remote):
            return connection_address(remote)
        address = _address(remote)
        hops = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
        for hop in reversed(hops[-MAX_HOPS:]):
            before = _address(hop.strip())
            if before is None:
                break
            address = before
            if not self._is_trusted(address):
                break
        return str(address)

    def is_local(self, request: web.Request) -> bool:
        """Whether a process of this machine asks for itself, rather than a proxy for somebody else."""
        address = _address(self.peer_address(request))
        is_spoken_for = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
        return address is not None and address.is_loopback and not is_spoken_for

    def is_trusted(self, peer: str) -> bool:
        """Whether a connection from there is one of our proxies."""
        address = _address(peer) if self._trusted else None
        return address is not None and self._is_trusted(address)

    def _is_trusted(self, address: _Address) -> bool:
        return any(address in network for network in self._trusted)


@lru_cache(maxsize=4096)
def connection_address(peer: str) -> str:
    """A connection's own address in its shortest form; text that is no address as it is."""
    address = _address(peer)
    return peer if address is None else str(address)


def origin_block(address: str) -> str:
    """The block that stands for one origin: IPv4 /24, IPv6 /64; other text as it is."""
    parsed = _address(address)
    if parsed is None:
        return address
    prefix = 24 if parsed.version == 4 else 64
    return str(ipaddress.ip_network((parsed, prefix), strict=False))


@lru_cache(maxsize=4096)
def _address(text: str) -> _Address | None:
    try:
        parsed = ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped
    return parsed
