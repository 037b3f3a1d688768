"""A user between a local homeserver and a hub in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest_asyncio

from channelhub.domain.inbound import Inbound
from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import Unavailable
from channelhub.sdk.testing import MemoryHub
from connectors.matrix.config import MatrixConfig
from connectors.matrix.parse import parse
from connectors.matrix.plugin import MatrixConnector, build
from tests.connectors.telegram.conftest import until
from tests.servers.matrix import BEGUN_MS, TOKEN, MatrixServer

NOW = datetime.fromtimestamp(BEGUN_MS / 1000, UTC) + timedelta(hours=1)


@dataclass(kw_only=True)
class Desk:
    """What a test of the connector works with."""

    server: MatrixServer
    hub: MemoryHub
    failures: list[Unavailable] = field(default_factory=list)

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

    @asynccontextmanager
    async def running(self, **settings: Any) -> AsyncIterator[None]:
        """The connector under an impatient supervisor; what it raised stands in `failures`."""
        connector = self.connector(**settings)

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

    async def until_asked_past(self, event_id: str) -> None:
        """Until the homeserver was asked for what comes after this event."""
        await until(lambda: self.server.confirmed >= self.server.place_of(event_id))

    async def catch_up(self, **settings: Any) -> None:
        """Run until everything that the homeserver has is taken."""
        async with self.running(**settings):
            await until(lambda: self.server.confirmed >= len(self.server.stream))

    @property
    def items(self) -> list[Inbound]:
        """What is stored, as it reads, in order."""
        return [item for raw in self.hub.stored.values() for item in parse(raw)]

    @property
    def names(self) -> list[str]:
        return [name for _, name in self.hub.stored]


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with MatrixServer() as server, MemoryHub(now=NOW) as hub:
        yield Desk(server=server, hub=hub)
