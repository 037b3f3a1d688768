"""The conversation of one connection: one command at a time, every refusal counted, and the commands without a mail.

Replies carry enhanced status codes (RFC 2034, RFC 3463) wherever that extension wants them: all 2xx, 4xx and 5xx but
the greeting and the answers to EHLO, HELO and LHLO.
"""

import logging
import re
import ssl
from typing import ClassVar, Protocol

from connectors.email.wire import MAX_COMMAND_BYTES, Gate, Wire

log = logging.getLogger(__name__)

#: Refused and empty commands since the last stored mail, after which we hang up (1,000 lets a long list of
#: surplus recipients be answered; unknown commands weigh more, scanners speak those).
_MAX_STRIKES = 1000
_UNKNOWN_WEIGHT = 50
#: What a web page can make a browser say to our port, with mail commands in the body that follows.
_BROWSERS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE"})
_MAIL_COMMANDS = frozenset({"MAIL", "RCPT", "DATA", "QUIT", "STARTTLS", "AUTH"})
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


class Deadlines(Protocol):
    """How long a peer may take, seconds."""

    @property
    def command_timeout_s(self) -> float: ...
    @property
    def data_timeout_s(self) -> float: ...
    @property
    def session_timeout_s(self) -> float: ...


class Dialog(Wire):
    """Reads commands and obeys them. A subclass names its `commands` and has a method `smtp_NAME` for each."""

    commands: ClassVar[frozenset[str]] = frozenset({"NOOP", "RSET", "HELP", "VRFY", "EXPN", "QUIT"})
    protocol: ClassVar[str] = "ESMTP"  # as the greeting calls it

    def __init__(
        self, gate: Gate, deadlines: Deadlines, *, hostname: str, tls_context: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(gate, hostname=hostname, tls_context=tls_context)
        self._deadlines = deadlines
        self._is_storing = False
        self._strikes = 0
        self._session_ends_s = self.loop.time() + deadlines.session_timeout_s

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
        self._arm(min(self._deadlines.command_timeout_s, self._deadlines.data_timeout_s))
        if not await self._is_welcome():
            return
        await self.push(f"220 {self.hostname} {self.protocol}")
        while not self._is_closing:
            line = self._next_line()
            if line is not None:
                await self._obey(line)
            elif not await self._wait():
                break

    async def _is_welcome(self) -> bool:
        """Asked before the greeting. False: the connection has been ended."""
        return True

    def _wait_for_command(self) -> None:
        self._deadline_s = min(self.loop.time() + self._deadlines.command_timeout_s, self._session_ends_s)

    async def _obey(self, line: bytes) -> None:
        """Run one command line. Every refusal is counted."""
        self._wait_for_command()
        if self._is_too_long(line):
            await self._refuse("500 5.5.2 Command line too long")
            return
        verb, _, argument = line.partition(b" ")
        name = verb.upper().decode("ascii", "replace")
        if _CONTROL.search(line) is not None:
            await self._refuse("500 5.5.2 Control characters in a command")
        elif name in _BROWSERS:
            self._hang_up("421 4.7.0 This is a mail server")
        elif name not in self.commands:
            await self._refuse("500 5.5.1 Command not recognized", weight=_UNKNOWN_WEIGHT)
        elif refusal := self._refusal_of(name):
            await self._refuse(refusal)
        else:
            if name not in _MAIL_COMMANDS:
                self._strike(1)
            await self._smtp_methods[name](argument.strip().decode("utf-8", "surrogateescape") or None)
        if self.loop.time() > self._session_ends_s:
            self._hang_up("421 4.3.2 Closing this connection, please open another")

    def _refusal_of(self, name: str) -> str:  # noqa: ARG002 - for subclasses
        """The reply that refuses a known command at this moment, or nothing."""
        return ""

    def _is_too_long(self, line: bytes) -> bool:
        is_too_long = bool(self._skipped_bytes) or len(line) > MAX_COMMAND_BYTES
        self._skipped_bytes = 0
        return is_too_long

    async def _refuse(self, reply: str, *, weight: int = 1) -> None:
        await self.push(reply)
        self._strike(weight)

    def _strike(self, weight: int) -> None:
        self._strikes += weight
        if self._strikes > _MAX_STRIKES:
            self._hang_up("421 4.7.0 Too many errors, closing the connection")

    # Commands. aiosmtpd finds them by these names.

    async def smtp_NOOP(self, arg: str | None) -> None:  # noqa: N802, ARG002
        await self.push("250 2.0.0 OK")

    async def smtp_RSET(self, arg: str | None) -> None:  # noqa: N802
        if arg:
            await self._refuse("501 5.5.4 RSET takes no argument")
            return
        self._forget_mail()
        await self.push("250 2.0.0 OK")

    async def smtp_HELP(self, arg: str | None) -> None:  # noqa: N802, ARG002
        await self.push(f"214 2.0.0 Commands: {' '.join(sorted(self.commands))}")

    async def smtp_VRFY(self, arg: str | None) -> None:  # noqa: N802, ARG002
        """Tells nobody which addresses exist (RFC 5321 §3.5.3 allows that)."""
        await self.push("252 2.0.0 Send a mail to find out")

    async def smtp_EXPN(self, arg: str | None) -> None:  # noqa: N802, ARG002
        await self._refuse("502 5.5.1 EXPN is not offered")

    async def smtp_QUIT(self, arg: str | None) -> None:  # noqa: N802, ARG002
        self._hang_up("221 2.0.0 Bye")
