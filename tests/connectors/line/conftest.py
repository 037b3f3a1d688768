"""An official account between a local LINE and a hub in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest_asyncio

from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import MemoryHub
from connectors.line.config import LineConfig
from connectors.line.plugin import LineConnector, build
from tests.connectors.telegram.conftest import until
from tests.servers.line import SECRET, TOKEN, LineServer


@dataclass(kw_only=True)
class Desk:
    """What a test of the connector works with."""

    server: LineServer
    hub: MemoryHub

    def config(self, **settings: Any) -> LineConfig:
        values = {
            "channel_secret": Secret(SECRET),
            "token": Secret(TOKEN),
            "base_url": self.server.url,
            "content_url": self.server.url,
            "request_timeout_s": 2,
        }
        return LineConfig(**(values | settings))

    def connector(self, **settings: Any) -> LineConnector:
        return build(self.config(**settings), self.hub.context("line"))

    @asynccontextmanager
    async def running(self, connector: LineConnector) -> AsyncIterator[LineConnector]:
        """The connector at work, its webhook taken by LINE."""
        task = asyncio.create_task(connector.run(self.hub.deliver))
        try:
            await until(lambda: self.server.is_hooked.is_set() or task.done())
            yield connector
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with LineServer() as server, MemoryHub() as hub:
        yield Desk(server=server, hub=hub)
