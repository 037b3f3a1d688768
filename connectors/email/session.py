"""The SMTP commands of one connection (RFC 5321): what they check, and the one place that answers 250 to a mail."""

import logging
import re
import ssl
from typing import Protocol, cast

from aiosmtpd.smtp import syntax

from channelhub.domain.raw import Envelope
from connectors.email.collector import Collector, Verdict
from connectors.email.config import SmtpConfig
from connectors.email.paths import read_path
from connectors.email.wire import MAX_COMMAND_BYTES, Gate, Wire

log = logging.getLogger(__name__)

#: Refused and empty commands since the last stored mail, after which we hang up (1,000 lets a long list of
#: surplus recipients be answered; unknown commands weigh more, browsers and scanners speak those).
_MAX_STRIKES = 1000
_UNKNOWN_WEIGHT = 50
_BEFORE_TLS = frozenset({"NOOP", "EHLO", "HELO", "STARTTLS", "QUIT", "RSET", "HELP"})
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_DATA_REFUSALS = {
    Verdict.TOO_BIG: "552 5.3.4 The mail is larger than we take",
    Verdict.LINE_TOO_LONG: "500 5.5.2 The mail has a line longer than we take",
    Verdict.FORGOTTEN: "452 4.3.1 Too much mail at this moment, try again later",
}


class Reception(Gate, Protocol):
    """What a session needs from the listener."""

    def accepts(self, address: str) -> bool:
        """Whether mail to this address is ours."""

    def reserve(self, delta_bytes: int) -> bool:
        """Count memory held by mails being received. False: together they hold too much now."""

    async def store(self, body: bytes, envelope: Envelope) -> str:
        """Store a mail. Returns the reply: 250 only after the commit."""


class Session(Wire):
    """One connection of a client that hands us mail."""

    def __init__(
        self, reception: Reception, config: SmtpConfig, *, hostname: str, tls_context: ssl.SSLContext | None
    ) -> None:
        super().__init__(
            reception, hostname=hostname, max_message_bytes=config.max_message_bytes, tls_context=tls_context
        )
        self._reception = reception
        self._config = config
        self._is_storing = False
        self._strikes = 0
        self._session_ends_s = self.loop.time() + config.session_timeout_s

    def stop(self) -> None:
        """Hang up with 421. A mail that is being stored is answered first."""
        if self._is_storing:
            self._session_ends_s = 0.0
            return
        self._hang_up("421 4.3.2 Shutting down, try again later")

    async def _handle_client(self) -> None:
        try:
            await self._converse()
        except ConnectionError:
            pass  # the client left
        except Exception:  # aiosmtpd would answer a permanent 500 to a fault of ours
            log.exception("smtp.session_failed")
            self._hang_up("421 4.3.0 Internal error, try again later")
        finally:
            self._hang_up()

    async def _converse(self) -> None:
        self._wait_for_command()
        self._arm(min(self._config.command_timeout_s, self._config.data_timeout_s))
        await self.push(f"220 {self.hostname} {self.__ident__}")
        while not self._is_closing:
            line = self._next_line()
            if line is not None:
                await self._obey(line)
            elif not await self._wait():
                break

    def _wait_for_command(self) -> None:
        self._deadline_s = min(self.loop.time() + self._config.command_timeout_s, self._session_ends_s)

    async def _obey(self, line: bytes) -> None:
        """Run one command line. Every refusal is counted."""
        self._wait_for_command()
        if self._skipped_bytes or len(line) > MAX_COMMAND_BYTES:
            self._skipped_bytes = 0
            await self._refuse("500 5.5.2 Command line too long")
            return
        verb, _, argument = line.partition(b" ")
        name = verb.upper().decode("ascii", "replace")
        method = self._smtp_methods.get(name)
        if _CONTROL.search(line) is not None:
            await self._refuse("500 5.5.2 Control characters in a command")
        elif method is None:
            await self._refuse("500 5.5.1 Command not recognized", weight=_UNKNOWN_WEIGHT)
        elif self._config.require_tls and not self.is_tls and name not in _BEFORE_TLS:
            await self._refuse("530 5.7.0 Must issue a STARTTLS command first")
        else:
            if name not in _MAIL_COMMANDS:
                self._strike(1)
            await method(argument.strip().decode("utf-8", "surrogateescape") or None)
        if self.loop.time() > self._session_ends_s:
            self._hang_up("421 4.3.2 Closing this connection, please open another")

    async def _refuse(self, reply: str, *, weight: int = 1) -> None:
        await self.push(reply)
        self._strike(weight)

    def _strike(self, weight: int) -> None:
        self._strikes += weight
        if self._strikes > _MAX_STRIKES:
            self._hang_up("421 4.7.0 Too many errors, closing the connection")

    @syntax("EHLO hostname")
    async def smtp_EHLO(self, hostname: str | None) -> None:  # noqa: N802 - aiosmtpd finds commands by name
        """Name our extensions. Each is implemented here; AUTH and CHUNKING are not offered."""
        if not hostname:
            await self._refuse("501 5.5.4 Syntax: EHLO hostname")
            return
        self._forget_mail()
        assert self.session is not None
        self.session.extended_smtp = True
        self.session.host_name = hostname
        offers = [self.hostname, "PIPELINING", f"SIZE {self._config.max_message_bytes}", "8BITMIME", "SMTPUTF8"]
        if self.tls_context is not None and not self.is_tls:
            offers.append("STARTTLS")
        await self.push("\r\n".join([f"250-{offer}" for offer in offers] + ["250 HELP"]))

    @syntax("MAIL FROM:<address>", extended=" [SP <mail-parameters>]")
    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        assert self.session is not None
        assert self.envelope is not None
        if not self.session.host_name:
            await self._refuse("503 5.5.1 Send EHLO first")
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
        if int(size) > self._config.max_message_bytes:
            return _DATA_REFUSALS[Verdict.TOO_BIG]
        if parameters.get("BODY", "7BIT").upper() not in ("7BIT", "8BITMIME"):
            return "501 5.5.4 BODY can only be 7BIT or 8BITMIME"
        if parameters.get("SMTPUTF8"):
            return "501 5.5.4 SMTPUTF8 takes no value"
        if not parameters.keys() <= {"SIZE", "BODY", "SMTPUTF8"}:
            return "555 5.5.4 Parameter not recognized"
        return ""

    @syntax("RCPT TO:<address>")
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
        elif not self._reception.accepts(path.address):
            await self._refuse("550 5.7.1 We take no mail for this address")
        elif len(self.envelope.rcpt_tos) >= self._config.max_recipients:
            await self._refuse("452 4.5.3 Too many recipients, send the rest in another mail")
        else:
            self.envelope.rcpt_tos.append(path.address)
            await self.push("250 2.1.5 OK")

    @syntax("VRFY <address>")
    async def smtp_VRFY(self, arg: str | None) -> None:  # noqa: N802, ARG002
        await self.push("252 2.1.5 Send a mail to find out")

    @syntax("QUIT")
    async def smtp_QUIT(self, arg: str | None) -> None:  # noqa: N802, ARG002
        self._hang_up("221 2.0.0 Bye")

    @syntax("STARTTLS", when="tls_context")
    async def smtp_STARTTLS(self, arg: str | None) -> None:  # noqa: N802
        if self.tls_context is None or self.is_tls:
            await self._refuse("454 4.7.0 TLS not available")
        elif arg:
            await self._refuse("501 5.5.4 STARTTLS takes no argument")
        elif self._inbox:
            # Whoever can write into the clear part must not have it obeyed inside the encrypted one (CVE-2024-34083).
            self._hang_up("503 5.5.1 Nothing may follow STARTTLS before the handshake")
        else:
            await self.push("220 2.0.0 Ready to start TLS")
            self._send_queued()
            await self._start_tls()

    @syntax("DATA")
    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        """Take one mail. Holds it in memory up to the size limit and answers 250 only after `store`."""
        assert self.envelope is not None
        if arg:
            await self._refuse("501 5.5.4 DATA takes no argument")
            return
        if not self.envelope.rcpt_tos:
            await self._refuse("503 5.5.1 Send RCPT first")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        self._deadline_s = self.loop.time() + self._config.data_timeout_s
        collector = Collector(max_bytes=self._config.max_message_bytes, max_line_bytes=self._config.max_line_bytes)
        held_bytes = 0
        try:
            verdict = Verdict.OPEN
            while verdict is Verdict.OPEN:
                if not self._inbox and not await self._wait():
                    return  # the client left in the middle: nothing is stored, it keeps the mail
                verdict, rest = collector.feed(self._take_all())
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
        envelope = self._sealed_envelope()
        self._forget_mail()
        if verdict is Verdict.FLOOD:
            self._hang_up("421 4.3.4 Far more data than we take, closing the connection")
            return
        if verdict is not Verdict.COMPLETE:
            await self._refuse(_DATA_REFUSALS[verdict])
            self._wait_for_command()
            return
        self._is_storing, self._deadline_s = True, float("inf")
        try:
            reply = await self._reception.store(collector.content(), envelope)
        finally:
            self._is_storing = False
            self._wait_for_command()
        if reply.startswith("250"):
            self._strikes = 0
        await self.push(reply)

    def _sealed_envelope(self) -> Envelope:
        assert self.session is not None
        assert self.envelope is not None
        return Envelope(
            peer=self.peer_host,
            helo=_printable(cast("str", self.session.host_name)),
            is_tls=self.is_tls,
            mail_from=self.envelope.mail_from or "",
            rcpt_to=tuple(self.envelope.rcpt_tos),
        )


_MAIL_COMMANDS = frozenset({"MAIL", "RCPT", "DATA", "QUIT", "STARTTLS"})


def _printable(text: str) -> str:
    """A client's word for logs and pages: no control characters, no broken UTF-8, at most 255 characters."""
    return "".join(c if c.isprintable() else "?" for c in text[:255])
