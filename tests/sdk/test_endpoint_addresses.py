"""Where an endpoint may lie, judged by its address before anything is sent there."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.sdk.endpoint_addresses import AddressRefused, read_address, refuse_resolved

PORTS = (443, 8443)
OURS = (ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("::1/128"))


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("https://example.com/hook?a=1", "example.com", 443),
        ("https://EXAMPLE.com:8443", "example.com", 8443),
        ("https://example.com./x", "example.com", 443),
        ("https://пример.укр/x", "xn--e1afmkfd.xn--j1amh", 443),
        ("https://8.8.8.8/x", "8.8.8.8", 443),
        ("https://[2606:4700:4700::1111]/x", "2606:4700:4700::1111", 443),
    ],
)
def test_public_addresses_are_taken_with_https(url: str, host: str, port: int) -> None:
    address = read_address(url, networks=(), ports=PORTS)

    assert (address.host, address.port, address.is_plain) == (host, port, False)


@pytest.mark.parametrize(
    "url",
    [
        "", "example.com", "ftp://example.com", "file:///etc/passwd", "gopher://x", "http://example.com/x",
        "https://user:pw@example.com/", "https://user@example.com", "https://example.com/#x", "https://",
        "https://example.com:22/", "https://example.com:0/", "https://example.com:99999/", "https://exa mple.com",
        "https://example.com\\@127.0.0.1/", "https://example.com/\n", "https://127.0.0.1/", "https://127.1/",
        "https://2130706433/", "https://0x7f.1/", "https://0177.0.0.1/", "https://0/", "https://[::1]/",
        "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/", "https://10.1.2.3/", "https://①②⑦.⓪.⓪.①/",
        "https://[fe80::1%25eth0]/", "https://127.0.0.1./", "https://" + "a" * 2000 + ".com",
    ],
)  # fmt: skip
def test_these_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        read_address(url, networks=(), ports=PORTS)


@pytest.mark.parametrize("url", ["http://10.1.2.3:9000/x", "https://10.1.2.3/", "http://[::1]:8080/", "http://inner/x"])
def test_our_own_networks_take_plain_http_and_any_port(url: str) -> None:
    read_address(url, networks=OURS, ports=PORTS)


@pytest.mark.parametrize("url", ["http://10.2.2.3/", "http://8.8.8.8/", "https://8.8.8.8:22/", "http://127.0.0.1/"])
def test_own_networks_open_nothing_else(url: str) -> None:
    with pytest.raises(AddressRefused):
        read_address(url, networks=OURS, ports=PORTS)


@pytest.mark.parametrize(
    ("url", "found", "is_taken"),
    [
        ("https://a.example/", ["8.8.8.8"], True),
        ("https://a.example/", ["127.0.0.1"], False),
        ("https://a.example/", ["127.0.0.1", "8.8.8.8"], True),  # the socket takes the public one only
        ("https://a.example/", ["10.1.0.9"], True),
        ("https://a.example:22/", ["8.8.8.8"], False),
        ("http://a.example/", ["8.8.8.8"], False),
        ("http://a.example/", ["10.1.0.9"], True),
        ("https://a.example/", [], True),
    ],
)
def test_a_name_is_judged_by_what_it_leads_to(url: str, found: list[str], is_taken: bool) -> None:
    address = read_address(url, networks=OURS, ports=PORTS)
    if is_taken:
        refuse_resolved(address, found, networks=OURS, ports=PORTS)
        return
    with pytest.raises(AddressRefused):
        refuse_resolved(address, found, networks=OURS, ports=PORTS)


@given(st.text(max_size=60), st.sampled_from(["", "https://", "https://a", "http://[", "https://[::"]))
def test_any_text_is_an_address_or_refused(text: str, before: str) -> None:
    try:
        address = read_address(before + text, networks=(), ports=PORTS)
    except AddressRefused:
        return
    assert address.host.isascii()
    assert address.port in PORTS
