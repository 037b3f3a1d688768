"""The WhatsApp connector keeps the contract."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import CALLED, NO_TIME, Fault, PostingRig, SenderContract, SenderRig
from connectors.meta.delivery import deliveries
from connectors.meta.hook import MAX_BODY_BYTES, SIGNATURE_HEADER
from connectors.meta.whatsapp.config import WhatsAppConfig
from connectors.meta.whatsapp.delivery import parts
from connectors.meta.whatsapp.plugin import plugin
from tests.connectors.whatsapp.vectors import EDITED, PHONE, USER, VECTORS, message, said, text
from tests.servers.graph import NUMBER_ID, TOKEN, GraphServer

SECRET = "an-app-secret-of-nobody"
VERIFY = "made-up-by-us"


class WhatsAppRig(PostingRig, SenderRig):
    plugin = plugin
    account = "wa"
    customer = (USER, PHONE, "Ірина")
    secrets = (TOKEN, SECRET, VERIFY)
    proof_headers = (SIGNATURE_HEADER,)
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = CALLED | NO_TIME

    def __init__(self) -> None:
        self.server = GraphServer()

    async def __aenter__(self) -> Self:
        await self.server.__aenter__()
        return await super().__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)
        await self.server.close()

    def config(self) -> WhatsAppConfig:
        return WhatsAppConfig(
            token=Secret(TOKEN),
            app_secret=Secret(SECRET),
            verify_token=Secret(VERIFY),
            base_url=self.server.url,
            phone_number_id=NUMBER_ID,
            request_timeout_s=1,
        )

    def body(self, number: int, text_of: str) -> bytes:
        return said(text(text_of, number=number))

    def headers(self, body: bytes) -> dict[str, str]:
        mac = hmac.digest(SECRET.encode(), body, "sha256").hex()
        legacy = hmac.digest(SECRET.encode(), body, hashlib.sha1).hex()
        return {
            SIGNATURE_HEADER: f"sha256={mac}",
            "X-Hub-Signature": f"sha1={legacy}",
            "Content-Type": "application/json",
        }

    def unknown(self) -> bytes:
        return said(message("hologram", {"of": ["tomorrow"]}))

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        keys = [await self.customer_says(texts[0])]
        for number, words in enumerate(texts[1:], start=2):
            inner = {"type": "text", "text": {"body": words}}
            edit = message("edit", EDITED | {"message": inner}, number=number, timestamp=str(1_768_400_000 + number))
            keys.append(self.post(said(edit)))
        return keys

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        revoked = message("revoke", {"original_message_id": "wamid.IN1"}, number=2)
        return [await self.customer_says(text), self.post(said(revoked))]

    def vectors(self) -> Sequence[RawMessage]:
        now = datetime(2026, 1, 15, tzinfo=UTC)
        return [
            raw for body in VECTORS for raw in deliveries(body, parts(body), account=self.account, owned={}, now=now)
        ]

    async def keep_file(self, content: bytes) -> MediaReference:
        self.server.files["118"] = content
        return MediaReference(reference="118")

    async def name_file_at(self, url: str) -> MediaReference:
        """A message names an id; here what tells its place names another host."""
        self.server.files["119"], self.server.places["119"] = b"", url
        return MediaReference(reference="119")

    async def befall(self, fault: Fault | None) -> None:
        self.server.befall(fault)

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=USER, text=text, conversation_key=USER)

    def sent(self) -> Sequence[str]:
        return [body["text"]["body"] if "text" in body else body["image"]["caption"] for body in self.server.sent]

    def sent_files(self) -> Sequence[bytes]:
        named = [body["image"]["id"] for body in self.server.sent if body["type"] == "image"]
        return [self.server.uploads[int(name) - 901][2] for name in named]

    async def refuse_connections(self) -> None:
        await self.server.close()

    async def lose_answers(self) -> None:
        self.server.drops_answers = True


class TestWhatsApp(SenderContract):
    rig = WhatsAppRig
