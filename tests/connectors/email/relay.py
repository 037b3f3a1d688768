"""A mail server that takes what we send: aiosmtpd as it comes."""

import asyncio
import email
import email.policy
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP

NULL_PATH = "null@return.path"  # what stands here for an empty return path


@dataclass
class Keeper:
    """What the relay was given, and what it answers."""

    mails: list[tuple[str | None, list[str], bytes]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)  # by command
    is_mute: bool = False  # takes the mail, then the connection breaks
    port: int = 0

    def texts(self) -> list[str]:
        """The plain words of each mail."""
        mails = (email.message_from_bytes(content, policy=email.policy.default) for _, _, content in self.mails)
        bodies = [mail.get_body(("plain",)) for mail in mails if isinstance(mail, EmailMessage)]
        return [body.get_content().strip() for body in bodies if body is not None]

    def files(self) -> list[bytes]:
        """What was attached to all mails."""
        mails = (email.message_from_bytes(content, policy=email.policy.default) for _, _, content in self.mails)
        parts = [part for mail in mails if isinstance(mail, EmailMessage) for part in mail.iter_attachments()]
        return [bytes(part.get_content()) for part in parts]

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        if self.is_mute:
            server.transport.abort()
        return self.answers.get("DATA", "250 OK")


class NullPathSMTP(SMTP):
    """aiosmtpd takes an empty return path for none at all."""

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        await super().smtp_MAIL((arg or "").replace("<>", f"<{NULL_PATH}>"))


@asynccontextmanager
async def relay(keeper: Keeper, *, implicit: ssl.SSLContext | None = None, **options: Any) -> AsyncIterator[Keeper]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: NullPathSMTP(keeper, loop=loop, hostname="relay.example", **options), "127.0.0.1", 0, ssl=implicit
    )
    keeper.port = server.sockets[0].getsockname()[1]
    try:
        yield keeper
    finally:
        server.close()
        await server.wait_closed()
