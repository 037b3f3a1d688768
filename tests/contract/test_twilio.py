"""The Twilio connectors keep the contract, receiving and sending: SMS and WhatsApp."""

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
    Case,
    Fault,
    PostingRig,
    SenderContract,
    SenderRig,
    because,
)
from connectors.twilio.config import TwilioSmsConfig, TwilioWhatsAppConfig
from connectors.twilio.delivery import posted
from connectors.twilio.plugin import sms, whatsapp
from connectors.twilio.receive import MAX_BODY_BYTES
from connectors.twilio.signature import HEADER, read_fields
from tests.connectors.twilio import vectors as v
from tests.servers.twilio import ACCOUNT, NUMBER, ROOT, TOKEN, TwilioServer, signature


class SmsRig(PostingRig, SenderRig):
    plugin = sms
    customer = (v.IRYNA,)
    secrets = (TOKEN,)
    proof_headers = (HEADER,)
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = (
        NO_VERSIONS
        | NO_TIME
        | because("beyond North America an SMS has a file's address in its words, not the file", Case.FILE_OF_OURS)
    )

    def __init__(self) -> None:
        self.server = TwilioServer()

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self.server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)
        await self.server.close()

    def config(self) -> TwilioSmsConfig | TwilioWhatsAppConfig:
        return TwilioSmsConfig(
            account_sid=ACCOUNT,
            auth_token=Secret(TOKEN),
            sender=NUMBER,
            base_url=self.server.url,
            request_timeout_s=1,
        )

    async def until_callable(self) -> None:
        """The number gets our address when the account is seen to work."""
        await self.server.is_asked.wait()

    def headers(self, body: bytes) -> dict[str, str]:
        return {
            HEADER: signature(self.url, body),
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        }

    def body(self, number: int, text: str) -> bytes:
        return v.encoded(v.sms(text, sid=f"SM{number:032x}"))

    def unknown(self) -> bytes:
        return v.encoded(v.HOLOGRAM)

    def vectors(self) -> Sequence[RawMessage]:
        return [posted(body, read_fields(body) or (), account=self.account) for body in map(v.encoded, v.OF_SMS)]

    async def keep_file(self, content: bytes) -> MediaReference:
        self.server.files["ME77"] = content
        return MediaReference(reference=f"{self.server.url}{ROOT}/Messages/{v.PHOTO_SID}/Media/ME77")

    async def name_file_at(self, url: str) -> MediaReference:
        """A message names an address; here the file behind a genuine one lies elsewhere."""
        self.server.redirects["ME78"] = url
        return MediaReference(reference=f"{self.server.url}{ROOT}/Messages/{v.PHOTO_SID}/Media/ME78")

    async def befall(self, fault: Fault | None) -> None:
        self.server.befall(fault)

    async def have(self, day: BadDay | None) -> None:
        self.server.have(day)

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=v.IRYNA, text=text, conversation_key=v.IRYNA, reply_token="a-token")

    def sent(self) -> Sequence[str]:
        return [one.get("Body", "") for one in self.server.sent]

    def sent_files(self) -> Sequence[bytes]:
        return [content for _, content in self.server.fetched]

    async def refuse_connections(self) -> None:
        await self.server.close()

    async def lose_answers(self) -> None:
        self.server.loses_answers = True


class WhatsAppRig(SmsRig):
    plugin = whatsapp
    not_applicable = NO_VERSIONS | NO_TIME
    customer = (v.IRYNA, v.BSUID, "Ірина")

    def config(self) -> TwilioWhatsAppConfig:
        return TwilioWhatsAppConfig(
            account_sid=ACCOUNT,
            auth_token=Secret(TOKEN),
            sender=NUMBER,
            base_url=self.server.url,
            request_timeout_s=1,
        )

    def body(self, number: int, text: str) -> bytes:
        return v.encoded(v.whatsapp(text, sid=f"SM{number:032x}"))

    def vectors(self) -> Sequence[RawMessage]:
        return [posted(body, read_fields(body) or (), account=self.account) for body in map(v.encoded, v.OF_WHATSAPP)]

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=v.IRYNA.removeprefix("+"), text=text, conversation_key=f"whatsapp:{v.IRYNA}")


class TestTwilioSms(SenderContract):
    rig = SmsRig


class TestTwilioWhatsApp(SenderContract):
    rig = WhatsAppRig
