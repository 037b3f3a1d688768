"""The X connector keeps the contract."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import NO_TIME, BadDay, Case, Fault, PostingRig, SenderContract, SenderRig, because
from connectors.x.config import XConfig
from connectors.x.delivery import to_raw
from connectors.x.plugin import plugin
from connectors.x.receive import MAX_BODY_BYTES, SIGNATURE_HEADER
from tests.connectors.x import vectors as v
from tests.servers import x as server


class XRig(PostingRig, SenderRig):
    plugin = plugin
    customer = (v.IRYNA, "Ірина")
    secrets = (server.CONSUMER_KEY, server.CONSUMER_SECRET, server.BEARER, server.TOKEN, server.TOKEN_SECRET)
    proof_headers = (SIGNATURE_HEADER,)
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = NO_TIME | because("X tells nobody that a customer deleted what they said", Case.DELETION)

    def __init__(self) -> None:
        self.server = server.XServer()

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self.server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)
        await self.server.close()

    def config(self) -> XConfig:
        return XConfig(
            user_id=v.US,
            consumer_key=Secret(server.CONSUMER_KEY),
            consumer_secret=Secret(server.CONSUMER_SECRET),
            bearer_token=Secret(server.BEARER),
            access_token=Secret(server.TOKEN),
            access_token_secret=Secret(server.TOKEN_SECRET),
            base_url=self.server.url,
            request_timeout_s=1,
        )

    async def until_callable(self) -> None:
        """X posts to an address that it was told and that it tried."""
        await self.server.is_hooked.wait()

    def headers(self, body: bytes) -> dict[str, str]:
        return {SIGNATURE_HEADER: server.signature(body), "Content-Type": "application/json"}

    def body(self, number: int, text: str) -> bytes:
        return v.encoded(v.received(v.direct(text, number=str(int(v.DIRECT_ID) + number))))

    def unknown(self) -> bytes:
        return v.encoded(v.UNKNOWN)

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        edits = [v.edit(text, history=step) for step, text in enumerate(texts[1:], start=1)]
        return [self.post(v.encoded(one)) for one in (v.mention(texts[0]), *edits)]

    def vectors(self) -> Sequence[RawMessage]:
        return [to_raw(body, account=self.account) for body in map(v.encoded, v.EVERY)]

    async def keep_file(self, content: bytes) -> MediaReference:
        self.server.files["x.png"] = content
        return MediaReference(reference=f"{self.server.url}/files/x.png")

    async def name_file_at(self, url: str) -> MediaReference:
        return MediaReference(reference=url)

    async def befall(self, fault: Fault | None) -> None:
        self.server.befall(fault)

    async def have(self, day: BadDay | None) -> None:
        self.server.have(day)

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=v.IRYNA, text=text, conversation_key=v.IRYNA)

    def sent(self) -> Sequence[str]:
        return [one["text"] for one in self.server.sent]

    def sent_files(self) -> Sequence[bytes]:
        attached = [file for one in self.server.sent for file in one.get("attachments", ())]
        return [b"".join(self.server.uploads[file["media_id"]].segments) for file in attached]

    async def refuse_connections(self) -> None:
        await self.server.close()

    async def lose_answers(self) -> None:
        self.server.drops_answers = True


class TestX(SenderContract):
    rig = XRig
