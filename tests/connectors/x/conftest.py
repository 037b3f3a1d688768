"""An account between a local X and a hub in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest_asyncio

from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import Unavailable
from channelhub.sdk.testing import MemoryHub
from connectors.x.config import XConfig
from connectors.x.plugin import XConnector, build
from tests.connectors.desk import supervised
from tests.servers import x as server


def settings(**changes: Any) -> dict[str, Any]:
    return {
        "user_id": server.ACCOUNT,
        "consumer_key": Secret(server.CONSUMER_KEY),
        "consumer_secret": Secret(server.CONSUMER_SECRET),
        "bearer_token": Secret(server.BEARER),
        "access_token": Secret(server.TOKEN),
        "access_token_secret": Secret(server.TOKEN_SECRET),
        "request_timeout_s": 2,
        **changes,
    }


@dataclass(kw_only=True)
class Desk:
    """What a test of the connector works with."""

    server: server.XServer
    hub: MemoryHub
    failures: list[Unavailable] = field(default_factory=list)

    def connector(self, **changes: Any) -> XConnector:
        return build(XConfig(**settings(base_url=self.server.url, **changes)), self.hub.context("x"))

    @asynccontextmanager
    async def running(self, connector: XConnector) -> AsyncIterator[XConnector]:
        """The connector under an impatient supervisor; what it raised stands in `failures`."""
        async with supervised(connector, self.hub, self.failures):
            yield connector


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with server.XServer() as vendor, MemoryHub() as hub:
        yield Desk(server=vendor, hub=hub)
