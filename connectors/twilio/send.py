"""Sending. Twilio knows no idempotency key: a message whose answer got lost is looked for in its list, never repeated.

Reports come to our own address with what we sign in its query (`about`), under Twilio's signature: they find their
message also where nothing else tells what became of it.
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

import msgspec

from channelhub.content.portions import split
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Pace
from channelhub.sdk.errors import ConnectorError, Rejected
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


class PartlySent(Exception):
    """Of a long text the first parts are with the customer; sending it again would repeat them."""


class Sending:
    """One number's outgoing messages. `url` is where Twilio reports to."""

    def __init__(self, client: TwilioClient, config: Config, *, url: str, now: Callable[[], datetime]) -> None:
        self._client = client
        self._config = config
        self._url = url
        self._now = now
        self._sids: deque[str] = deque(maxlen=_REMEMBERED)  # answered ones: no lost message is one of these

    async def send(self, message: Outbound) -> SendReceipt:
        """Send a text, in several messages where it is longer than one may be; the receipt names the first.

        Raises Unavailable and AuthFailed where nothing was taken, Rejected where it never will be (Blocked: the
        customer answered STOP); everything else means that it may have arrived.
        """
        first = ""
        forms = self._forms(message)
        for number, form in enumerate(forms):
            try:
                sid = await self._post(form)
            except (ConnectorError, Unclear) as exc:
                if number == 0:
                    raise
                raise PartlySent(f"{number} of {len(forms)} parts were sent, then: {exc}") from exc
            first = first or sid
        return SendReceipt(external_id=first)

    def _forms(self, message: Outbound) -> list[dict[str, str]]:
        """What is posted for a message, one form for each of its parts. Raises Rejected."""
        kind = WHATSAPP if isinstance(self._config, TwilioWhatsAppConfig) else PHONE
        to = address_of(message.to, kind)
        by = "MessagingServiceSid" if is_service(self._config.sender) else "From"
        envelope = {"To": to, by: self._config.address}
        if message.reply_token:
            envelope["StatusCallback"] = f"{self._url}?{ABOUT}={quote(message.reply_token, safe='')}"
        else:
            envelope["StatusCallback"] = self._url
        if isinstance(self._config, TwilioWhatsAppConfig) and is_closed(message, self._now()):
            return [envelope | _template(self._config, message)]
        parts = split(message.text, MAX_UNITS)
        if not parts:
            raise Rejected("Twilio takes no empty messages")
        return [envelope | {"Body": part} for part in parts]

    async def _post(self, form: dict[str, str]) -> str:
        """The sid of the message that became of a form."""
        started_at = self._now()
        try:
            sid = (await self._client.post("/Messages.json", Sent, form)).sid
        except Unclear as lost:
            sid = await self._found(form, started_at)
            if not sid:
                raise lost from None
        self._sids.append(sid)
        return sid

    async def _found(self, form: dict[str, str], started_at: datetime) -> str:
        """The sid of a message whose answer was lost, if Twilio's list has it. Empty says nothing: it may come yet.

        The list has it where its words, its receiver and its time are right and no other answer named it.
        """
        since = started_at.replace(microsecond=0)
        query = {"To": form["To"], "DateSent>": since.date().isoformat(), "PageSize": str(_LOOKED_AT)}
        try:
            page = await self._client.get("/Messages.json", Page, query)
            listed = [msgspec.json.decode(one, type=Message) for one in page.messages]
        except (ConnectorError, Unclear, msgspec.MsgspecError):
            return ""
        fits = [
            one.sid
            for one in listed
            if one.direction.startswith("outbound")
            and one.body == form.get("Body")
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
    if not 0 < len(words) <= MAX_UNITS:
        raise Rejected(f"in a template there is room for {MAX_UNITS} characters, and not for none")
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
