"""A user between a local homeserver and a hub in memory."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest_asyncio

from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import MemoryHub
from connectors.matrix.config import MatrixConfig
from connectors.matrix.plugin import MatrixConnector, build, plugin
from tests.connectors.desk import AskingDesk
from tests.connectors.telegram.conftest import until
from tests.servers.matrix import BEGUN_MS, TOKEN, MatrixServer

NOW = datetime.fromtimestamp(BEGUN_MS / 1000, UTC) + timedelta(hours=1)


@dataclass(kw_only=True)
class Desk(AskingDesk):
    """What a test of the connector works with."""

    plugin = plugin
    server: MatrixServer

    def config(self, **settings: Any) -> MatrixConfig:
        values = {
            "homeserver": self.server.url,
            "token": Secret(TOKEN),
            "history_days": 1,
            "poll_timeout_s": 1,
            "request_timeout_s": 2,
        }
        return MatrixConfig(**(values | settings))

    def connector(self, **settings: Any) -> MatrixConnector:
        """A connector built anew, as after a restart."""
        return build(self.config(**settings), self.hub.context("matrix"))

    async def until_asked_past(self, event_id: str) -> None:
        """Until the homeserver was asked for what comes after this event."""
        await until(lambda: self.server.confirmed >= self.server.place_of(event_id))

    async def catch_up(self, **settings: Any) -> None:
        """Run until everything that the homeserver has is taken."""
        async with self.running(**settings):
            await until(lambda: self.server.confirmed >= len(self.server.stream))


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with MatrixServer() as server, MemoryHub(now=NOW) as hub:
        yield Desk(server=server, hub=hub)
