"""The connector of posted mail keeps the contract: a service posts each mail, and a relay takes our answers."""

import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import (
    CALLED,
    NO_FILES,
    NO_SIGNATURE,
    NO_TIME,
    NO_VERSIONS,
    Case,
    Fault,
    PostingRig,
    SenderContract,
    SenderRig,
    because,
)
from connectors.email.posted.config import PostedConfig
from connectors.email.posted.plugin import plugin
from tests.connectors.email.relay import Keeper, relay
from tests.connectors.email_posted import vectors as v
from tests.contract.mail import BEFORE_DATA, relay_line

MAX_BYTES = 65_536


class PostedRig(PostingRig, SenderRig):
    plugin = plugin
    customer = (v.OLHA,)
    secrets = (v.PASSWORD,)
    proof_headers = ("Authorization",)
    oversize_bytes = MAX_BYTES + 1
    sure_refusals = BEFORE_DATA
    not_applicable = (
        CALLED
        | NO_FILES
        | NO_VERSIONS
        | NO_SIGNATURE
        | NO_TIME
        | because(
            "a relay answers by codes of SMTP, without Retry-After and pages", Case.SEND_RATE_LIMITED, Case.SEND_HTML
        )
    )

    def __init__(self) -> None:
        self._keeper = Keeper()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self._stack.enter_async_context(relay(self._keeper))
        self._line = await self._stack.enter_async_context(relay_line(self._keeper))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)
        await self._stack.aclose()

    def config(self) -> PostedConfig:
        return PostedConfig(
            provider="postmark",
            secret=Secret(v.PASSWORD),
            max_message_bytes=MAX_BYTES,
            relay_host="127.0.0.1",
            relay_port=self._line.port_now,
            relay_tls=self._line.tls_now,
            relay_timeout_s=1.0,
            from_address="help@example.org",
        )

    def headers(self, body: bytes) -> dict[str, str]:
        return {"Authorization": v.BASIC, "Content-Type": "application/json"}

    def body(self, number: int, text: str) -> bytes:
        return json.dumps(v.postmark_raw(text, number)).encode()

    def unknown(self) -> bytes:
        return b'{"RecordType":"Hologram","of":["tomorrow"]}'

    def vectors(self) -> Sequence[RawMessage]:
        posts = [
            (v.MIME, "message/rfc822", "postmark"),
            (json.dumps(v.POSTMARK).encode(), "application/json", "postmark"),
            (*v.multipart(v.MAILGUN_READ), "mailgun"),
            (*v.multipart(v.SENDGRID_READ), "sendgrid"),
            (json.dumps({"Type": "Notification", "Message": "{}"}).encode(), "text/plain", "ses"),
        ]
        return [
            RawMessage(
                account=self.account,
                delivery_id=f"d{number}",
                body=body,
                content_type=kind,
                envelope=Envelope(extra={"posted_by": provider}),
            )
            for number, (body, kind, provider) in enumerate(posts)
        ]

    async def befall(self, fault: Fault | None) -> None:
        self._line.befall(fault)

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=v.OLHA, text=text, subject="Re: It broke", message_id="1.answer@example.org")

    def sent(self) -> Sequence[str]:
        return self._keeper.texts()

    async def refuse_connections(self) -> None:
        await self._stack.aclose()

    async def lose_answers(self) -> None:
        self._keeper.is_mute = True


class TestMailWebhook(SenderContract):
    rig = PostedRig
