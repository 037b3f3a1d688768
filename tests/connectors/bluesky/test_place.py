"""Which conversations others see."""

from connectors.bluesky.place import direct
from connectors.bluesky.plugin import plugin


def test_threads_are_public_and_direct_conversations_are_not() -> None:
    assert plugin.is_public("at://did:plc:abc/app.bsky.feed.post/3k")
    assert not plugin.is_public(direct("3kconvo"))
