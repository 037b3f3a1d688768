"""A bot between a local Viber and a hub in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest_asyncio

from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import MemoryHub
from connectors.viber.config import ViberConfig
from connectors.viber.plugin import ViberConnector, build
from tests.connectors.telegram.conftest import until
from tests.servers.viber import TOKEN, ViberServer


@dataclass(kw_only=True)
class Desk:
    """What a test of the connector works with."""

    server: ViberServer
    hub: MemoryHub

    def connector(self, **settings: Any) -> ViberConnector:
        values = {"token": Secret(TOKEN), "name": "Лампи", "base_url": self.server.api, "request_timeout_s": 2}
        return build(ViberConfig(**(values | settings)), self.hub.context("viber"))

    @asynccontextmanager
    async def running(self, connector: ViberConnector) -> AsyncIterator[ViberConnector]:
        """The connector at work, its webhook taken by Viber."""
        task = asyncio.create_task(connector.run(self.hub.deliver))
        try:
            await until(lambda: self.server.is_hooked.is_set() or task.done())
            yield connector
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with ViberServer() as server, MemoryHub() as hub:
        yield Desk(server=server, hub=hub)
