"""The Discord connector keeps the contract."""

import json
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import msgspec

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Connector
from channelhub.sdk.testing import PROOFS, BadDay, Case, Fault, MemoryHub, SenderContract, SenderRig, because
from connectors.discord.config import DiscordConfig
from connectors.discord.delivery import Circumstances, to_raw
from connectors.discord.plugin import plugin
from connectors.discord.position import SCOPE, Position
from connectors.discord.shapes import Frame
from tests.connectors.discord import vectors as v
from tests.servers.discord import BOT, TOKEN, DiscordServer

ACCOUNT = "bot"


class DiscordRig(SenderRig):
    plugin = plugin
    customer = (v.VLAD, "vlad.k")
    secrets = (TOKEN,)
    not_applicable = because("we connect: whoever answers is known by its certificate", *PROOFS) | because(
        "what people write has a few kilobytes; a frame beyond 64 MB breaks the connection off", Case.OVERSIZE
    )

    def __init__(self) -> None:
        self.server = DiscordServer(is_confirmed=lambda key: key in self.acknowledged())
        self._confirmed: set[str] = set()
        self._hub: MemoryHub | None = None
        self._said = 0

    async def __aenter__(self) -> Self:
        await self.server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.break_links()
        await self.server.close()

    async def build(self, hub: MemoryHub) -> Connector:
        self._hub = hub
        return plugin.build(self.config(), hub.context(ACCOUNT))

    def config(self) -> DiscordConfig:
        return DiscordConfig(token=Secret(TOKEN), base_url=self.server.api, request_timeout_s=1)

    async def customer_says(self, text: str) -> str:
        self._said += 1
        return await self.server.tell(v.CREATED, v.said(text, number=self._said))

    async def redeliver(self, key: str) -> None:
        self.acknowledged()
        self._confirmed.discard(key)
        await self.server.tell_again(key)

    def acknowledged(self) -> set[str]:
        """What lies before the number that the hub has stored."""
        stored = self._hub.cursors.get(SCOPE) if self._hub else None
        if stored:
            position = msgspec.json.decode(stored, type=Position)
            places = self.server.places.items()
            self._confirmed |= {
                key for key, (session, seq) in places if session == position.session_id and seq <= position.seq
            }
        return set(self._confirmed)

    def vectors(self) -> Sequence[RawMessage]:
        frames = [(v.frame(*one, number=number), number) for number, one in enumerate(v.EVERY, start=1)]
        return [
            to_raw(
                msgspec.json.decode(body, type=Frame),
                body,
                account=ACCOUNT,
                session="s",
                around=Circumstances(bot=BOT),
            )
            for body, _ in frames
        ]

    async def lose_acknowledgement(self) -> None:
        self.server.break_links()

    async def unknown_event(self) -> str:
        return await self.server.tell("HOLOGRAM", {"of": ["tomorrow", {"deep": 2}]})

    async def damaged_event(self) -> str:
        return await self.server.tell(v.CREATED, json.dumps(v.TEXT)[:-4])

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        edits = [
            await self.server.tell(v.UPDATED, v.said(text, edited_timestamp=f"2026-11-21T20:31:{second:02}.000+00:00"))
            for second, text in enumerate(texts[1:])
        ]
        return [await self.server.tell(v.CREATED, v.said(texts[0])), *edits]

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        return [await self.server.tell(v.CREATED, v.said(text)), await self.server.tell(v.DELETED, v.GONE)]

    async def keep_file(self, content: bytes) -> MediaReference:
        self.server.files["1"] = content
        return MediaReference(reference=f"{self.server.url}/files/1#{v.CHAT}/{v.ID}/1")

    async def name_file_at(self, url: str) -> MediaReference:
        return MediaReference(reference=f"{url}#{v.CHAT}/{v.ID}/1")

    async def befall(self, fault: Fault | None) -> None:
        self.server.befall(fault)

    async def have(self, day: BadDay | None) -> None:
        self.server.have(day)

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=v.VLAD, text=text, conversation_key=v.CHAT)

    def sent(self) -> Sequence[str]:
        return [one["content"] for one in self.server.sent]

    def sent_files(self) -> Sequence[bytes]:
        return [content for _, content in self.server.sent_files]

    async def refuse_connections(self) -> None:
        await self.server.close()

    async def lose_answers(self) -> None:
        self.server.drops_answers = True


class TestDiscord(SenderContract):
    rig = DiscordRig
