"""The Google Play connector keeps the contract, receiving and sending."""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Connector
from channelhub.sdk.testing import FILES, PROOFS, BadDay, Case, Fault, MemoryHub, SenderContract, SenderRig, because
from connectors.reviews.google_play.config import GooglePlayConfig
from connectors.reviews.google_play.plugin import plugin
from tests.connectors.reviews import google_play as v
from tests.servers.google_play import KEY_PEM, GooglePlayServer


class GooglePlayRig(SenderRig):
    plugin = plugin
    customer = ("Тарас М.",)
    secrets = (
        KEY_PEM.splitlines()[1],
        "ya29.test-token",
    )
    not_applicable = (
        because("we ask: whoever answers is known by its certificate", *PROOFS)
        | because("reviews have no files", *FILES)
        | because("a page of the list has 100 reviews of some thousand characters", Case.OVERSIZE)
        | because("an answer that can't be read is one cut off, and the next look has it whole", Case.DAMAGED_EVENT)
        | because("a deleted review is in no list any more, which nobody tells from an older one", Case.DELETION)
    )

    def __init__(self) -> None:
        self.server = GooglePlayServer()
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

    def config(self) -> GooglePlayConfig:
        return v.configure(self.server, history_days=20_000)

    async def customer_says(self, text: str) -> str:
        key = self.server.say(text)
        self.texts[key] = text
        return key

    async def redeliver(self, key: str) -> None:
        """The list shows it to whoever asks."""

    def acknowledged(self) -> set[str]:
        """What is stored: the store has no notion of what was taken."""
        bodies = [raw.body for hub in self.hubs for raw in hub.stored.values()]
        return {key for key, text in self.texts.items() if any(text.encode() in body for body in bodies)}

    def vectors(self) -> Sequence[RawMessage]:
        return v.EVERY

    def list_backwards(self) -> None:
        self.server.is_backwards = True

    async def lose_acknowledgement(self) -> None:
        self.server.befall_once(Fault.RESET_BEFORE)

    async def unknown_event(self) -> str:
        self.server.reviews.append(v.OF_NOBODY)
        self.texts["gp:1"] = "robotComment"
        return "gp:1"

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        said = await self.customer_says(texts[0])
        await self._until_stored(said)
        keys = [said]
        for number, text in enumerate(texts[1:], start=1):
            self.server.edit(said, text=text)
            keys.append(f"{said}#{number}")
            self.texts[keys[-1]] = text
            for hub in self.hubs:
                hub.now = hub.now.replace(microsecond=number * 1000)  # a clock goes on
            await self._until_stored(keys[-1])
        return keys

    async def befall(self, fault: Fault | None) -> None:
        self.server.befall(fault)

    async def have(self, day: BadDay | None) -> None:
        self.server.have(day)

    def outbound(self, text: str) -> Outbound:
        said = self.server.say("?")
        return Outbound(id=1, to=said, text=text, conversation_key=said, in_reply_to=said)

    def sent(self) -> Sequence[str]:
        return self.server.sent

    async def refuse_connections(self) -> None:
        await self.server.close()

    async def lose_answers(self) -> None:
        self.server.drops_answers = True

    async def _until_stored(self, key: str) -> None:
        """The list shows what a review says by now: what it said in between is nowhere."""
        while key not in self.acknowledged():
            await asyncio.sleep(0.005)


class TestGooglePlay(SenderContract):
    rig = GooglePlayRig
