"""Sending. Twilio knows no idempotency key: a message whose answer got lost is looked for in its list, never repeated.

Reports come to our own address with what we sign in its query (`about`), under Twilio's signature: they find their
message also where nothing else tells what became of it.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

import msgspec

from channelhub.content.portions import split
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Pace
from channelhub.sdk.errors import ConnectorError, Rejected
from channelhub.sdk.parts import PartlySent, receipt
from connectors.twilio import carrying
from connectors.twilio.carrying import carriage_of
from connectors.twilio.client import TwilioClient, Unclear
from connectors.twilio.config import TwilioConfig, TwilioSmsConfig, TwilioWhatsAppConfig, is_service
from connectors.twilio.delivery import ABOUT
from connectors.twilio.people import PHONE, WHATSAPP, address_of
from connectors.twilio.shapes import Message, Page, Sent

MAX_UNITS: Final = 1600  # of a body (twilio.com/docs/messaging/api/message-resource)
WINDOW: Final = timedelta(hours=24)
_AT_ONCE: Final = 5
_ALL: Final = "all"
_REMEMBERED: Final = 500
_LOOKED_AT: Final = 50

Config = TwilioSmsConfig | TwilioWhatsAppConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """What is posted for one message; `media` are the addresses of its files."""

    fields: Mapping[str, str]
    media: tuple[str, ...] = ()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [*self.fields.items(), *(("MediaUrl", address) for address in self.media)]


class Sending:
    """One number's outgoing messages. `url` is where Twilio reports to."""

    def __init__(self, client: TwilioClient, config: Config, *, url: str, now: Callable[[], datetime]) -> None:
        self._client = client
        self._config = config
        self._url = url
        self._now = now
        self._sids: deque[str] = deque(maxlen=_REMEMBERED)  # answered ones: no lost message is one of these

    async def send(self, message: Outbound, addresses: Sequence[str] = ()) -> SendReceipt:
        """Send a text, in several messages where it is longer than one may be, with files that Twilio fetches at their
        addresses, or that are linked; the receipt names the first.

        Raises Unavailable and AuthFailed where nothing was taken, Rejected where it never will be (Blocked: the
        customer answered STOP); everything else means that it may have arrived.
        """
        sids: list[str] = []
        forms = self._forms(message, addresses)
        for number, form in enumerate(forms):
            try:
                sids.append(await self._post(form))
            except (ConnectorError, Unclear) as exc:
                if number == 0:
                    raise
                words = f"{number} of {len(forms)} parts were sent, then: {exc}"
                raise PartlySent(words, names=sids, total=len(forms)) from exc
        return receipt(sids)

    def _forms(self, message: Outbound, addresses: Sequence[str]) -> list[_Form]:
        """What is posted for a message, one form for each of its parts. Raises Rejected."""
        config = self._config
        to = address_of(message.to, WHATSAPP if isinstance(config, TwilioWhatsAppConfig) else PHONE)
        by = "MessagingServiceSid" if is_service(config.sender) else "From"
        report_to = f"{self._url}?{ABOUT}={quote(message.reply_token, safe='')}" if message.reply_token else self._url
        envelope = {"To": to, by: config.address, "StatusCallback": report_to}
        if isinstance(config, TwilioWhatsAppConfig) and is_closed(message, self._now()):
            return [_Form(fields=envelope | _template(config, message))]
        carriage = carriage_of(config, to) if isinstance(config, TwilioSmsConfig) else carrying.WHATSAPP
        parts = carrying.parts(split(message.text, MAX_UNITS), message.attachments, addresses, carriage)
        if not parts:
            raise Rejected("Twilio takes no empty messages")
        return [_Form(fields=envelope | ({"Body": one.words} if one.words else {}), media=one.media) for one in parts]

    async def _post(self, form: _Form) -> str:
        """The sid of the message that became of a form."""
        started_at = self._now()
        try:
            sid = (await self._client.post("/Messages.json", Sent, form.pairs)).sid
        except Unclear as lost:
            sid = await self._found(form, started_at)
            if not sid:
                raise lost from None
        self._sids.append(sid)
        return sid

    async def _found(self, form: _Form, started_at: datetime) -> str:
        """The sid of a message whose answer was lost, if Twilio's list has it. Empty says nothing: it may come yet.

        The list has it where its words, its number of files, its receiver and its time are right and no other answer
        named it.
        """
        since = started_at.replace(microsecond=0)
        query = {"To": form.fields["To"], "DateSent>": since.date().isoformat(), "PageSize": str(_LOOKED_AT)}
        try:
            page = await self._client.get("/Messages.json", Page, query)
            listed = [msgspec.json.decode(one, type=Message) for one in page.messages]
        except (ConnectorError, Unclear, msgspec.MsgspecError):
            return ""
        fits = [
            one.sid
            for one in listed
            if one.direction.startswith("outbound")
            and (one.body or "") == form.fields.get("Body", "")
            and one.files == len(form.media)
            and one.created_at is not None
            and one.created_at >= since
            and one.sid not in self._sids
        ]
        return fits[0] if len(fits) == 1 else ""


def is_closed(message: Outbound, now: datetime) -> bool:
    """Whether the customer is known to have written more than 24 hours ago: then WhatsApp takes a template only."""
    return message.heard_at is not None and now - message.heard_at >= WINDOW


def _template(config: TwilioWhatsAppConfig, message: Outbound) -> dict[str, str]:
    """The configured template around the words. Its variables take no line breaks."""
    if not config.template:
        raise Rejected(
            f"the customer wrote more than 24 hours ago ({message.heard_at:%Y-%m-%d %H:%M} UTC): WhatsApp takes an "
            "approved template only. Set `template`, or answer another way"
        )
    words = " ".join(message.text.split())
    if message.attachments or not 0 < len(words) <= MAX_UNITS:
        raise Rejected(f"in a template there is room for {MAX_UNITS} characters, not for none, and not for files")
    variables = msgspec.json.encode({config.template_variable: words}).decode()
    return {"ContentSid": config.template, "ContentVariables": variables}


def pace(config: TwilioConfig) -> Pace:
    """Twilio counts the requests of an account, and queues what its number may not send yet."""
    return Pace(
        at_once=_AT_ONCE,
        at_once_in_lane=_AT_ONCE,
        per_minute_in_lane=config.messages_per_minute,
        lane=lambda _receiver: _ALL,
    )
