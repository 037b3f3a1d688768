"""The imap connector keeps the contract: a mailbox at a real Dovecot, and a relay takes our answers."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Connector
from channelhub.sdk.testing import Case, Fault, MemoryHub, SenderContract, SenderRig, because
from connectors.email.imap_config import ImapConfig
from connectors.email.imap_plugin import imap
from tests.connectors.email.relay import Keeper, relay
from tests.contract.mail import BEFORE_DATA, DAMAGED, NO_MAIL_KINDS, MailLine, relay_line
from tests.servers.dovecot import PASSWORD, USER, Dovecot, dovecot, mail_of

ACCOUNT = "mailbox"
CUSTOMER = "ann@example.com"
MAX_MESSAGE_BYTES = 50_000
RELAY_PASSWORD = "another example password"


class MailboxRig(SenderRig):
    """A mailbox keeps every mail. It has no belief about what was taken: the hub's cursor has."""

    plugin = imap
    customer = (CUSTOMER,)
    secrets = (PASSWORD, RELAY_PASSWORD)
    oversize_bytes = 4 * MAX_MESSAGE_BYTES
    sure_refusals = BEFORE_DATA
    not_applicable = (
        NO_MAIL_KINDS
        | because("a mailbox is one connection: it fails as a whole, in the ways above", Case.ASK_BAD_DAY)
        | because("a folder numbers its mails upwards, and lists them so (RFC 3501 2.3.1.1)", Case.REORDERED)
        | because("nothing is acknowledged to the server: the place in the folder is ours", Case.LOST_ACKNOWLEDGEMENT)
    )

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._sending = AsyncExitStack()
        self._keeper = Keeper()
        self._server: Dovecot
        self._hub: MemoryHub | None = None
        self._mails = 0

    async def __aenter__(self) -> Self:
        self._server = await self._stack.enter_async_context(dovecot())
        await self._sending.enter_async_context(relay(self._keeper))
        self._relay = await self._sending.enter_async_context(relay_line(self._keeper))
        line = MailLine(target_port=self._server.port, refusal=b"* BYE [UNAVAILABLE] later\r\n", cut_after_bytes=150)
        self._line = await self._stack.enter_async_context(line)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._sending.aclose()
        await self._stack.aclose()

    async def build(self, hub: MemoryHub) -> Connector:
        self._hub = hub
        config = ImapConfig(
            host="127.0.0.1",
            port=self._line.port_now,
            tls=self._line.tls_now,
            timeout_s=1.0,
            max_message_bytes=MAX_MESSAGE_BYTES,
            username=USER,
            password=Secret(PASSWORD),
            since="all",
            relay_host="127.0.0.1",
            relay_port=self._relay.port_now,
            relay_tls=self._relay.tls_now,
            relay_password=Secret(RELAY_PASSWORD),
            relay_timeout_s=1.0,
            from_address=USER,
        )
        return self.plugin.build(config, hub.context(ACCOUNT))

    async def customer_says(self, text: str) -> str:
        return self._put(mail_of(text, number=self._mails + 1, sender=CUSTOMER))

    async def damaged_event(self) -> str:
        return self._put(DAMAGED)

    async def oversize(self) -> str:
        large = mail_of("x", number=self._mails + 1, sender=CUSTOMER).ljust(self.oversize_bytes, b"x")
        return self._put(large)

    async def befall(self, fault: Fault | None) -> None:
        self._line.befall(fault)
        self._relay.befall(fault)

    async def redeliver(self, key: str) -> None:
        """It is still there for whoever starts from the beginning."""

    def acknowledged(self) -> set[str]:
        cursors = self._hub.cursors if self._hub is not None else {}
        [place] = [text for scope, text in cursors.items() if not scope.endswith("/start")] or ["0:0"]
        return {str(uid) for uid in range(1, int(place.partition(":")[2]) + 1)}

    def _put(self, mail: bytes) -> str:
        """The key is the UID that the mail will have."""
        self._mails += 1
        self._server.deliver(mail)
        return str(self._mails)

    def vectors(self) -> Sequence[RawMessage]:
        cut = Envelope(extra={"folder": "INBOX", "cut_from_bytes": "90000000"})
        bodies = {
            "plain": (mail_of("The page is empty."), Envelope()),
            "cut": (
                b"From: ann@example.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
                b"--b\r\nContent-Type: text/plain\r\n\r\nSee the picture\r\n--b\r\nContent-Type: image/png\r\n"
                b"Content-Transfer-Encoding: base64\r\n\r\niVBORw0KG",
                cut,
            ),
        }
        return [
            RawMessage(account=ACCOUNT, delivery_id=name, body=body, content_type="message/rfc822", envelope=envelope)
            for name, (body, envelope) in bodies.items()
        ]

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=CUSTOMER, text=text, subject="Re: It broke", message_id="1.answer@example.com")

    def sent(self) -> Sequence[str]:
        return self._keeper.texts()

    def sent_files(self) -> Sequence[bytes]:
        return self._keeper.files()

    async def refuse_connections(self) -> None:
        await self._sending.aclose()

    async def lose_answers(self) -> None:
        self._keeper.is_mute = True


class TestImap(SenderContract):
    rig = MailboxRig


def test_no_setting_shows_a_secret() -> None:
    config = ImapConfig(
        host="imap.example.com",
        username=USER,
        password=Secret(PASSWORD),
        relay_password=Secret(RELAY_PASSWORD),
        oauth_client_secret=Secret("client"),
        oauth_refresh_token=Secret("renewing"),
    )

    shown = repr(config)
    assert not [text for text in (PASSWORD, RELAY_PASSWORD, "client'", "renewing") if text in shown]
