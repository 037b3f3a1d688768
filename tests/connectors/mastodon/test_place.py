"""Which conversations others see."""

import pytest

from connectors.mastodon.place import VISIBILITIES
from connectors.mastodon.plugin import plugin


@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_only_direct_posts_are_among_those_who_are_named(visibility: str) -> None:
    assert plugin.is_public(f"{visibility}:109") == (visibility != "direct")
