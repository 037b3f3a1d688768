"""The PROXY protocol as a value: each form of its specification, cut anywhere, and nothing else."""

import ipaddress
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email.proxy import MAX_V2_BYTES, NoProxyHeader, ProxyHeader, read_header

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
ADDRESSES = st.ip_addresses(v=4).flatmap(lambda one: st.tuples(st.just(one), st.ip_addresses(v=4))) | st.ip_addresses(
    v=6
).flatmap(lambda one: st.tuples(st.just(one), st.ip_addresses(v=6)))
PORTS = st.integers(0, 65535)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def v1(source: Address, target: Address, ports: tuple[int, int] = (40000, 25)) -> bytes:
    return f"PROXY TCP{source.version} {source} {target} {ports[0]} {ports[1]}\r\n".encode()


def plain(address: Address) -> str:
    return str(getattr(address, "ipv4_mapped", None) or address)


def v2(command: int, family: int, content: bytes) -> bytes:
    return SIGNATURE + struct.pack(">BBH", command, family, len(content)) + content


def v2_of(source: Address, target: Address, extensions: bytes = b"") -> bytes:
    family = 0x11 if source.version == 4 else 0x21
    return v2(0x21, family, source.packed + target.packed + struct.pack(">HH", 40000, 25) + extensions)


@given(addresses=ADDRESSES, ports=st.tuples(PORTS, PORTS), rest=st.binary(max_size=40))
def test_reads_the_client_of_a_text_header(
    addresses: tuple[Address, Address], ports: tuple[int, int], rest: bytes
) -> None:
    header = v1(*addresses, ports)

    assert read_header(header + rest) == ProxyHeader(source=plain(addresses[0]), length=len(header))


@given(addresses=ADDRESSES, extensions=st.binary(max_size=300), rest=st.binary(max_size=40))
def test_reads_the_client_of_a_binary_header_and_passes_over_extensions(
    addresses: tuple[Address, Address], extensions: bytes, rest: bytes
) -> None:
    header = v2_of(*addresses, extensions)

    assert read_header(header + rest) == ProxyHeader(source=plain(addresses[0]), length=len(header))


@pytest.mark.parametrize("form", [v1, v2_of])
def test_an_ipv4_client_of_a_listener_for_both_families_is_an_ipv4_client(form: object) -> None:
    mapped, target = ipaddress.ip_address("::ffff:192.0.2.7"), ipaddress.ip_address("2001:db8::1")
    found = read_header(form(mapped, target))  # type: ignore[operator]

    assert found is not None
    assert found.source == "192.0.2.7"


@given(addresses=ADDRESSES, form=st.sampled_from([v1, v2_of]), cut=st.integers(0, 1000))
def test_waits_for_a_header_that_has_not_arrived_whole(
    addresses: tuple[Address, Address], form: object, cut: int
) -> None:
    header = form(*addresses)  # type: ignore[operator]

    assert read_header(header[: cut % len(header)]) is None


@given(data=st.binary(max_size=200) | st.binary(max_size=60).map(lambda rest: SIGNATURE + rest))
def test_whatever_comes_is_a_header_or_is_not(data: bytes) -> None:
    try:
        header = read_header(data)
    except NoProxyHeader:
        return
    if header is not None:
        assert 0 < header.length <= len(data)
        assert not header.source or ipaddress.ip_address(header.source)


@pytest.mark.parametrize(
    "data",
    [
        b"PROXY UNKNOWN\r\n",
        b"PROXY UNKNOWN ffff:f...f:ffff 65535 65535\r\n",
        v2(0x20, 0x00, b""),
        v2(0x20, 0x11, b"\0" * 12),
        v2(0x20, 0x11, b""),
        v2(0x21, 0x00, b""),
        v2(0x21, 0x00, b"\x04\0\x01\0"),
        v2(0x21, 0x31, b"\0" * 216),
    ],
    ids=repr,
)
def test_a_proxy_that_names_no_client_speaks_for_itself(data: bytes) -> None:
    assert read_header(data + b"EHLO c\r\n") == ProxyHeader(source="", length=len(data))


@pytest.mark.parametrize(
    "data",
    [
        b"EHLO c\r\n",
        b"proxy tcp4 192.0.2.1 192.0.2.2 1 2\r\n",
        b"PROXY\r\n",
        b"PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n",
        b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n",
        b"PROXY TCP4  192.0.2.1 192.0.2.2 1 2\r\n",
        b"PROXY TCP4 192.0.2.1 192.0.2.2 1 65536\r\n",
        b"PROXY TCP4 192.0.2.256 192.0.2.2 1 2\r\n",
        b"PROXY TCP4 192.0.2.01 192.0.2.2 1 2\r\n",
        b"PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n",
        b"PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n",
        b"PROXY TCP6 2001:db8::1 192.0.2.2 1 2\r\n",
        b"PROXY TCP6 fe80::1%eth0 fe80::2 1 2\r\n",
        b"PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n",
        b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n" + b"a" * 107,
        b"PROXY UNKNOWN " + b"a" * 107,
        b"\r\n\r\n\0\r\nQUIX\n" + b"\x21\x11\0\x0c" + b"\0" * 12,
        v2(0x11, 0x11, b"\0" * 12),
        v2(0x22, 0x11, b"\0" * 12),
        v2(0x21, 0x11, b"\0" * 11),
        v2(0x21, 0x21, b"\0" * 35),
        v2(0x21, 0x41, b"\0" * 36),
        v2(0x21, 0x13, b"\0" * 12),
        v2(0x21, 0x11, b"\0" * MAX_V2_BYTES),
        b"\n",
        b"\x16\x03\x01\x02\0\x01\0",
    ],
    ids=repr,
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(NoProxyHeader):
        read_header(data)
