"""The feed connector keeps the contract."""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from channelhub.domain.media import MediaReference
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Connector
from channelhub.sdk.testing import PROOFS, BadDay, Case, ConnectorContract, Fault, MemoryHub, Rig, because
from connectors.feeds.config import FeedConfig
from connectors.feeds.plugin import plugin
from tests.connectors.feeds import vectors as v
from tests.servers.feeds import FeedServer


class FeedRig(Rig):
    plugin = plugin
    customer = ("Олена",)
    not_applicable = (
        because("we ask: whoever answers is known by its certificate", *PROOFS)
        | because("a feed is one document, refused whole if it is too large", Case.OVERSIZE)
        | because("items are of one shape; what is in them beside that is passed over", Case.UNKNOWN_EVENT)
        | because("a damaged item is one without its end, and the next look has it whole", Case.DAMAGED_EVENT)
    )

    def __init__(self) -> None:
        self.server = FeedServer()
        self.texts: dict[str, str] = {}  # key → what the delivery says
        self.hubs: list[MemoryHub] = []

    async def __aenter__(self) -> Self:
        await self.server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.server.close()

    async def build(self, hub: MemoryHub) -> Connector:
        self.hubs.append(hub)
        return plugin.build(self.config(), hub.context("reviews"))

    def config(self) -> FeedConfig:
        return FeedConfig(url=self.server.feed, history_days=20_000, poll_s=0.02, request_timeout_s=1)

    async def customer_says(self, text: str) -> str:
        key = self.server.say(text).key
        self.texts[key] = text
        return key

    async def redeliver(self, key: str) -> None:
        """The feed shows it to whoever asks."""

    def acknowledged(self) -> set[str]:
        """What is stored: a site has no notion of what was taken."""
        bodies = [raw.body for hub in self.hubs for raw in hub.stored.values()]
        return {key for key, text in self.texts.items() if any(text.encode() in body for body in bodies)}

    def vectors(self) -> Sequence[RawMessage]:
        return v.EVERY

    def list_backwards(self) -> None:
        self.server.is_backwards = True

    async def lose_acknowledgement(self) -> None:
        self.server.befall_once(Fault.RESET_BEFORE)

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        said = await self._taken(texts[0])
        keys = [said]
        for number, text in enumerate(texts[1:], start=1):
            self.server.entries[-1].text = text
            keys.append(f"{said}#{number}")
            self.texts[keys[-1]] = text
            for hub in self.hubs:
                hub.now = hub.now.replace(microsecond=number * 1000)  # a clock goes on
            await self._until_stored(keys[-1])
        return keys

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        said = await self._taken(text)
        self.server.entries.pop()
        self.server.gone.append(said)
        self.texts[f"{said}#gone"] = "deleted-entry"
        return [said, f"{said}#gone"]

    async def keep_file(self, content: bytes) -> MediaReference:
        self.server.files["a.jpg"] = content
        return MediaReference(reference=f"{self.server.url}/files/a.jpg")

    async def name_file_at(self, url: str) -> MediaReference:
        return MediaReference(reference=url)

    async def befall(self, fault: Fault | None) -> None:
        self.server.befall(fault)

    async def have(self, day: BadDay | None) -> None:
        self.server.have(day)

    async def _taken(self, text: str) -> str:
        said = await self.customer_says(text)
        await self._until_stored(said)
        return said

    async def _until_stored(self, key: str) -> None:
        """A feed shows what an item says by now: what was said in between is nowhere."""
        while key not in self.acknowledged():
            await asyncio.sleep(0.005)


class TestFeed(ConnectorContract):
    rig = FeedRig
