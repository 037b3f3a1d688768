"""The LINE connector keeps the contract, receiving and sending."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import NO_TIME, BadDay, Fault, PostingRig, SenderContract, SenderRig
from connectors.line.config import LineConfig
from connectors.line.delivery import to_raws
from connectors.line.plugin import plugin
from connectors.line.receive import MAX_BODY_BYTES, SIGNATURE_HEADER
from tests.connectors.line import vectors as v
from tests.servers.line import SECRET, TOKEN, LineServer, signature


class LineRig(PostingRig, SenderRig):
    plugin = plugin
    customer = (v.HANA,)
    secrets = (TOKEN, SECRET)
    proof_headers = (SIGNATURE_HEADER,)
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = NO_TIME

    def __init__(self) -> None:
        self.server = LineServer()

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self.server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)
        await self.server.close()

    def config(self) -> LineConfig:
        return LineConfig(
            channel_secret=Secret(SECRET),
            token=Secret(TOKEN),
            base_url=self.server.url,
            content_url=self.server.url,
            request_timeout_s=1,
        )

    async def until_callable(self) -> None:
        """LINE posts to an address that it was told."""
        await self.server.is_hooked.wait()

    def headers(self, body: bytes) -> dict[str, str]:
        return {SIGNATURE_HEADER: signature(body), "Content-Type": "application/json; charset=utf-8"}

    def body(self, number: int, text: str) -> bytes:
        return v.posted(v.message({"id": f"5987{number:04}", "type": "text", "text": text}, number=number))

    def unknown(self) -> bytes:
        return v.posted(v.UNKNOWN)

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        kinds = ["message", *["messageEdited"] * (len(texts) - 1)]
        said = [
            v.event(
                kind,
                number=number,
                timestamp=v.AT_MS + number,
                message={"id": v.MESSAGE_ID, "type": "text", "text": text},
            )
            for number, (kind, text) in enumerate(zip(kinds, texts, strict=True), start=1)
        ]
        return [self.post(v.posted(one)) for one in said]

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        said = v.message({"type": "text", "text": text}, number=1)
        return [self.post(v.posted(one)) for one in (said, v.UNSENT | {"webhookEventId": "taken-back"})]

    def vectors(self) -> Sequence[RawMessage]:
        return to_raws(v.posted(*v.EVERY), account=self.account, takes_groups=True)

    async def keep_file(self, content: bytes) -> MediaReference:
        self.server.files[v.MESSAGE_ID] = content
        return MediaReference(reference=v.MESSAGE_ID)

    async def name_file_at(self, url: str) -> MediaReference:
        return MediaReference(reference=url)

    async def befall(self, fault: Fault | None) -> None:
        self.server.befall(fault)

    async def have(self, day: BadDay | None) -> None:
        self.server.have(day)

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=v.HANA, text=text, conversation_key=v.HANA)

    def sent(self) -> Sequence[str]:
        return [message.get("text", "") for one in self.server.sent for message in one["messages"]]

    def sent_files(self) -> Sequence[bytes]:
        return [content for _, content in self.server.fetched]

    async def refuse_connections(self) -> None:
        await self.server.close()

    async def lose_answers(self) -> None:
        self.server.drops_answers = True


class TestLine(SenderContract):
    rig = LineRig
