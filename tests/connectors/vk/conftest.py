"""A community between a local VK and a hub in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest_asyncio

from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import Unavailable
from channelhub.sdk.testing import MemoryHub
from connectors.vk.config import VkConfig
from connectors.vk.plugin import VkConnector, build
from tests.connectors.desk import supervised
from tests.servers.vk import GROUP, SECRET, TOKEN, VkServer


@dataclass(kw_only=True)
class Desk:
    """What a test of the connector works with."""

    server: VkServer
    hub: MemoryHub
    failures: list[Unavailable] = field(default_factory=list)

    def connector(self, **settings: Any) -> VkConnector:
        values = {
            "group_id": GROUP,
            "token": Secret(TOKEN),
            "secret": Secret(SECRET),
            "base_url": self.server.url,
            "poll_timeout_s": 1,
            "request_timeout_s": 2,
        }
        return build(VkConfig(**(values | settings)), self.hub.context("vk"))

    @asynccontextmanager
    async def running(self, connector: VkConnector) -> AsyncIterator[VkConnector]:
        """The connector under an impatient supervisor; what it raised stands in `failures`."""
        async with supervised(connector, self.hub, self.failures):
            yield connector


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with VkServer() as server, MemoryHub() as hub:
        yield Desk(server=server, hub=hub)
