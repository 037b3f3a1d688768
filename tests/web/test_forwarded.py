"""The client's address past trusted proxies."""

import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st

from channelhub.web.forwarded import Proxies, origin_block


def asked(peer: str, *forwarded: str):
    request = make_mocked_request("GET", "/", headers=[("X-Forwarded-For", value) for value in forwarded])
    return request.clone(remote=peer)


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "expected"),
    [
        ([], "203.0.113.5", ["198.51.100.1"], "203.0.113.5"),
        (["10.0.0.0/8"], "203.0.113.5", ["198.51.100.1"], "203.0.113.5"),
        (["10.0.0.0/8"], "10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.1", ["6.6.6.6, 198.51.100.1, 10.0.0.7"], "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.1", ["6.6.6.6", "198.51.100.1"], "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.1", ["rubbish"], "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", [], "10.0.0.1"),
        (["10.0.0.0/8"], "::ffff:10.0.0.1", ["2001:db8::1"], "2001:db8::1"),
    ],
)
def test_peer_address(trusted: list[str], peer: str, forwarded: list[str], expected: str) -> None:
    assert Proxies(trusted).peer_address(asked(peer, *forwarded)) == expected


@given(st.text(alphabet="0123456789.,: abcdef[]%", max_size=200))
def test_any_forwarded_text_is_harmless(text: str) -> None:
    address = Proxies(["10.0.0.0/8"]).peer_address(asked("10.0.0.1", text))

    assert address


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_origin_block(address: str, block: str) -> None:
    assert origin_block(address) == block
