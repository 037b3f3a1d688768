"""A bot between a local Discord and a hub in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest_asyncio

from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import Unavailable
from channelhub.sdk.testing import MemoryHub
from connectors.discord.config import DiscordConfig
from connectors.discord.plugin import DiscordConnector, build
from tests.connectors.telegram.conftest import until
from tests.servers.discord import TOKEN, DiscordServer


@dataclass(kw_only=True)
class Desk:
    """What a test of the connector works with."""

    server: DiscordServer
    hub: MemoryHub
    failures: list[Unavailable] = field(default_factory=list)

    def config(self, **settings: Any) -> DiscordConfig:
        values = {"token": Secret(TOKEN), "base_url": self.server.api, "request_timeout_s": 2}
        return DiscordConfig(**(values | settings))

    def connector(self, **settings: Any) -> DiscordConnector:
        return build(self.config(**settings), self.hub.context("bot"))

    @asynccontextmanager
    async def running(self, connector: DiscordConnector) -> AsyncIterator[DiscordConnector]:
        """The connector under a supervisor without patience, connected."""
        task = asyncio.create_task(self._supervise(connector))
        try:
            await until(lambda: bool(self.server.links) or task.done())
            yield connector
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _supervise(self, connector: DiscordConnector) -> None:
        while True:
            try:
                await connector.run(self.hub.deliver)
            except Unavailable as exc:
                self.failures.append(exc)
                await asyncio.sleep(0.005)


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with DiscordServer() as server, MemoryHub() as hub:
        yield Desk(server=server, hub=hub)
        server.break_links()
