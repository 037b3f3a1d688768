"""The smtp connector keeps the contract: a mail server hands us mail, and a relay takes our answers."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from types import TracebackType
from typing import Any, Self

from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Connector
from channelhub.sdk.testing import ASKING, Fault, MemoryHub, SenderContract, SenderRig, because
from connectors.email.config import ReceiverConfig, SmtpConfig
from connectors.email.plugin import smtp
from tests.connectors.email.relay import Keeper, relay
from tests.contract.mail import BEFORE_DATA, DAMAGED, NO_MAIL_KINDS, relay_line

ACCOUNT = "mail"
CUSTOMER = "ann@example.com"
PASSWORD = "an example password"
PATIENCE_S = 2.0
MAX_MESSAGE_BYTES = 50_000


class MailRig(SenderRig):
    """A mail server with one mail for us at a time; keeps each until it hears 250."""

    plugin = smtp
    customer = (CUSTOMER,)
    secrets = (PASSWORD,)
    oversize_bytes = MAX_MESSAGE_BYTES + 10_000
    sure_refusals = BEFORE_DATA
    not_applicable = NO_MAIL_KINDS | because("our mail server hands mail over: nothing is asked of it", *ASKING)
    config: type[ReceiverConfig] = SmtpConfig
    hello = "EHLO"

    def __init__(self) -> None:
        self._mails: dict[str, bytes] = {}
        self._taken: set[str] = set()
        self._calls: set[asyncio.Task[None]] = set()
        self._connector: Any = None
        self._keeper = Keeper()
        self._refused: set[str] = set()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(relay(self._keeper))
        self._line = await self._stack.enter_async_context(relay_line(self._keeper))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.lose_acknowledgement()
        await self._stack.aclose()

    async def build(self, hub: MemoryHub) -> Connector:
        config = self.config(
            listen="127.0.0.1:0",
            max_message_bytes=MAX_MESSAGE_BYTES,
            relay_host="127.0.0.1",
            relay_port=self._line.port_now,
            relay_tls=self._line.tls_now,
            relay_password=Secret(PASSWORD),
            relay_timeout_s=1.0,
            from_address="help@example.org",
        )
        self._connector = self.plugin.build(config, hub.context(ACCOUNT))
        return self._connector

    async def customer_says(self, text: str) -> str:
        key = f"{len(self._mails) + 1}@example.com"
        header = f"From: Ann <{CUSTOMER}>\r\nTo: help@example.org\r\nMessage-ID: <{key}>\r\n"
        return self._put(key, f"{header}\r\n{text}\r\n".encode())

    async def write_with_link(self, text: str, url: str) -> str:
        """HTML with a picture at the address, as trackers have it."""
        page = f'<p>{text}</p><img src="{url}"><link rel="stylesheet" href="{url}">'
        header = f"From: {CUSTOMER}\r\nMessage-ID: <link@example.com>\r\nContent-Type: text/html"
        return self._put("link@example.com", f"{header}\r\n\r\n{page}\r\n".encode())

    async def damaged_event(self) -> str:
        return self._put("damaged", DAMAGED)

    async def oversize(self) -> str:
        mail = b"Subject: large\r\n\r\n"
        return self._put("large", mail + b"x\r\n" * ((self.oversize_bytes - len(mail)) // 3))

    def refused(self) -> set[str]:
        return set(self._refused)

    async def lose_acknowledgement(self) -> None:
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def befall(self, fault: Fault | None) -> None:
        self._line.befall(fault)

    async def redeliver(self, key: str) -> None:
        self._taken.discard(key)
        self._call(key)

    def acknowledged(self) -> set[str]:
        return set(self._taken)

    def vectors(self) -> Sequence[RawMessage]:
        envelope = Envelope(peer="203.0.113.9", mail_from=CUSTOMER, rcpt_to=("help@example.org",))
        bodies = {
            "plain": b"From: Ann <ann@example.com>\r\nMessage-ID: <1@example.com>\r\n\r\nThe page is empty.\r\n",
            "cyrillic": "From: ann@example.com\r\nSubject: Не працює\r\n\r\nСторінка порожня.\r\n".encode(),
            "no headers": b"\r\nHello\r\n",
            "multipart": (
                b"From: ann@example.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
                b"--b\r\nContent-Type: text/html\r\n\r\n<p>Hi</p>\r\n--b\r\nContent-Type: image/png; name=a.png\r\n"
                b"Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n"
            ),
        }
        return [
            RawMessage(account=ACCOUNT, delivery_id=name, body=body, content_type="message/rfc822", envelope=envelope)
            for name, body in bodies.items()
        ]

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=CUSTOMER, text=text, subject="Re: It broke", message_id="1.answer@example.org")

    def sent(self) -> Sequence[str]:
        return self._keeper.texts()

    def sent_files(self) -> Sequence[bytes]:
        return self._keeper.files()

    async def refuse_connections(self) -> None:
        await self._stack.aclose()

    async def lose_answers(self) -> None:
        self._keeper.is_mute = True

    def _put(self, key: str, mail: bytes) -> str:
        self._mails[key] = mail
        self._call(key)
        return key

    def _call(self, key: str) -> None:
        call = asyncio.create_task(self._hand_over(key))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _hand_over(self, key: str) -> None:
        """One attempt, as soon as the listener is up; the mail is kept unless the last answer is 250."""
        writer: asyncio.StreamWriter | None = None
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while not self._connector.bound_port:
                    await asyncio.sleep(0.005)
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self._connector.bound_port)
                mail = f"MAIL FROM:<{CUSTOMER}>\r\nRCPT TO:<help@example.org>\r\nDATA\r\n"
                commands = f"{self.hello} mx.example.com\r\n{mail}"
                writer.write(commands.encode() + self._mails[key] + b".\r\nQUIT\r\n")
                while line := await reader.readline():
                    if line.startswith(b"250 2.0.0"):
                        self._taken.add(key)
                    elif line.startswith(b"552"):
                        self._refused.add(key)
            finally:
                if writer is not None:
                    writer.close()
                    with suppress(OSError):
                        await writer.wait_closed()


class TestSmtp(SenderContract):
    rig = MailRig


def test_no_setting_shows_the_password() -> None:
    assert PASSWORD not in repr(SmtpConfig(relay_password=Secret(PASSWORD)))
