"""Mail to one address of our own people, through an account of the hub: nobody's machine answers it (RFC 3834)."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

from channelhub.dispatch.targets.contract import Message, Notice
from channelhub.domain.outbound import Outbound
from channelhub.rules.outage.alert_texts import details, heading
from channelhub.sdk.contract import Sender
from channelhub.sdk.errors import Unavailable
from channelhub.settings.alerts import Email

SEND_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailTarget:
    """Its name for an outage is the first mail's Message-ID: later mails stand in the same thread. An attempt that is
    repeated carries the same Message-ID, by which mail programs and servers know a repetition."""

    config: Email
    name: str
    sender: Sender | None  # None: the account can't send just now
    refresh_s: float | None = None

    async def tell(self, notice: Notice) -> str:
        alert, language = notice.alert, self.config.language
        message_id = _message_id(f"{notice.key}.{notice.name}", alert.link)
        text = details(alert, language, is_repeated=notice.may_repeat)
        await self._send(heading(alert, language), text, message_id, after=notice.external_ref)
        return notice.external_ref or message_id

    async def post(self, message: Message) -> None:
        body = message.body(self.config.language)
        text = f"{body}\n\n{message.link}" if body else message.link
        await self._send(message.title, text, _message_id(message.key, message.link))

    async def _send(self, subject: str, text: str, message_id: str, *, after: str = "") -> None:
        if self.sender is None:
            raise Unavailable(f"{self.name}: account {self.config.account} can't send just now")
        mail = Outbound(
            id=0,
            to=self.config.to,
            to_kind="email",
            subject=subject,
            text=text,
            language=self.config.language,
            message_id=message_id,
            references=(after,) if after else (),
            is_automatic=True,
        )
        async with asyncio.timeout(SEND_TIMEOUT_S):
            await self.sender.send(mail)


def _message_id(local: str, link: str) -> str:
    return f"{local}@{urlsplit(link).hostname or 'localhost'}"
