"""LMTP (RFC 2033): our own mail server hands mail over and hears an answer for each recipient."""

from collections.abc import Sequence
from typing import ClassVar

from connectors.email.session import Session


class LmtpSession(Session):
    """One LMTP connection."""

    commands: ClassVar[frozenset[str]] = Session.commands | {"LHLO"}
    protocol: ClassVar[str] = "LMTP"

    async def smtp_LHLO(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd finds commands by name
        if not arg:
            await self._refuse("501 5.5.4 Syntax: LHLO hostname")
            return
        await self._greeted(arg, ())

    def _answers(self, reply: str, addresses: Sequence[str]) -> Sequence[str]:
        """One for each accepted RCPT, in their order (RFC 2033 §4.2); a mail is committed for all or for none."""
        return [reply] * len(addresses)
