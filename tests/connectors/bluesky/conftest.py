"""An account between a local server and a hub in memory."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest_asyncio

from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import MemoryHub
from connectors.bluesky.config import BlueskyConfig
from connectors.bluesky.plugin import BlueskyConnector, build, plugin
from tests.connectors.desk import AskingDesk
from tests.connectors.telegram.conftest import until
from tests.servers.bluesky import BEGUN, HANDLE, PASSWORD, BlueskyServer

LOG = "chat.bsky.convo.getLog"
NOW = BEGUN + timedelta(hours=1)


@dataclass(kw_only=True)
class Desk(AskingDesk):
    """What a test of the connector works with."""

    plugin = plugin
    server: BlueskyServer

    def config(self, **settings: Any) -> BlueskyConfig:
        values = {
            "identifier": HANDLE,
            "app_password": Secret(PASSWORD),
            "history_days": 1,
            "poll_s": 0.02,
            "service": self.server.url,
            "cdn": self.server.url,
            "request_timeout_s": 2,
        }
        return BlueskyConfig(**(values | settings))

    def connector(self, **settings: Any) -> BlueskyConnector:
        """A connector built anew, as after a restart."""
        return build(self.config(**settings), self.hub.context("bluesky"))

    async def catch_up(self, **settings: Any) -> None:
        """Run until everything that is listed or logged was looked at twice."""
        async with self.running(**settings):
            await self.rounds(2)

    async def rounds(self, count: int) -> None:
        """Until the server was asked so often for its log, which comes last."""
        since = self.server.asked.count(LOG)
        await until(lambda: self.server.asked.count(LOG) >= since + count)


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with BlueskyServer() as server, MemoryHub(now=NOW) as hub:
        yield Desk(server=server, hub=hub)
