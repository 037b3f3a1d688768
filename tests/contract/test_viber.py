"""The Viber connector keeps the contract, receiving and sending."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import (
    NO_TIME,
    NO_VERSIONS,
    BadDay,
    Fault,
    PostingRig,
    SenderContract,
    SenderRig,
)
from connectors.viber.config import ViberConfig
from connectors.viber.delivery import peek_at, to_raw
from connectors.viber.plugin import plugin
from connectors.viber.receive import MAX_BODY_BYTES, SIGNATURE_HEADER
from tests.connectors.viber.vectors import EVERY, OLENA, TOKEN, UNKNOWN, encoded, message
from tests.servers.viber import TOKEN as BOT_TOKEN
from tests.servers.viber import ViberServer, signature


class ViberRig(PostingRig, SenderRig):
    plugin = plugin
    customer = (OLENA, "Олена")
    secrets = (BOT_TOKEN,)
    proof_headers = (SIGNATURE_HEADER,)
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = NO_VERSIONS | NO_TIME

    def __init__(self) -> None:
        self.server = ViberServer()

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self.server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)
        await self.server.close()

    def config(self) -> ViberConfig:
        return ViberConfig(token=Secret(BOT_TOKEN), name="Лампи", base_url=self.server.api, request_timeout_s=1)

    async def until_callable(self) -> None:
        """Viber posts to an address that it was told and that it tried."""
        await self.server.is_hooked.wait()

    def headers(self, body: bytes) -> dict[str, str]:
        return {SIGNATURE_HEADER: signature(body), "Content-Type": "application/json"}

    def body(self, number: int, text: str) -> bytes:
        return encoded(message({"type": "text", "text": text}, token=TOKEN + number))

    def unknown(self) -> bytes:
        return encoded(UNKNOWN)

    def vectors(self) -> Sequence[RawMessage]:
        return [to_raw(body, peek_at(body), account=self.account) for body in map(encoded, EVERY)]

    async def keep_file(self, content: bytes) -> MediaReference:
        self.server.files["1.jpg"] = content
        return MediaReference(reference=f"{self.server.url}/media/1.jpg")

    async def name_file_at(self, url: str) -> MediaReference:
        return MediaReference(reference=url)

    async def befall(self, fault: Fault | None) -> None:
        self.server.befall(fault)

    async def have(self, day: BadDay | None) -> None:
        self.server.have(day)

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=OLENA, text=text, conversation_key=OLENA)

    def sent(self) -> Sequence[str]:
        return [one["text"] for one in self.server.sent]

    def sent_files(self) -> Sequence[bytes]:
        return [content for _, content in self.server.fetched]

    async def refuse_connections(self) -> None:
        await self.server.close()

    async def lose_answers(self) -> None:
        self.server.drops_answers = True


class TestViber(SenderContract):
    rig = ViberRig
