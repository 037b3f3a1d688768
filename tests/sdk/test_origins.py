"""Networks, sites and the bucket that limits them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.sdk.origins import Buckets, network_of, site_of


@pytest.mark.parametrize(
    ("peer", "network"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_network_of_an_address(peer: str, network: str) -> None:
    assert network_of(peer) == network


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://Shop.example/path?x", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("https://user@shop.example", "https://shop.example"),
        ("null", ""),
        ("javascript:alert(1)", ""),
        ("https://x:99999", ""),
        ("https://[", ""),
    ],
)
def test_site_of_a_url(url: str, site: str) -> None:
    assert site_of(url) == site


def test_a_bucket_empties_and_refills_evenly() -> None:
    buckets = Buckets(60)
    taken = [buckets.wait_s("a", 0.0) for _ in range(61)]

    assert taken == [0.0] * 60 + [1.0]
    assert buckets.wait_s("b", 0.0) == 0.0
    assert buckets.wait_s("a", 0.5) == pytest.approx(0.5)
    assert buckets.wait_s("a", 1.0) == 0.0
    assert buckets.wait_s("a", 1.0) > 0


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=200))
def test_nobody_gets_more_than_the_rate_even_when_the_clock_jumps_back(moments: list[float]) -> None:
    buckets = Buckets(6)
    passed = sum(buckets.wait_s("a", moment) == 0 for moment in moments)
    forward_s = sum(max(0.0, b - a) for a, b in pairwise(moments))

    assert passed <= 6 + forward_s / 10 + 1


def test_networks_remembered_are_bounded() -> None:
    buckets = Buckets(1)
    for number in range(25_000):
        buckets.wait_s(str(number), 0.0)

    assert len(buckets._levels) == 20_000
