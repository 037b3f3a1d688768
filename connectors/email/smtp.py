"""SMTP above the mail: hello, STARTTLS (RFC 3207), signing in (RFC 4954) and the client behind a proxy."""

import ssl
from typing import ClassVar, Protocol

from channelhub.domain.raw import Envelope
from connectors.email.config import SmtpConfig
from connectors.email.proxy import NoProxyHeader, read_header
from connectors.email.session import Reception, Session
from connectors.email.signin import MECHANISMS, BadExchange, Credentials, Exchange

_BEFORE_TLS = frozenset({"NOOP", "EHLO", "HELO", "STARTTLS", "QUIT", "RSET", "HELP"})
_FAILURE_WEIGHT = 200


class SmtpReception(Reception, Protocol):
    """What an SMTP session needs from the listener besides."""

    @property
    def has_users(self) -> bool:
        """Whether anybody can sign in."""

    def is_proxy(self, host: str) -> bool:
        """Whether connections of this host begin with a PROXY header."""

    def introduce(self, session: "SmtpSession") -> str:
        """The reply that refuses the client a proxy named, or nothing."""

    def may_deliver(self, host: str) -> bool:
        """Whether this host may deliver without signing in."""

    async def knows(self, credentials: Credentials, peer: str) -> bool | None:
        """Whether the password is right. None: this peer guessed too often and isn't heard."""


class SmtpSession(Session):
    """One SMTP connection."""

    commands: ClassVar[frozenset[str]] = Session.commands | {"EHLO", "HELO", "STARTTLS", "AUTH"}

    def __init__(
        self, reception: SmtpReception, config: SmtpConfig, *, hostname: str, tls_context: ssl.SSLContext | None
    ) -> None:
        super().__init__(reception, config, hostname=hostname, tls_context=tls_context)
        self._desk = reception
        self._must_encrypt = config.require_tls
        self._user = ""
        if reception.has_users:
            self.mail_parameters = Session.mail_parameters | {"AUTH"}  # RFC 4954 §5; what it says is not used

    async def _is_welcome(self) -> bool:
        if not self._desk.is_proxy(self.peer_host):
            return True
        try:
            while (header := read_header(self._inbox)) is None:
                if not await self._wait():
                    return False
        except NoProxyHeader:
            self.abort()  # whoever this is, it doesn't come by way of the proxy
            return False
        del self._inbox[: header.length]
        if not header.source:
            return True
        self.peer_host = header.source
        refusal = self._desk.introduce(self)
        if refusal:
            self._hang_up(refusal)
        return not refusal

    def _refusal_of(self, name: str) -> str:
        if self._must_encrypt and not self.is_tls and name not in _BEFORE_TLS:
            return "530 5.7.0 Must issue a STARTTLS command first"
        if name == "AUTH" and not self._desk.has_users:
            return "502 5.5.1 Nobody signs in here"
        if name == "MAIL" and not self._user and not self._desk.may_deliver(self.peer_host):
            return "530 5.7.0 Sign in first" if self._desk.has_users else "550 5.7.1 Your address may not deliver here"
        return super()._refusal_of(name)

    async def smtp_EHLO(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd finds commands by name
        if not arg:
            await self._refuse("501 5.5.4 Syntax: EHLO hostname")
            return
        offers = []
        if self.tls_context is not None and not self.is_tls:
            offers.append("STARTTLS")
        if self._desk.has_users and self.is_tls:
            offers.append(f"AUTH {' '.join(MECHANISMS)}")
        await self._greeted(arg, offers)

    async def smtp_HELO(self, arg: str | None) -> None:  # noqa: N802
        if not arg:
            await self._refuse("501 5.5.4 Syntax: HELO hostname")
            return
        self._forget_mail()
        assert self.session is not None
        self.session.host_name = arg
        await self.push(f"250 {self.hostname}")

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

    async def smtp_AUTH(self, arg: str | None) -> None:  # noqa: N802
        assert self.envelope is not None
        mechanism, _, initial = (arg or "").partition(" ")
        exchange = MECHANISMS.get(mechanism.upper())
        if not self.is_tls:
            await self._refuse("538 5.7.11 Encryption required to sign in")
        elif self._user or self.envelope.mail_from is not None:
            await self._refuse("503 5.5.1 Sign in once, and not during a mail")
        elif exchange is None:
            await self._refuse("504 5.5.4 Mechanism not offered")
        else:
            await self._sign_in(exchange(), initial.strip())

    async def _sign_in(self, exchange: Exchange, initial: str) -> None:
        try:
            credentials = exchange.begin(initial)
            while credentials is None:
                await self.push(f"334 {exchange.prompt}".rstrip() if exchange.prompt else "334 ")
                line = await self._answer()
                if line is None:
                    return
                credentials = exchange.take(line)
        except BadExchange as error:
            await self._refuse(f"501 {error}")
            return
        known = await self._desk.knows(credentials, self.peer_host)
        self._wait_for_command()
        if known is None:
            self._hang_up("421 4.7.0 Too many wrong passwords, try again later")
        elif known:
            self._user = credentials.name
            await self.push("235 2.7.0 Signed in")
        else:
            await self._refuse("535 5.7.8 Wrong name or password", weight=_FAILURE_WEIGHT)

    async def _answer(self) -> bytes | None:
        """The client's next line; None: none will come."""
        while (line := self._next_line()) is None:
            if not await self._wait():
                return None
        self._wait_for_command()
        if self._is_too_long(line):
            raise BadExchange("5.5.6 Line too long")
        return line

    def _sealed_envelope(self) -> Envelope:
        sealed = super()._sealed_envelope()
        if self._user:
            sealed.extra["user"] = self._user
        return sealed
