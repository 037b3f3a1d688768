"""The connectors `twilio` (SMS, MMS) and `twilio_whatsapp`: numbers at Twilio."""

import asyncio

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Context, Deliver, HealthReport, LateReply, Manifest, Mount, Plugin
from channelhub.sdk.file_addresses import addresses
from channelhub.sdk.media import MediaRequest
from connectors.twilio import health
from connectors.twilio.client import TwilioClient
from connectors.twilio.config import TwilioSmsConfig, TwilioWhatsAppConfig
from connectors.twilio.listing import Comparison
from connectors.twilio.media import locate, media_hosts
from connectors.twilio.parse import parse_sms, parse_whatsapp
from connectors.twilio.people import PHONE, WHATSAPP
from connectors.twilio.receive import Webhook
from connectors.twilio.send import MAX_UNITS, WINDOW, Config, Sending, pace


class TwilioConnector:
    """One number, or one messaging service."""

    def __init__(self, config: Config, context: Context) -> None:
        self._config = config
        self._context = context
        self._client = TwilioClient(config, context.http, context.now)
        self._url = f"{context.public_url}/{Mount.HOOKS}/{context.account}"
        self._sending = Sending(self._client, config, url=self._url, now=context.now)
        self._comparison = Comparison(self._client, config, context)
        self._webhook = Webhook(context, token=config.auth_token)
        context.mount(self._webhook.handle)

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled, and compare now and then. Raises AuthFailed, Unavailable and NotCommitted."""
        self._webhook.deliver = deliver  # stays set through failures of the comparison: what Twilio posts is welcome
        try:
            while self._config.compare_every_s:
                await self._comparison.run(deliver)
                await asyncio.sleep(self._config.compare_every_s)
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self._webhook.deliver = None
            raise

    async def check(self) -> HealthReport:
        """Ask how the account and the number do; takes no message."""
        return await health.check(self._client, self._config, self._url)

    async def send(self, message: Outbound) -> SendReceipt:
        found = addresses(message, self._context.file_url, self._context.public_url, by=self._config.base_url)
        return await self._sending.send(message, found)

    async def media(self, file: MediaReference) -> MediaRequest:
        return locate(self._config, file)


def build(config: Config, context: Context) -> TwilioConnector:
    return TwilioConnector(config, context)


def late_reply(config: TwilioWhatsAppConfig) -> LateReply | None:
    """The configured template around the words."""
    return LateReply(template=config.template, max_chars=MAX_UNITS) if config.template else None


sms = Plugin(
    manifest=Manifest(
        kind="twilio",
        title="SMS by Twilio",
        config=TwilioSmsConfig,
        channel="sms",
        identity_kind=PHONE,
        mount=Mount.HOOKS,
        can_send=True,
        can_send_files=True,
    ),
    build=build,
    parse=parse_sms,
    pace=pace,
    fetches_files=lambda config: config.base_url,
    media_hosts=media_hosts,
)

whatsapp = Plugin(
    manifest=Manifest(
        kind="twilio_whatsapp",
        title="WhatsApp by Twilio",
        config=TwilioWhatsAppConfig,
        channel="whatsapp",
        identity_kind=WHATSAPP,
        mount=Mount.HOOKS,
        can_send=True,
        can_send_files=True,
    ),
    build=build,
    parse=parse_whatsapp,
    pace=pace,
    reply_window_s=lambda _config: WINDOW.total_seconds(),
    late_reply=late_reply,
    fetches_files=lambda config: config.base_url,
    media_hosts=media_hosts,
)
