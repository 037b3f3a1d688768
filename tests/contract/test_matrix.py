"""The Matrix connector keeps the contract, receiving and sending."""

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Connector
from channelhub.sdk.testing import PROOFS, BadDay, Case, Fault, MemoryHub, SenderContract, SenderRig, because
from connectors.matrix.config import MatrixConfig
from connectors.matrix.plugin import plugin
from tests.connectors.matrix import vectors as v
from tests.servers.matrix import TOKEN, MatrixServer


class MatrixRig(SenderRig):
    plugin = plugin
    customer = (v.OLEH, "Oleh")
    secrets = (TOKEN,)
    not_applicable = (
        because("we ask: whoever answers is known by its certificate", *PROOFS)
        | because("an answer that is too large is asked for in smaller portions", Case.OVERSIZE)
        | because(
            "an answer that can't be read is one cut off; what stands in a readable one has an id", Case.DAMAGED_EVENT
        )
    )

    def __init__(self) -> None:
        self.server = MatrixServer()

    async def __aenter__(self) -> Self:
        await self.server.__aenter__()
        self.server.members[v.ROOM] = {v.ME: "Shop", v.OLEH: "Oleh"}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.server.close()

    async def build(self, hub: MemoryHub) -> Connector:
        return plugin.build(self.config(), hub.context("matrix"))

    def config(self) -> MatrixConfig:
        return MatrixConfig(
            homeserver=self.server.url,
            token=Secret(TOKEN),
            history_days=20_000,
            poll_timeout_s=1,
            request_timeout_s=1,
        )

    async def customer_says(self, text: str) -> str:
        return self.server.say(v.ROOM, text, sender=v.OLEH)

    async def redeliver(self, key: str) -> None:
        """A homeserver keeps everything, and gives it to whoever asks from an earlier place."""

    def acknowledged(self) -> set[str]:
        return {event["event_id"] for _, event in self.server.stream[: self.server.confirmed] if event}

    def vectors(self) -> Sequence[RawMessage]:
        return [v.raw(event) for event in v.EVERY]

    def list_backwards(self) -> None:
        self.server.is_backwards = True

    async def lose_acknowledgement(self) -> None:
        self.server.befall_once(Fault.RESET_BEFORE)

    async def unknown_event(self) -> str:
        return self.server.happen(v.ROOM, "org.example.hologram", {"of": ["tomorrow"]}, sender=v.OLEH)

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        said = await self.customer_says(texts[0])
        return [said, *(self._message(v.edit(said, text)) for text in texts[1:])]

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        said = await self.customer_says(text)
        return [said, self.server.take_back(said, sender=v.OLEH)]

    async def keep_file(self, content: bytes) -> MediaReference:
        self.server.files["mxc://shop.example/AbCd"] = content
        return MediaReference(reference="mxc://shop.example/AbCd")

    async def name_file_at(self, url: str) -> MediaReference:
        return MediaReference(reference=url)

    async def befall(self, fault: Fault | None) -> None:
        self.server.befall(fault)

    async def have(self, day: BadDay | None) -> None:
        self.server.have(day)

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=v.OLEH, text=text, conversation_key=v.ROOM)

    def sent(self) -> Sequence[str]:
        return [content["body"] for _, content in self.server.sent if "url" not in content]

    def sent_files(self) -> Sequence[bytes]:
        kept = {f"mxc://shop.example/Up{at}": content for at, (*_, content) in enumerate(self.server.uploads, start=1)}
        return [kept[content["url"]] for _, content in self.server.sent if "url" in content]

    async def refuse_connections(self) -> None:
        await self.server.close()

    async def lose_answers(self) -> None:
        self.server.drops_answers = True

    def _message(self, content: dict[str, Any]) -> str:
        return self.server.happen(v.ROOM, "m.room.message", content, sender=v.OLEH)


class TestMatrix(SenderContract):
    rig = MatrixRig
