"""Rigs whose vendor is a local server: it starts and stops with the rig, and plays its bad days."""

import asyncio
from abc import abstractmethod
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from channelhub.domain.media import MediaReference
from channelhub.sdk.contract import Connector
from channelhub.sdk.testing import BadDay, Fault, MemoryHub, Rig, VendorServer


class ServedRig(Rig):
    """A vendor's local server, of which every request may fail."""

    server: VendorServer

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self.server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)
        await self.server.close()

    async def befall(self, fault: Fault | None) -> None:
        self.server.befall(fault)

    async def have(self, day: BadDay | None) -> None:
        self.server.have(day)

    async def refuse_connections(self) -> None:
        await self.server.close()

    async def name_file_at(self, url: str) -> MediaReference:
        """As most channels do: a message names a file by its address."""
        return MediaReference(reference=url)


class AskedRig(ServedRig):
    """A vendor that is asked, and whose answer may be lost."""

    async def lose_acknowledgement(self) -> None:
        self.server.befall_once(Fault.RESET_BEFORE)


class ShowingRig(AskedRig):
    """A vendor that shows what people say by now to whoever asks, and has no notion of what was taken.

    `texts` says of each key by which words its delivery is known. A subclass says how something is `said` and changed.
    """

    account = "reviews"

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.hubs: list[MemoryHub] = []

    async def build(self, hub: MemoryHub) -> Connector:
        self.hubs.append(hub)
        return self.plugin.build(self.config(), hub.context(self.account))

    @abstractmethod
    def said(self, text: str) -> str:
        """Somebody says it; the key."""

    @abstractmethod
    def change(self, key: str, text: str) -> None:
        """What they said reads so from now on."""

    async def customer_says(self, text: str) -> str:
        key = self.said(text)
        self.texts[key] = text
        return key

    async def redeliver(self, key: str) -> None:
        """It is shown to whoever asks."""

    def acknowledged(self) -> set[str]:
        """What is stored."""
        bodies = [raw.body for hub in self.hubs for raw in hub.stored.values()]
        return {key for key, text in self.texts.items() if any(text.encode() in body for body in bodies)}

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        keys = [await self.taken(texts[0])]
        for number, text in enumerate(texts[1:], start=1):
            self.change(keys[0], text)
            keys.append(f"{keys[0]}#{number}")
            self.texts[keys[-1]] = text
            for hub in self.hubs:
                hub.now = hub.now.replace(microsecond=number * 1000)  # a clock goes on
            await self._until_stored(keys[-1])
        return keys

    async def taken(self, text: str) -> str:
        """Said, and stored before anything else is: what was said in between is shown nowhere."""
        key = await self.customer_says(text)
        await self._until_stored(key)
        return key

    async def _until_stored(self, key: str) -> None:
        while key not in self.acknowledged():
            await asyncio.sleep(0.005)
