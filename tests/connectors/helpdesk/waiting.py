"""Waiting for what a connector does by itself."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unavailable, Unparseable
from channelhub.sdk.testing import MemoryHub
from connectors.helpdesk.desk import HelpDesk
from tests.connectors.telegram.conftest import until


@asynccontextmanager
async def running(connector: HelpDesk, hub: MemoryHub) -> AsyncIterator[HelpDesk]:
    """The connector at work, called again at once whenever the help desk fails it."""

    async def keep() -> None:
        while True:
            try:
                await connector.run(hub.deliver)
            except Unavailable:
                await asyncio.sleep(0)

    task = asyncio.create_task(keep())
    try:
        yield connector
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def read_to_the_end(connector: HelpDesk, hub: MemoryHub) -> None:
    """Until the list was taken to its end once more."""
    told = len(hub.comparisons)
    async with running(connector, hub):
        await until(lambda: len(hub.comparisons) > told)


def is_parked(raw: RawMessage, parse: Callable[[RawMessage], object]) -> bool:
    """Whether the hub would park it."""
    try:
        parse(raw)
    except Unparseable:
        return True
    return False
