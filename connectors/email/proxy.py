"""The PROXY protocol, versions 1 and 2: what a proxy says about the connection it passes on. Pure.

Source: HAProxy's specification of the protocol (proxy-protocol.txt, revision 2020/03/05), sections 2.1 and 2.2.
"""

import ipaddress
import re
from dataclasses import dataclass

_SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
_FIXED_BYTES = 16
_V1_BYTES = 107  # the longest line, with its end
#: Longest version 2 header we wait for: addresses and extensions (a client certificate's name among them).
MAX_V2_BYTES = 8 * 1024
_LOCAL, _PROXY = 0x20, 0x21
_UNKNOWN = re.compile(rb"PROXY UNKNOWN(?: [^\r\n]*)?\Z")
_FIELDS = re.compile(rb"PROXY TCP([46]) ([0-9A-Fa-f.:]+) ([0-9A-Fa-f.:]+) ([0-9]{1,5}) ([0-9]{1,5})\Z")
#: Bytes of one address by the family in the upper half of byte 13: IPv4, IPv6.
_FAMILIES = {0x10: 4, 0x20: 16}
_UNIX, _UNIX_BYTES = 0x30, 216


class NoProxyHeader(ValueError):
    """What came first is no header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyHeader:
    """`source` is the client's address, empty where the proxy speaks for itself or can't tell."""

    source: str
    length: int  # bytes it takes


def read_header(data: bytes | bytearray) -> ProxyHeader | None:
    """The header that `data` begins with; None: it hasn't arrived whole. Raises `NoProxyHeader`."""
    if data[: len(_SIGNATURE)] == _SIGNATURE[: len(data)]:
        return _read_v2(bytes(data[:MAX_V2_BYTES]))
    if data[:6] == b"PROXY "[: len(data)]:
        return _read_v1(bytes(data[:_V1_BYTES]))
    raise NoProxyHeader("neither version of a PROXY header")


def _read_v1(data: bytes) -> ProxyHeader | None:
    line, end, _ = data.partition(b"\r\n")
    if not end:
        if len(data) >= _V1_BYTES:
            raise NoProxyHeader("a line of more than 107 bytes")
        return None
    length = len(line) + len(end)
    if _UNKNOWN.match(line):
        return ProxyHeader(source="", length=length)
    fields = _FIELDS.match(line)
    if fields is None or int(fields[4]) > 65535 or int(fields[5]) > 65535:
        raise NoProxyHeader("not the form of version 1")
    try:
        source, target = (ipaddress.ip_address(fields[place].decode()) for place in (2, 3))
    except ValueError as error:
        raise NoProxyHeader(str(error)) from error
    if not source.version == target.version == int(fields[1]):
        raise NoProxyHeader("addresses of another family")
    return ProxyHeader(source=_written(source), length=length)


def _read_v2(data: bytes) -> ProxyHeader | None:
    if len(data) < _FIXED_BYTES:
        return None
    command, family = data[12], data[13] & 0xF0
    length = _FIXED_BYTES + int.from_bytes(data[14:16])
    if command not in (_LOCAL, _PROXY):
        raise NoProxyHeader("another version or command")
    if length > MAX_V2_BYTES:
        raise NoProxyHeader(f"more than {MAX_V2_BYTES} bytes")
    if family not in (*_FAMILIES, _UNIX, 0) or data[13] & 0x0F > 2:
        raise NoProxyHeader("an unknown family or protocol")
    if command == _PROXY and length - _FIXED_BYTES < 2 * _FAMILIES.get(family, 0) + 4 * bool(family in _FAMILIES):
        raise NoProxyHeader("too short for its addresses")
    if len(data) < length:
        return None
    size = _FAMILIES.get(family, 0)
    if command == _LOCAL or not size:
        return ProxyHeader(source="", length=length)
    return ProxyHeader(source=_written(ipaddress.ip_address(data[16 : 16 + size])), length=length)


def _written(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """A listener for both families names an IPv4 client by an IPv6 address that holds it: it is the same client."""
    return str(getattr(address, "ipv4_mapped", None) or address)
