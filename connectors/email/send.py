"""Answers through the relay: one connection per mail, and an honest verdict on each."""

import asyncio
import contextlib
import re
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import cast

import aiosmtplib
import idna

from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Health, HealthReport
from channelhub.sdk.errors import Rejected, Unavailable
from connectors.email.compose import bare_id, compose
from connectors.email.paths import read_path
from connectors.email.refusals import refusal
from connectors.email.relay_config import RelayConfig
from connectors.email.tagging import plus_address

_AUTH_RETRY_S = 300.0
_QUIT_S = 5.0
_PIECE_BYTES = 512 * 1024
_UNSAFE_IN_ID = re.compile(r"[^A-Za-z0-9._\-]")


class Relay:
    """Hands mail to the configured relay. Its certificate is always verified."""

    def __init__(self, config: RelayConfig, *, account: str, hostname: str, now: Callable[[], datetime]) -> None:
        self._config = config
        self._account = account
        self._hostname = hostname
        self._now = now

    async def send(self, message: Outbound) -> SendReceipt:
        """Send one mail; `external_id` is its Message-ID, the same at every attempt.

        Raises `Unavailable` when the relay surely didn't take it, `Rejected` when it never will. Whatever else is
        raised came after the data began, so the mail may have been taken.
        """
        sender, recipient = self._addresses(message)
        message_id = bare_id(message.message_id) or self._own_id(message.id, sender)
        answers_to = plus_address(sender, message.reply_token) if self._config.plus_addressing else sender
        written = partial(
            compose,
            replace(message, to=recipient),
            from_address=sender,
            from_name=self._config.from_name,
            message_id=message_id,
            now=self._now(),
            reply_to=answers_to,
        )
        mail = await asyncio.to_thread(written) if message.attachments else written()
        client = await self._connected()
        try:
            return_path = "" if message.is_automatic else answers_to
            await self._hand_envelope(client, return_path, recipient, size=len(mail))
            try:
                await _hand_data(client, mail)
            except aiosmtplib.SMTPResponseException as error:
                raise refusal(error) from error
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=_QUIT_S)
        finally:
            client.close()
        return SendReceipt(external_id=message_id)

    async def check(self) -> HealthReport:
        """Sign in at the relay and leave; nothing is sent."""
        try:
            client = await self._connected()
        except (Unavailable, Rejected) as error:
            return HealthReport(health=Health.DOWN, detail=str(error))
        client.close()
        return HealthReport(health=Health.OK, detail=f"the relay {self._config.relay_host} takes mail from us")

    def _addresses(self, message: Outbound) -> tuple[str, str]:
        if not self._config.relay_host:
            raise Rejected("this account can't send: set relay_host, the mail server that answers go out through")
        if not self._config.from_address:
            raise Rejected("this account can't send: set from_address, the address that answers come from")
        for address, what in ((self._config.from_address, "from_address"), (message.to, "the customer's address")):
            path = read_path(f"TO:<{address}>", "TO:")
            if path is None or path.address != address or "@" not in address:
                raise Rejected(f"{what} is not an address that mail can be sent to")
        return _wire_form(self._config.from_address), _wire_form(message.to)

    def _own_id(self, outbox_id: int, sender: str) -> str:
        domain = _UNSAFE_IN_ID.sub("-", sender.rpartition("@")[2]) or "localhost"
        return f"{_UNSAFE_IN_ID.sub('-', self._account)}.{outbox_id}@{domain}"

    async def _connected(self) -> aiosmtplib.SMTP:
        """A connection that is encrypted and signed in as configured. Raises `Unavailable`."""
        config = self._config
        where = f"{config.relay_host}:{config.relay_port}"
        client = aiosmtplib.SMTP(
            hostname=config.relay_host,
            port=config.relay_port,
            local_hostname=self._hostname,
            timeout=config.relay_timeout_s,
            use_tls=config.relay_tls == "implicit",
            start_tls=config.relay_tls == "starttls",
            tls_context=self._tls_context(),
        )
        try:
            await client.connect()
            if config.relay_username:
                await client.login(config.relay_username, config.relay_password.reveal())
            else:
                await client.ehlo()
        except aiosmtplib.SMTPAuthenticationError as error:
            client.close()
            raise Unavailable(
                f"the relay {where} refuses relay_username and relay_password ({error.code})",
                retry_after_s=_AUTH_RETRY_S,
            ) from error
        except (TimeoutError, aiosmtplib.SMTPException, OSError) as error:
            client.close()
            raise Unavailable(f"the relay {where} can't be used: {error}") from error
        except asyncio.CancelledError:
            client.close()
            raise
        return client

    def _tls_context(self) -> ssl.SSLContext | None:
        if self._config.relay_tls == "none":
            return None
        try:
            return ssl.create_default_context(cafile=self._config.relay_ca_file or None)
        except OSError as error:
            raise Unavailable(f"can't read relay_ca_file {self._config.relay_ca_file}: {error}") from error

    async def _hand_envelope(self, client: aiosmtplib.SMTP, return_path: str, recipient: str, *, size: int) -> None:
        """MAIL and RCPT; nothing is taken yet, so every failure here is a sure one. A mail that is too large for the
        relay is refused before it is sent (RFC 1870)."""
        options = [f"SIZE={size}"] if client.supports_extension("size") else []
        if not (return_path + recipient).isascii():
            if not client.supports_extension("smtputf8"):
                raise Rejected("the relay doesn't take addresses outside ASCII (SMTPUTF8)")
            options.append("SMTPUTF8")
        encoding = "utf-8" if "SMTPUTF8" in options else "ascii"
        try:
            await client.mail(return_path, options=options, encoding=encoding)
            await client.rcpt(recipient, encoding=encoding)
        except aiosmtplib.SMTPResponseException as error:
            raise refusal(error) from error
        except (TimeoutError, aiosmtplib.SMTPException, OSError) as error:
            raise Unavailable(f"the relay hung up: {error}") from error


async def _hand_data(client: aiosmtplib.SMTP, mail: bytes) -> None:
    """DATA and the mail. A large one goes in pieces, because the library would go over all of it three times at once.

    Raises SMTPResponseException for a refusal; whatever else may come after the mail was taken.
    """
    if len(mail) <= _PIECE_BYTES:
        await client.data(mail)
        return
    begun = await client.execute_command(b"DATA")
    if begun.code != aiosmtplib.SMTPStatus.start_input:
        raise aiosmtplib.SMTPDataError(begun.code, begun.message)
    stuffed = mail.replace(b"\r\n.", b"\r\n..")  # RFC 5321 §4.5.2; a mail begins with a header
    for start in range(0, len(stuffed), _PIECE_BYTES):
        if client.transport is None:
            raise aiosmtplib.SMTPServerDisconnected("the relay hung up")
        cast("asyncio.WriteTransport", client.transport).write(stuffed[start : start + _PIECE_BYTES])
        await asyncio.sleep(0)
    done = await client.execute_command(b".")
    if done.code != aiosmtplib.SMTPStatus.completed:
        raise aiosmtplib.SMTPDataError(done.code, done.message)


def _wire_form(address: str) -> str:
    """A domain outside ASCII in the form that every relay takes (RFC 5891); a local part has no such form."""
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        return address
