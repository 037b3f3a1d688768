"""One mail after another on a connection: MAIL, RCPT, DATA (RFC 5321), and the one place that answers 250 to a mail."""

import ssl
from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol, cast

from channelhub.domain.raw import Envelope
from connectors.email.collector import Collector, Verdict
from connectors.email.config import ReceiverConfig
from connectors.email.dialog import Dialog
from connectors.email.paths import read_path
from connectors.email.wire import Gate

#: Data that comes at this rate may take as long as it takes: 25 MiB over a slow line are no attack.
LEAST_BYTES_PER_S = 16 * 1024
_DATA_REFUSALS = {
    Verdict.TOO_BIG: "552 5.3.4 The mail is larger than we take",
    Verdict.LINE_TOO_LONG: "500 5.5.2 The mail has a line longer than we take",
    Verdict.FORGOTTEN: "452 4.3.1 Too much mail at this moment, try again later",
}


class Reception(Gate, Protocol):
    """What a session needs from the listener."""

    def account_of(self, address: str) -> str | None:
        """The account that takes mail to this address. None: nobody does."""

    def reserve(self, delta_bytes: int) -> bool:
        """Count memory held by mails being received. False: together they hold too much now."""

    async def store(self, body: bytes, envelope: Envelope, recipients: Mapping[str, Sequence[str]]) -> str:
        """Store a mail for the recipients of each account. Returns the reply: 250 only after the commit."""


class Session(Dialog):
    """One connection of a client that hands us mail."""

    commands: ClassVar[frozenset[str]] = Dialog.commands | {"MAIL", "RCPT", "DATA"}
    mail_parameters: frozenset[str] = frozenset({"SIZE", "BODY", "SMTPUTF8"})

    def __init__(
        self,
        reception: Reception,
        config: ReceiverConfig,
        *,
        hostname: str,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(reception, config, hostname=hostname, tls_context=tls_context)
        self._reception = reception
        self._limits = config
        self._accounts: list[str] = []  # of the recipients, in their order

    def _forget_mail(self) -> None:
        super()._forget_mail()
        self._accounts = []

    async def _greeted(self, hostname: str, offers: Sequence[str]) -> None:
        """Note the client's name, forget its mail, and name our extensions. Each is implemented; CHUNKING is not."""
        self._forget_mail()
        assert self.session is not None
        self.session.host_name = hostname
        always = ["PIPELINING", f"SIZE {self._limits.max_message_bytes}", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"]
        *lines, last = [self.hostname, *always, *offers, "HELP"]
        await self.push("\r\n".join([f"250-{line}" for line in lines] + [f"250 {last}"]))

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd finds commands by name
        assert self.session is not None
        assert self.envelope is not None
        if not self.session.host_name:
            await self._refuse("503 5.5.1 Say hello first")
            return
        if self.envelope.mail_from is not None:
            await self._refuse("503 5.5.1 Nested MAIL command")
            return
        path = read_path(arg, "FROM:")
        if path is None:
            await self._refuse("501 5.1.7 Syntax: MAIL FROM:<address>")
            return
        fault = self._fault_of(path.parameters)
        if fault:
            await self._refuse(fault)
            return
        self.envelope.mail_from = path.address
        await self.push("250 2.1.0 OK")

    def _fault_of(self, parameters: dict[str, str]) -> str:
        """The reply to bad parameters of MAIL (RFC 1870, 6152, 6531), or nothing."""
        size = parameters.get("SIZE", "0")
        if not (size.isascii() and size.isdigit()) or len(size) > 20:
            return "501 5.5.4 SIZE needs a number of bytes"
        if int(size) > self._limits.max_message_bytes:
            return _DATA_REFUSALS[Verdict.TOO_BIG]
        if parameters.get("BODY", "7BIT").upper() not in ("7BIT", "8BITMIME"):
            return "501 5.5.4 BODY can only be 7BIT or 8BITMIME"
        if parameters.get("SMTPUTF8"):
            return "501 5.5.4 SMTPUTF8 takes no value"
        if not parameters.keys() <= self.mail_parameters:
            return "555 5.5.4 Parameter not recognized"
        return ""

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        assert self.envelope is not None
        if self.envelope.mail_from is None:
            await self._refuse("503 5.5.1 Send MAIL first")
            return
        path = read_path(arg, "TO:")
        if path is None or not path.address:
            await self._refuse("501 5.1.3 Syntax: RCPT TO:<address>")
        elif path.parameters:
            await self._refuse("555 5.5.4 Parameter not recognized")
        elif (account := self._reception.account_of(path.address)) is None:
            await self._refuse("550 5.1.1 We take no mail for this address")
        elif len(self.envelope.rcpt_tos) >= self._limits.max_recipients:
            await self._refuse("452 4.5.3 Too many recipients, send the rest in another mail")
        else:
            self.envelope.rcpt_tos.append(path.address)
            self._accounts.append(account)
            await self.push("250 2.1.5 OK")

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        """Take one mail. Holds it in memory up to the size limit and answers 250 only after `store`."""
        assert self.envelope is not None
        if arg:
            await self._refuse("501 5.5.4 DATA takes no argument")
            return
        if not self.envelope.rcpt_tos:
            if self._inbox:
                # RFC 2920 §3.1: nobody may send past DATA before its answer. Whoever did takes what follows for a
                # mail; obeyed as commands it could be a mail that its sender never meant.
                self._hang_up("503 5.5.1 Send RCPT first, and wait for 354")
                return
            await self._refuse("503 5.5.1 Send RCPT first")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        self._deadline_s = self.loop.time() + self._limits.data_timeout_s
        collector = Collector(max_bytes=self._limits.max_message_bytes, max_line_bytes=self._limits.max_line_bytes)
        held_bytes = 0
        try:
            verdict = Verdict.OPEN
            while verdict is Verdict.OPEN:
                if not self._inbox and not await self._wait():
                    return  # the client left in the middle: nothing is stored, it keeps the mail
                chunk = self._take_all()
                self._deadline_s += len(chunk) / LEAST_BYTES_PER_S
                verdict, rest = collector.feed(chunk)
                held_bytes = self._account_for(collector, held_bytes)
            self._put_back(rest)
            await self._finish(verdict, collector)
        finally:
            self._reception.reserve(-held_bytes)

    def _account_for(self, collector: Collector, before_bytes: int) -> int:
        """Report the memory a mail takes now, and give it back when all mails together take too much."""
        now_bytes = collector.held_bytes
        if self._reception.reserve(now_bytes - before_bytes) or now_bytes <= before_bytes:
            return now_bytes
        collector.forget()
        self._reception.reserve(collector.held_bytes - now_bytes)
        return collector.held_bytes

    async def _finish(self, verdict: Verdict, collector: Collector) -> None:
        assert self.envelope is not None
        addresses = self.envelope.rcpt_tos
        recipients: dict[str, list[str]] = {}
        for account, address in zip(self._accounts, addresses, strict=True):
            recipients.setdefault(account, []).append(address)
        envelope = self._sealed_envelope()
        self._forget_mail()
        if verdict is Verdict.FLOOD:
            self._hang_up("421 4.3.4 Far more data than we take, closing the connection")
            return
        if verdict is Verdict.COMPLETE:
            reply = await self._stored(collector.content(), envelope, recipients)
        else:
            reply = _DATA_REFUSALS[verdict]
        if reply.startswith("250"):
            self._strikes = 0
        else:
            self._strike(1)
        for told in self._answers(reply, addresses):
            await self.push(told)
        self._wait_for_command()

    async def _stored(self, body: bytes, envelope: Envelope, recipients: Mapping[str, Sequence[str]]) -> str:
        self._is_storing, self._deadline_s = True, float("inf")
        try:
            return await self._reception.store(body, envelope, recipients)
        finally:
            self._is_storing = False
            self._wait_for_command()

    def _answers(self, reply: str, addresses: Sequence[str]) -> Sequence[str]:  # noqa: ARG002 - LMTP gives one for each
        """What is said to the end of the data."""
        return [reply]

    def _sealed_envelope(self) -> Envelope:
        assert self.session is not None
        assert self.envelope is not None
        return Envelope(
            peer=self.peer_host,
            helo=_printable(cast("str", self.session.host_name)),
            is_tls=self.is_tls,
            mail_from=self.envelope.mail_from or "",
        )


def _printable(text: str) -> str:
    """A client's word for logs and pages: no control characters, no broken UTF-8, at most 255 characters."""
    return "".join(c if c.isprintable() else "?" for c in text[:255])
