"""Connections that others name go to the public Internet only, whatever the address is written as."""

import ipaddress
import socket

import pytest

from channelhub.sdk.egress import EgressBlocked, guarded_sockets, is_allowed

INNER = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.1", "192.0.0.170", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "ff0e::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:a00:1::", "2001::1",
    "2001:db8::1", "100::1", "3fff::1", "5f00::1", "192.88.99.1",
    "localhost", "", "127.1", "0x7f.1",
]  # fmt: skip


@pytest.mark.parametrize("address", INNER)
def test_an_inner_address_is_not_allowed(address: str) -> None:
    assert not is_allowed(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_a_public_address_is(address: str) -> None:
    assert is_allowed(address)


@pytest.mark.parametrize("address", ["10.1.2.3", "::ffff:10.1.2.3"])
def test_a_network_that_is_named_is_allowed_and_its_neighbours_are_not(address: str) -> None:
    networks = (ipaddress.ip_network("10.1.2.0/24"),)

    assert is_allowed(address, networks)
    assert not is_allowed("10.1.3.3", networks)
    assert not is_allowed("127.0.0.1", networks)


def test_no_socket_is_made_for_an_inner_address() -> None:
    make = guarded_sockets()
    with pytest.raises(EgressBlocked):
        make((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 80)))

    made = make((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("8.8.8.8", 80)))
    assert made.gettimeout() == 0.0
    made.close()
