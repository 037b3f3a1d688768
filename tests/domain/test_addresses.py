"""Reading addresses to listen on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.addresses import ListenAddress, parse_listen


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:8080", "127.0.0.1", 8080),
        ("[::1]:25", "::1", 25),
        (":0", "", 0),
        ("mail.example.com:25", "mail.example.com", 25),
    ],
)
def test_reads_host_and_port(text: str, host: str, port: int) -> None:
    address = parse_listen(text)

    assert address == ListenAddress(host=host, port=port)
    assert str(address) == text


@pytest.mark.parametrize(
    "text", ["", "8080", "host", "host:", "host:65536", "::1:25", "[x]:25", "a b:25", "h:٣", "h:-1"]
)
def test_refuses_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="expected host:port"):
        parse_listen(text)


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("127.0.0.1:25", "127.0.0.1:25", True),
        ("localhost:25", "127.0.0.1:25", True),
        (":25", "127.0.0.1:25", True),
        ("[::]:25", "127.0.0.1:25", True),
        ("127.0.0.1:25", "127.0.0.2:25", False),
        ("127.0.0.1:25", "127.0.0.1:26", False),
        (":0", ":0", False),
    ],
)
def test_two_addresses_overlap_when_one_server_would_refuse_the_other(one: str, other: str, overlap: bool) -> None:
    assert parse_listen(one).overlaps(parse_listen(other)) is overlap
    assert parse_listen(other).overlaps(parse_listen(one)) is overlap


@given(st.text())
def test_any_text_is_an_address_or_a_value_error(text: str) -> None:
    try:
        address = parse_listen(text)
    except ValueError:
        return

    assert parse_listen(str(address)) == address
