"""Where a post comes from: the network it is counted under, and how many posts that network may send."""

import ipaddress
from collections import OrderedDict
from urllib.parse import urlsplit

_MAX_NETWORKS = 20_000  # remembered at once; the one longest unseen is forgotten, which gives it a full bucket again


def network_of(peer: str) -> str:
    """The IPv4 /24 or IPv6 /64 of an address; empty where there is none (a local socket)."""
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    bits = 24 if address.version == 4 else 64
    return str(ipaddress.ip_network((address, bits), strict=False))


def site_of(url: str) -> str:
    """Scheme, host and port of an http(s) address as a browser writes an Origin; empty for anything else."""
    try:
        parts = urlsplit(url.strip().lower())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    is_default = port is None or port == {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" if is_default else f"{parts.scheme}://{host}:{port}"


class Buckets:
    """A token bucket per network, or whatever is counted by: `per_minute` at once, refilled evenly."""

    def __init__(self, per_minute: int) -> None:
        self._size = float(per_minute)
        self._per_s = per_minute / 60
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, network: str, now_s: float, *, cost: float = 1.0) -> float:
        """Take `cost` tokens; 0 when there were as many, else the seconds until there will be.

        More than the bucket ever holds is given once it is full.
        """
        cost = min(cost, self._size)
        level, seen_s = self._levels.pop(network, (self._size, now_s))
        level = min(self._size, level + max(0.0, now_s - seen_s) * self._per_s)
        is_free = level >= cost
        self._levels[network] = (level - cost if is_free else level, now_s)
        if len(self._levels) > _MAX_NETWORKS:
            self._levels.popitem(last=False)
        return 0.0 if is_free else (cost - level) / self._per_s
