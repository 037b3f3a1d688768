"""A bot between a local MAX and a hub in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio

from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import Unavailable
from channelhub.sdk.testing import MemoryHub
from connectors.max.config import MaxConfig
from connectors.max.plugin import MaxConnector, build
from tests.servers.max import SECRET, TOKEN, MaxServer


@dataclass(kw_only=True)
class Desk:
    """What a test of the connector works with."""

    server: MaxServer
    hub: MemoryHub
    failures: list[Unavailable] = field(default_factory=list)

    def connector(self, **settings: Any) -> MaxConnector:
        values = {
            "token": Secret(TOKEN),
            "webhook_secret": Secret(SECRET),
            "base_url": self.server.url,
            "poll_timeout_s": 1,
            "request_timeout_s": 2,
        }
        return build(MaxConfig(**(values | settings)), self.hub.context("max"))

    @asynccontextmanager
    async def running(self, connector: MaxConnector) -> AsyncIterator[MaxConnector]:
        """The connector under an impatient supervisor; what it raised stands in `failures`."""

        async def keep() -> None:
            while True:
                try:
                    await connector.run(self.hub.deliver)
                except Unavailable as exc:
                    self.failures.append(exc)
                    await asyncio.sleep(0.005)

        task = asyncio.create_task(keep())
        try:
            yield connector
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest_asyncio.fixture
async def desk(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr("connectors.max.poll.PAUSE_S", 0.01)
    async with MaxServer() as server, MemoryHub() as hub:
        yield Desk(server=server, hub=hub)
