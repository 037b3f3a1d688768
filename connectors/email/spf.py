"""SPF (RFC 7208): may this host send for that domain? DNS is asked through `Lookup`; its limits are kept here."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final, Protocol

MOST_LOOKUPS: Final = 10  # RFC 7208 §4.6.4, as are the next two
MOST_VOID: Final = 2
MOST_HOSTS: Final = 10
MOST_TERMS: Final = 100
_QUALIFIERS: Final = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_TERM = re.compile(r"([+\-~?]?)([a-z0-9]{1,20})(?:([:=/])(.*))?", re.IGNORECASE)
_MACRO = re.compile(r"%(?:\{([slodiphcrtv])(\d{0,3})(r?)([.\-+,/_=]{0,8})\}|([%_\-]))", re.IGNORECASE)

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class LookupFailed(Exception):
    """DNS gave no answer now; that there is nothing is an answer."""


class Lookup(Protocol):
    """DNS. Each returns an empty list where there is nothing, and raises LookupFailed."""

    def txt(self, name: str) -> list[str]: ...

    def addresses(self, name: str, *, is_ipv6: bool) -> list[str]: ...

    def mail_hosts(self, name: str) -> list[str]: ...


class _Broken(Exception):
    """The published record can't be used (permerror)."""


@dataclass(slots=True)
class _Asking:
    """What is asked, and how much of DNS it has cost."""

    lookup: Lookup
    ip: IpAddress
    sender: str
    helo: str
    lookups: int = 0
    voids: int = 0

    def spend(self) -> None:
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            raise _Broken("more than ten lookups")

    def seen(self, found: list[str]) -> list[str]:
        self.voids += not found
        if self.voids > MOST_VOID:
            raise _Broken("more than two empty lookups")
        return found


def check(lookup: Lookup, *, ip: str, domain: str, sender: str, helo: str) -> str:
    """none, neutral, pass, fail, softfail, temperror or permerror. `sender` is the address in MAIL FROM."""
    try:
        address = ipaddress.ip_address(ip.partition("%")[0])
    except ValueError:
        return "none"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    try:
        return _domain(_Asking(lookup=lookup, ip=address, sender=sender, helo=helo), domain)
    except LookupFailed:
        return "temperror"
    except _Broken:
        return "permerror"


def _domain(asking: _Asking, domain: str) -> str:
    if not _is_name(domain):
        return "none"
    records = [text for text in asking.lookup.txt(domain) if text.lower().partition(" ")[0] == "v=spf1"]
    if not records:
        return "none"
    if len(records) > 1:
        raise _Broken("several records")
    redirect = ""
    for term in records[0].split()[1 : MOST_TERMS + 1]:
        found = _TERM.fullmatch(term)
        if found is None:
            raise _Broken("a term that is none")
        qualifier, name, mark, value = found[1], found[2].lower(), found[3] or "", found[4] or ""
        if mark == "=":
            redirect = value if name == "redirect" else redirect
        elif _matches(asking, domain, name, f"{mark}{value}" if mark == "/" else value):
            return _QUALIFIERS[qualifier or "+"]
    if redirect:
        asking.spend()
        result = _domain(asking, _expanded(asking, redirect, domain))
        if result == "none":
            raise _Broken("redirected to nothing")
        return result
    return "neutral"


def _matches(asking: _Asking, domain: str, name: str, value: str) -> bool:
    if name == "all":
        return True
    if name in ("ip4", "ip6"):
        return _is_in(asking.ip, value)
    if name == "ptr":
        asking.spend()
        return False  # RFC 7208 §5.5: not to be used, and costly
    if name not in ("a", "mx", "include", "exists"):
        raise _Broken("a mechanism that is none")
    asking.spend()
    target, four, six = _target(value)
    target = _expanded(asking, target, domain) if target else domain
    if name == "include":
        result = _domain(asking, target)
        if result == "none":
            raise _Broken("includes nothing")
        return result == "pass"
    if name == "exists":
        return bool(asking.seen(asking.lookup.addresses(target, is_ipv6=False)))
    prefix = four if asking.ip.version == 4 else six
    hosts = [target] if name == "a" else asking.seen(asking.lookup.mail_hosts(target))
    if len(hosts) > MOST_HOSTS:
        raise _Broken("more than ten mail hosts")
    is_ipv6 = asking.ip.version == 6
    found = [one for host in hosts for one in asking.lookup.addresses(host, is_ipv6=is_ipv6)]
    if name == "a":
        asking.seen(found)
    return any(_is_in(asking.ip, f"{one}/{prefix}") for one in found)


def _target(value: str) -> tuple[str, int, int]:
    """`domain/24//64` as the domain and both prefix lengths."""
    found = re.fullmatch(r"([^/]*)(?:/(\d{1,2}))?(?://(\d{1,3}))?", value)
    if found is None or int(found[2] or 32) > 32 or int(found[3] or 128) > 128:
        raise _Broken("a target that is none")
    return found[1], int(found[2] or 32), int(found[3] or 128)


def _is_in(ip: IpAddress, network: str) -> bool:
    try:
        return ip in ipaddress.ip_network(network, strict=False)
    except ValueError as exc:
        raise _Broken("a network that is none") from exc


def _expanded(asking: _Asking, text: str, domain: str) -> str:
    """Macros (RFC 7208 §7)."""
    local, _, sender_domain = asking.sender.rpartition("@")
    nibbles = ".".join(asking.ip.exploded.replace(":", "")) if asking.ip.version == 6 else str(asking.ip)
    values = {
        "s": asking.sender, "l": local or "postmaster", "o": sender_domain, "d": domain, "i": nibbles,
        "h": asking.helo, "v": "ip6" if asking.ip.version == 6 else "in-addr", "p": "unknown",
    }  # fmt: skip

    def replaced(found: re.Match[str]) -> str:
        if found[5]:
            return {"%": "%", "_": " ", "-": "%20"}[found[5]]
        if found[1].lower() not in values:
            raise _Broken("a macro that is not for names")
        parts = re.split(f"[{re.escape(found[4] or '.')}]", values[found[1].lower()])
        parts = parts[::-1] if found[3] else parts
        return ".".join(parts[-int(found[2]) :] if found[2] and int(found[2]) else parts)

    return _MACRO.sub(replaced, text[:500])[-253:].lstrip(".")


def _is_name(domain: str) -> bool:
    labels = domain.strip(".").split(".")
    return len(domain) <= 253 and len(labels) > 1 and all(0 < len(one) <= 63 for one in labels)
