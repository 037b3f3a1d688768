"""An account between a local server and a hub in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest_asyncio

from channelhub.domain.inbound import Inbound
from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import Unavailable
from channelhub.sdk.testing import MemoryHub
from connectors.bluesky.config import BlueskyConfig
from connectors.bluesky.parse import parse
from connectors.bluesky.plugin import BlueskyConnector, build
from tests.connectors.telegram.conftest import until
from tests.servers.bluesky import BEGUN, HANDLE, PASSWORD, BlueskyServer

LOG = "chat.bsky.convo.getLog"
NOW = BEGUN + timedelta(hours=1)


@dataclass(kw_only=True)
class Desk:
    """What a test of the connector works with."""

    server: BlueskyServer
    hub: MemoryHub
    failures: list[Unavailable] = field(default_factory=list)

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

    @asynccontextmanager
    async def running(self, **settings: Any) -> AsyncIterator[None]:
        """A connector under an impatient supervisor; what it raised stands in `failures`."""
        async with self.running_one(self.connector(**settings)):
            yield

    @asynccontextmanager
    async def running_one(self, connector: BlueskyConnector) -> AsyncIterator[None]:

        async def keep() -> None:
            while True:
                try:
                    await connector.run(self.hub.deliver)
                except Unavailable as exc:
                    self.failures.append(exc)
                    await asyncio.sleep(0)

        task = asyncio.create_task(keep())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def catch_up(self, **settings: Any) -> None:
        """Run until everything that is listed or logged was looked at twice."""
        async with self.running(**settings):
            await self.rounds(2)

    async def rounds(self, count: int) -> None:
        """Until the server was asked so often for its log, which comes last."""
        since = self.server.asked.count(LOG)
        await until(lambda: self.server.asked.count(LOG) >= since + count)

    @property
    def items(self) -> list[Inbound]:
        """What is stored, as it reads, in order."""
        return [item for raw in self.hub.stored.values() for item in parse(raw)]

    @property
    def names(self) -> list[str]:
        return [name for _, name in self.hub.stored]


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with BlueskyServer() as server, MemoryHub(now=NOW) as hub:
        yield Desk(server=server, hub=hub)
