"""The connectors of Facebook pages and Instagram accounts keep the contract."""

import hmac
from abc import abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, ClassVar, Self

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import CALLED, NO_TIME, Fault, PostingRig, SenderContract, SenderRig
from connectors.meta.delivery import deliveries
from connectors.meta.hook import MAX_BODY_BYTES, SIGNATURE_HEADER
from connectors.meta.inbox.config import InboxConfig
from connectors.meta.inbox.parse import parts
from connectors.meta.instagram import plugin as instagram
from connectors.meta.instagram.config import InstagramConfig
from connectors.meta.messenger import plugin as messenger
from connectors.meta.messenger.config import MessengerConfig
from tests.connectors.meta_inbox.vectors import ACCOUNT, APP_ID, CUSTOMER, INSTAGRAM, MESSENGER, PAGE, happened, said
from tests.servers.graph import TOKEN, GraphServer

SECRET = "an-app-secret-of-nobody"
VERIFY = "made-up-by-us"


class InboxRig(PostingRig, SenderRig):
    account = "inbox"
    customer = (CUSTOMER,)
    secrets = (TOKEN, SECRET, VERIFY)
    proof_headers = (SIGNATURE_HEADER,)
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = CALLED | NO_TIME
    place: ClassVar[str]
    kind: ClassVar[str]
    shapes: ClassVar[tuple[bytes, ...]]

    def __init__(self) -> None:
        self.server = GraphServer(subscriptions={APP_ID: ["messages", "feed"]})

    async def __aenter__(self) -> Self:
        await self.server.__aenter__()
        return await super().__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)
        await self.server.close()

    def keys(self) -> dict[str, Any]:
        return {
            "token": Secret(TOKEN),
            "app_secret": Secret(SECRET),
            "verify_token": Secret(VERIFY),
            "app_id": APP_ID,
            "base_url": self.server.url,
            "request_timeout_s": 1,
        }

    @abstractmethod
    def config(self) -> InboxConfig: ...

    def body(self, number: int, text: str) -> bytes:
        return said(text, place=self.place, kind=self.kind, mid=f"m_{number}")

    def headers(self, body: bytes) -> dict[str, str]:
        return {SIGNATURE_HEADER: f"sha256={hmac.digest(SECRET.encode(), body, 'sha256').hex()}"}

    def unknown(self) -> bytes:
        return happened(place=self.place, kind=self.kind, hologram={"of": ["tomorrow"]})

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        keys = [await self.customer_says(texts[0])]
        for number, words in enumerate(texts[1:], start=1):
            edit = {"mid": "m_1", "text": words, "num_edit": number}
            keys.append(self.post(happened(place=self.place, kind=self.kind, message_edit=edit)))
        return keys

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        gone = said("", place=self.place, kind=self.kind, is_deleted=True)
        return [await self.customer_says(text), self.post(gone)]

    def vectors(self) -> Sequence[RawMessage]:
        now = datetime(2026, 1, 15, tzinfo=UTC)
        return [
            self.handed_out(raw)
            for body in self.shapes
            for raw in deliveries(body, parts(body), account=self.account, owned={}, now=now)
        ]

    async def keep_file(self, content: bytes) -> MediaReference:
        self.server.files["118"] = content
        return MediaReference(reference=f"{self.server.plain_url}/cdn/118")

    async def name_file_at(self, url: str) -> MediaReference:
        return MediaReference(reference=url)

    async def befall(self, fault: Fault | None) -> None:
        self.server.befall(fault)

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=CUSTOMER, text=text, conversation_key=CUSTOMER, reply_token="ch.1.2.abc")

    def sent(self) -> Sequence[str]:
        return [body["message"].get("text", "") for body in self.server.sent]

    def sent_files(self) -> Sequence[bytes]:
        attached = [body["message"]["attachment"] for body in self.server.sent if "attachment" in body["message"]]
        return [self.server.uploads[int(one["payload"]["attachment_id"]) - 901][2] for one in attached]

    async def refuse_connections(self) -> None:
        await self.server.close()

    async def lose_answers(self) -> None:
        self.server.drops_answers = True


class MessengerRig(InboxRig):
    plugin = messenger.plugin
    place = PAGE
    kind = "messenger"
    shapes = MESSENGER

    def config(self) -> MessengerConfig:
        return MessengerConfig(page_id=PAGE, **self.keys())


class InstagramRig(InboxRig):
    plugin = instagram.plugin
    place = ACCOUNT
    kind = "instagram"
    shapes = INSTAGRAM

    def config(self) -> InstagramConfig:
        return InstagramConfig(instagram_id=ACCOUNT, **self.keys())


class TestMessenger(SenderContract):
    rig = MessengerRig


class TestInstagram(SenderContract):
    rig = InstagramRig
