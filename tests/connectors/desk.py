"""A connector at work between its channel's local server and a hub in memory."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from channelhub.domain.inbound import Inbound
from channelhub.sdk.contract import Connector, Plugin
from channelhub.sdk.errors import Unavailable
from channelhub.sdk.testing import MemoryHub

C = TypeVar("C", bound=Connector)


@asynccontextmanager
async def supervised(connector: C, hub: MemoryHub, failures: list[Unavailable]) -> AsyncIterator[C]:
    """The connector under an impatient supervisor: what it raised is added to `failures`. Whatever a supervisor doesn't
    start it again after is raised at the end."""

    async def keep() -> None:
        while True:
            try:
                await connector.run(hub.deliver)
            except Unavailable as exc:
                failures.append(exc)
                await asyncio.sleep(0)

    task = asyncio.create_task(keep())
    try:
        yield connector
    finally:
        task.cancel()
        [ended] = await asyncio.gather(task, return_exceptions=True)
    if isinstance(ended, Exception):
        raise ended


@dataclass(kw_only=True)
class AskingDesk(ABC):
    """What tests of a connector that asks its channel work with. A subclass names its server and what it is configured
    with."""

    plugin: ClassVar[Plugin]
    hub: MemoryHub
    failures: list[Unavailable] = field(default_factory=list)

    @abstractmethod
    def connector(self, **settings: Any) -> Connector:
        """A connector built anew, as after a restart."""

    @asynccontextmanager
    async def running(self, **settings: Any) -> AsyncIterator[None]:
        """A connector under an impatient supervisor; what it raised stands in `failures`."""
        async with self.running_one(self.connector(**settings)):
            yield

    @asynccontextmanager
    async def running_one(self, connector: Connector) -> AsyncIterator[None]:
        async with supervised(connector, self.hub, self.failures):
            yield

    @property
    def items(self) -> list[Inbound]:
        """What is stored, as it reads, in order."""
        return [item for raw in self.hub.stored.values() for item in self.plugin.parse(raw)]

    @property
    def names(self) -> list[str]:
        return [name for _, name in self.hub.stored]
