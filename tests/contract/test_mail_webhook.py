"""The connector of posted mail keeps the contract: a service posts each mail, and a relay takes our answers."""

import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from msgspec import structs

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
from channelhub.sdk.testing.rig import Proof
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

    def sent_files(self) -> Sequence[bytes]:
        return self._keeper.files()

    async def refuse_connections(self) -> None:
        await self._stack.aclose()

    async def lose_answers(self) -> None:
        self._keeper.is_mute = True


class MailgunRig(PostedRig):
    """A service whose proof stands in the post: a signature over a time and a token."""

    secrets = (v.KEY,)
    not_applicable = (
        CALLED
        | NO_FILES
        | NO_VERSIONS
        | because("a relay answers by codes of SMTP, and without pages", Case.SEND_RATE_LIMITED, Case.SEND_HTML)
        | because("the proof stands in the form: one that is cut off has none", Case.DAMAGED_EVENT)
        | because("the mail itself is not signed: only https keeps it as it was", Case.STOLEN_PROOF)
    )

    def config(self) -> PostedConfig:
        return structs.replace(super().config(), provider="mailgun", secret=Secret(v.KEY))

    def headers(self, body: bytes) -> dict[str, str]:
        is_event = body.startswith(b"{")
        return {"Content-Type": "application/json" if is_event else "multipart/form-data; boundary=xYzZY"}

    def body(self, number: int, text: str) -> bytes:
        return self.signed(number, text, v.mailgun_mark(int(self.now.timestamp()), f"token{number}"))

    def unknown(self) -> bytes:
        mark = v.mailgun_mark(int(self.now.timestamp()), "token-of-an-event")
        signature = {name: value.decode() for name, value in mark.items()}
        return json.dumps({"signature": signature, "event-data": {"event": "hologram"}}).encode()

    async def redeliver(self, key: str) -> None:
        """Signed anew, by the clock of the hub that it goes to."""
        old, at_s = self._bodies[key], int(self.now.timestamp())
        if not old.startswith(b"{"):
            before = old[: old.index(b'name="timestamp"')].rpartition(b"--xYzZY")[0]
            after = v.multipart(dict(v.mailgun_mark(at_s, f"token{key}").items()))[0]
            self._bodies[key] = before + after
        await super().redeliver(key)

    async def knock(self, proof: Proof) -> int:
        at_s = int(self.now.timestamp())
        mark = {
            Proof.MISSING: {},
            Proof.FALSE: v.mailgun_mark(at_s, key="a key of somebody else"),
            Proof.OLD: v.mailgun_mark(at_s - 10 * 3600),
        }[proof]
        body = self.signed(1, "forged", mark)
        async with self._session.post(self.url, data=body, headers=self.headers(body)) as answer:
            return answer.status

    @staticmethod
    def signed(number: int, text: str, mark: dict[str, bytes]) -> bytes:
        mime = f"From: {v.OLHA}\r\nTo: support@in.shop.ua\r\nMessage-ID: <m{number}@example.ua>\r\n\r\n{text}\r\n"
        return v.multipart({"body-mime": mime.encode(), "sender": v.OLHA.encode(), **mark})[0]


class TestMailWebhook(SenderContract):
    rig = PostedRig


class TestMailgun(SenderContract):
    rig = MailgunRig
