"""A feed between a local site and a hub in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest_asyncio

from channelhub.domain.inbound import Inbound
from channelhub.sdk.errors import Unavailable
from channelhub.sdk.testing import MemoryHub
from connectors.feeds.config import FeedConfig
from connectors.feeds.parse import parse
from connectors.feeds.plugin import FeedConnector, build
from tests.connectors.telegram.conftest import until
from tests.servers.feeds import BEGUN, FeedServer

NOW = BEGUN + timedelta(hours=1)


@dataclass(kw_only=True)
class Desk:
    """What a test of the connector works with."""

    server: FeedServer
    hub: MemoryHub
    failures: list[Unavailable] = field(default_factory=list)

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

    @asynccontextmanager
    async def running(self, **settings: Any) -> AsyncIterator[None]:
        """A connector under an impatient supervisor; what it raised stands in `failures`."""
        async with self.running_one(self.connector(**settings)):
            yield

    @asynccontextmanager
    async def running_one(self, connector: FeedConnector) -> AsyncIterator[None]:

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
        """Run until the feed was looked at twice."""
        async with self.running(**settings):
            await self.looks(2)

    async def looks(self, count: int) -> None:
        """Until the feed was asked for so often, and what came of all but the last is done."""
        since = len(self.server.asked)
        await until(lambda: len(self.server.asked) > since + count)

    @property
    def items(self) -> list[Inbound]:
        """What is stored, as it reads, in order."""
        return [item for raw in self.hub.stored.values() for item in parse(raw)]

    @property
    def names(self) -> list[str]:
        return [name for _, name in self.hub.stored]


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with FeedServer() as server, MemoryHub(now=NOW) as hub:
        yield Desk(server=server, hub=hub)
