"""An app's reviews between a local store and a hub in memory."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from channelhub.domain.inbound import Inbound
from channelhub.sdk.contract import Plugin
from channelhub.sdk.errors import Unavailable
from channelhub.sdk.testing import MemoryHub, VendorServer
from channelhub.sdk.transcript import NoTranscript, Said
from connectors.reviews.connector import ReviewsConnector
from tests.connectors.desk import supervised
from tests.connectors.telegram.conftest import until

S = TypeVar("S", bound=VendorServer)
EARLY_2026 = datetime(2026, 1, 15, tzinfo=UTC)


class SaidByUs(NoTranscript):
    """What the hub answered, by conversation."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Said]] = {}

    def answer(self, key: str, text: str, *, token: str) -> None:
        said = Said(id=token, place="", is_ours=True, text=text, at=EARLY_2026)
        self.answers.setdefault(key, []).append(said)

    async def page(self, key: str, *, since: datetime, before: str = "", limit: int = 50) -> Sequence[Said]:
        return self.answers.get(key, ())


@dataclass(kw_only=True)
class Desk(Generic[S]):
    """What a test of a store's connector works with. `configure` makes its configuration."""

    server: S
    hub: MemoryHub
    plugin: Plugin
    configure: Callable[..., Any]
    said: SaidByUs = field(default_factory=SaidByUs)
    failures: list[Unavailable] = field(default_factory=list)
    held_at: int = 0  # the look that asks for nothing any more
    begun: int = 0  # looks, of one or more pages: each begins by asking for the place

    def connector(self, **settings: Any) -> ReviewsConnector:
        """A connector built anew, as after a restart."""
        context = self.hub.context("reviews", transcript=self.said)

        async def cursor(scope: str) -> str | None:
            self.begun += 1
            if self.begun == self.held_at:
                await asyncio.Event().wait()
            return await context.cursor(scope)

        connector = self.plugin.build(self.configure(self.server, **settings), replace(context, cursor=cursor))
        assert isinstance(connector, ReviewsConnector)
        return connector

    @asynccontextmanager
    async def running(self, **settings: Any) -> AsyncIterator[None]:
        """A connector under an impatient supervisor; what it raised stands in `failures`."""
        async with supervised(self.connector(**settings), self.hub, self.failures):
            yield

    async def look(self, **settings: Any) -> list[Inbound]:
        """Look at the reviews once, as after a restart; what came by it. Nothing is asked of the store afterwards."""
        before = len(self.hub.stored)
        self.held_at = self.begun + 2
        async with self.running(**settings):
            await until(lambda: self.begun >= self.held_at)
        return self.items[before:]

    @property
    def items(self) -> list[Inbound]:
        """What is stored, as it reads, in order."""
        return [item for raw in self.hub.stored.values() for item in self.plugin.parse(raw)]
