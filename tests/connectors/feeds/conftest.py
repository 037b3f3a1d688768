"""A feed between a local site and a hub in memory."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest_asyncio

from channelhub.sdk.testing import MemoryHub
from connectors.feeds.config import FeedConfig
from connectors.feeds.plugin import FeedConnector, build, plugin
from tests.connectors.desk import AskingDesk
from tests.connectors.telegram.conftest import until
from tests.servers.feeds import BEGUN, FeedServer

NOW = BEGUN + timedelta(hours=1)


@dataclass(kw_only=True)
class Desk(AskingDesk):
    """What a test of the connector works with."""

    plugin = plugin
    server: FeedServer

    def config(self, **settings: Any) -> FeedConfig:
        values = {
            "url": self.server.feed,
            "history_days": 1,
            "poll_s": 0.02,
            "request_timeout_s": 2,
        }
        return FeedConfig(**(values | settings))

    def connector(self, **settings: Any) -> FeedConnector:
        """A connector built anew, as after a restart."""
        return build(self.config(**settings), self.hub.context("reviews"))

    async def catch_up(self, **settings: Any) -> None:
        """Run until the feed was looked at twice."""
        async with self.running(**settings):
            await self.looks(2)

    async def looks(self, count: int) -> None:
        """Until the feed was asked for so often, and what came of all but the last is done."""
        since = len(self.server.asked)
        await until(lambda: len(self.server.asked) > since + count)


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with FeedServer() as server, MemoryHub(now=NOW) as hub:
        yield Desk(server=server, hub=hub)
