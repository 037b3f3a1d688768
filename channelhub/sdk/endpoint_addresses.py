"""Where an endpoint may lie, as far as its address alone says it. Sockets are judged again when they connect."""

import ipaddress
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from yarl import URL

from channelhub.sdk.egress import Network, is_allowed
from channelhub.sdk.names import Names

MAX_URL_CHARS: Final = 2000
DEFAULT_PORTS: Final = (443, 8443)
LOOK_UP_S: Final = 3.0
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\x9f\\]")


class AddressRefused(Exception):
    """Nothing may be posted there; the text says why, as a sentence without its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A host as it is connected to, in ASCII."""

    host: str
    port: int
    is_plain: bool  # http


def read_address(text: str, *, networks: Sequence[Network], ports: Collection[int]) -> Address:
    """The address of an endpoint. Raises AddressRefused.

    `networks` are our own, where also plain http and any port are allowed; `ports` those of public addresses. What a
    name leads to is not known here: see `refuse_resolved`.
    """
    url = _url(text)
    host = (url.raw_host or "").rstrip(".")
    if url.port is None or not 0 < url.port < 65536:
        raise AddressRefused("its port is not between 1 and 65535")
    address = Address(host=host, port=url.port, is_plain=url.scheme == "http")
    literal = _literal(host)
    if literal:
        refuse_resolved(address, [literal], networks=networks, ports=ports)
    elif not networks and address.is_plain:
        raise AddressRefused("it must begin with https://; http is for addresses in [webhooks] networks only")
    elif not networks and address.port not in ports:
        raise AddressRefused(f"port {address.port} is not among [webhooks] ports ({_listed(ports)})")
    return address


def refuse_resolved(
    address: Address, found: Sequence[str], *, networks: Sequence[Network], ports: Collection[int]
) -> None:
    """Raises AddressRefused where none of the IP addresses that a host has now may be connected to."""
    public_ports: Collection[int] = () if address.is_plain else ports
    if not found or any(
        is_allowed(one, networks, has_public=address.port in public_ports) for one in found
    ):  # the names that lead nowhere are told by the first delivery
        return
    if not any(is_allowed(one) for one in found):
        raise AddressRefused(f"{address.host} is no public address ({found[0]}), and not in [webhooks] networks")
    raise AddressRefused(f"a public address takes https only, on a port of [webhooks] ports ({_listed(ports)})")


class EndpointGuard:
    """Judges addresses when endpoints are made. Without `names` nothing is looked up."""

    def __init__(
        self,
        *,
        networks: Sequence[Network] = (),
        ports: Collection[int] = DEFAULT_PORTS,
        names: Names | None = None,
    ) -> None:
        self._networks = networks
        self._ports = ports
        self._names = names

    async def check(self, text: str) -> None:
        """Raises AddressRefused for what could never be posted to. A name that leads nowhere just now is taken."""
        address = read_address(text, networks=self._networks, ports=self._ports)
        if self._names is not None:
            found = await self._names.addresses(address.host, within_s=LOOK_UP_S)
            refuse_resolved(address, found, networks=self._networks, ports=self._ports)


def _listed(ports: Collection[int]) -> str:
    return ", ".join(map(str, sorted(ports)))


def _url(text: str) -> URL:
    if len(text) > MAX_URL_CHARS or _UNSEEN.search(text):
        raise AddressRefused(f"it is longer than {MAX_URL_CHARS} characters or holds spaces, controls or backslashes")
    try:
        url = URL(text)
    except ValueError as exc:
        raise AddressRefused("it is no URL") from exc
    if url.scheme not in ("http", "https") or not url.raw_host:
        raise AddressRefused("it must begin with https:// and a host")
    if url.raw_user is not None or url.raw_password is not None:
        raise AddressRefused("it holds a user name; send credentials in a header")
    if url.raw_fragment:
        raise AddressRefused("it holds a fragment (#), which is never sent")
    return url


def _literal(host: str) -> str:
    """The IP address that a host is, empty where it is a name. Raises AddressRefused for an odd spelling of one."""
    try:
        return str(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        if _NUMBER.fullmatch(host.rpartition(".")[2]):
            raise AddressRefused(f"{host} is an IP address in an unusual spelling; write four numbers") from None
        return ""
