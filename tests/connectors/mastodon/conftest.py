"""An account between a local instance and a hub in memory."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest_asyncio

from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import MemoryHub
from connectors.mastodon.config import MastodonConfig
from connectors.mastodon.plugin import MastodonConnector, build, plugin
from tests.connectors.desk import AskingDesk
from tests.connectors.telegram.conftest import until
from tests.servers.mastodon import BEGUN, TOKEN, MastodonServer

NOW = BEGUN + timedelta(hours=1)


@dataclass(kw_only=True)
class Desk(AskingDesk):
    """What a test of the connector works with."""

    plugin = plugin
    server: MastodonServer

    def config(self, **settings: Any) -> MastodonConfig:
        values = {
            "instance": self.server.instance,
            "token": Secret(TOKEN),
            "history_days": 1,
            "poll_s": 1,
            "request_timeout_s": 2,
        }
        return MastodonConfig(**(values | settings))

    def connector(self, **settings: Any) -> MastodonConnector:
        """A connector built anew, as after a restart."""
        return build(self.config(**settings), self.hub.context("mastodon"))

    async def catch_up(self, **settings: Any) -> None:
        """Run until the list of notifications was asked past its end."""
        async with self.running(**settings):
            await self.until_caught_up()

    async def until_caught_up(self) -> None:
        last = int(self.server.notifications[-1]["id"])
        await until(lambda: self.server.confirmed >= last)


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with MastodonServer() as server, MemoryHub(now=NOW) as hub:
        yield Desk(server=server, hub=hub)
