"""The connector of SMS gateways keeps the contract, receiving and sending."""

import hashlib
from collections.abc import Sequence
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import msgspec

from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.testing import (
    CALLED,
    NO_FILES,
    NO_SIGNATURE,
    NO_TIME,
    NO_VERSIONS,
    Fault,
    PostingRig,
    SenderContract,
    SenderRig,
)
from channelhub.settings.check import decode_custom
from connectors.webhook.sms.config import SmsConfig
from connectors.webhook.sms.plugin import plugin
from tests.connectors.webhook.test_sms import PHONE, RECEIPT, SAID, SEND
from tests.servers.gateway import TOKEN, GatewayServer

SECRET = "a-secret-made-up-by-us-9f2c"
MAX_BODY_BYTES = 64 * 1024


class SmsGatewayRig(PostingRig, SenderRig):
    plugin = plugin
    customer = (PHONE,)
    secrets = (SECRET, TOKEN)
    proof_headers = ("X-Token",)
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = CALLED | NO_FILES | NO_VERSIONS | NO_SIGNATURE | NO_TIME

    def __init__(self) -> None:
        self.server = GatewayServer()

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self.server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)
        await self.server.close()

    def config(self) -> SmsConfig:
        given = {
            "proof": "token",
            "header": "X-Token",
            "secret": SECRET,
            "send_secret": TOKEN,
            "body": "form",
            "trust": "verified",
            "max_body_bytes": MAX_BODY_BYTES,
            "mappings": [SAID, RECEIPT],
            "send": SEND | {"url": f"{self.server.url}/messages", "timeout_s": 1},
        }
        return msgspec.convert(given, SmsConfig, dec_hook=decode_custom)

    def headers(self, body: bytes) -> dict[str, str]:
        return {"X-Token": SECRET, "Content-Type": "application/x-www-form-urlencoded"}

    def body(self, number: int, text: str) -> bytes:
        return urlencode({"id": f"m{number}", "from": PHONE, "text": text}).encode()

    def unknown(self) -> bytes:
        return b"hologram=tomorrow"

    def vectors(self) -> Sequence[RawMessage]:
        forms = [
            {"id": "m1", "from": PHONE, "text": "Не працює оплата"},
            {"id": "g1", "status": "DELIVRD", "reference": "a-token", "to": PHONE},
            {"id": "g1", "status": "UNDELIV", "to": PHONE, "reason": "absent"},
            {"hologram": "tomorrow"},
        ]
        return [
            RawMessage(
                account=self.account,
                delivery_id=hashlib.sha256(body).hexdigest(),
                body=body,
                envelope=Envelope(extra={"trust": "verified"}),
            )
            for body in (urlencode(form).encode() for form in forms)
        ]

    async def befall(self, fault: Fault | None) -> None:
        self.server.befall(fault)

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=PHONE, text=text, reply_token="a-token")

    def sent(self) -> Sequence[str]:
        return [str(one["sms"]["text"]) for one in self.server.sent]

    async def refuse_connections(self) -> None:
        await self.server.close()

    async def lose_answers(self) -> None:
        self.server.loses_answers = True


class TestSmsGateway(SenderContract):
    rig = SmsGatewayRig
