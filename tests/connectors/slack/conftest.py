"""An app between a local Slack and a hub in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest_asyncio

from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import MemoryHub
from connectors.slack.config import SlackConfig
from connectors.slack.plugin import SlackConnector, build
from tests.connectors.telegram.conftest import until
from tests.servers.slack import APP_TOKEN, SECRET, TOKEN, SlackServer


@dataclass(kw_only=True)
class Desk:
    """What a test of the connector works with."""

    server: SlackServer
    hub: MemoryHub

    def config(self, **settings: Any) -> SlackConfig:
        values = {
            "token": Secret(TOKEN),
            "signing_secret": Secret(SECRET),
            "app_token": Secret(APP_TOKEN),
            "base_url": self.server.api,
            "request_timeout_s": 2,
        }
        return SlackConfig(**(values | settings))

    def connector(self, **settings: Any) -> SlackConnector:
        return build(self.config(**settings), self.hub.context("slack"))

    @asynccontextmanager
    async def running(self, connector: SlackConnector) -> AsyncIterator[SlackConnector]:
        """The connector at work, until it has looked for what it missed."""
        task = asyncio.create_task(connector.run(self.hub.deliver))
        try:
            await until(lambda: bool(self.hub.cursors) or task.done())
            yield connector
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with SlackServer() as server, MemoryHub() as hub:
        yield Desk(server=server, hub=hub)
