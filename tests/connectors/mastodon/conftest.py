"""An account between a local instance and a hub in memory."""

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
from connectors.mastodon.config import MastodonConfig
from connectors.mastodon.parse import parse
from connectors.mastodon.plugin import MastodonConnector, build
from tests.connectors.telegram.conftest import until
from tests.servers.mastodon import BEGUN, TOKEN, MastodonServer

NOW = BEGUN + timedelta(hours=1)


@dataclass(kw_only=True)
class Desk:
    """What a test of the connector works with."""

    server: MastodonServer
    hub: MemoryHub
    failures: list[Unavailable] = field(default_factory=list)

    def config(self, **settings: Any) -> MastodonConfig:
        values = {
            "instance": self.server.instance,
            "token": Secret(TOKEN),
            "history_days": 1,
            "poll_s": 1,
            "request_timeout_s": 2,
        }
        return MastodonConfig(**(values | settings))

    def connector(self, **settings: Any) -> MastodonConnector:
        """A connector built anew, as after a restart."""
        return build(self.config(**settings), self.hub.context("mastodon"))

    @asynccontextmanager
    async def running(self, **settings: Any) -> AsyncIterator[None]:
        """A connector under an impatient supervisor; what it raised stands in `failures`."""
        async with self.running_one(self.connector(**settings)):
            yield

    @asynccontextmanager
    async def running_one(self, connector: MastodonConnector) -> AsyncIterator[None]:

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
        """Run until the list of notifications was asked past its end."""
        async with self.running(**settings):
            await self.until_caught_up()

    async def until_caught_up(self) -> None:
        last = int(self.server.notifications[-1]["id"])
        await until(lambda: self.server.confirmed >= last)

    @property
    def items(self) -> list[Inbound]:
        """What is stored, as it reads, in order."""
        return [item for raw in self.hub.stored.values() for item in parse(raw)]

    @property
    def names(self) -> list[str]:
        return [name for _, name in self.hub.stored]


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with MastodonServer() as server, MemoryHub(now=NOW) as hub:
        yield Desk(server=server, hub=hub)
