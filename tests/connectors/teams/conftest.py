"""A bot between a local Microsoft and a hub in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest_asyncio

from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import MemoryHub
from connectors.teams.config import TeamsConfig
from connectors.teams.plugin import TeamsConnector, build
from tests.connectors.telegram.conftest import until
from tests.servers.teams import APP_ID, PASSWORD, TeamsServer


@dataclass(kw_only=True)
class Desk:
    """What a test of the connector works with."""

    server: TeamsServer
    hub: MemoryHub

    def config(self, **settings: Any) -> TeamsConfig:
        values = {
            "app_id": APP_ID,
            "app_password": Secret(PASSWORD),
            "service_urls": (self.server.service,),
            "openid_url": f"{self.server.url}/openid",
            "login_url": self.server.url,
            "request_timeout_s": 2,
        }
        return TeamsConfig(**(values | settings))

    def connector(self, **settings: Any) -> TeamsConnector:
        return build(self.config(**settings), self.hub.context("teams"))

    async def tell(self, activity: dict[str, Any], **claims: Any) -> int:
        """Post an activity that names this server's address; the status of the answer."""
        body = activity | {"serviceUrl": self.server.service}
        return await self.server.tell(self.hub.url("teams"), body, **claims)

    @asynccontextmanager
    async def running(self, connector: TeamsConnector) -> AsyncIterator[TeamsConnector]:
        """The connector at work, with the keys of posts."""
        task = asyncio.create_task(connector.run(self.hub.deliver))
        try:
            await until(lambda: bool(connector._keyring.keys) or task.done())
            yield connector
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with TeamsServer() as server, MemoryHub() as hub:
        yield Desk(server=server, hub=hub)
