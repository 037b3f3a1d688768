"""The kind sms: a gateway's posts, read by mappings, and answers by its HTTP call."""

from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Context, Manifest, Mount, Plugin
from connectors.webhook.config import parse_settings
from connectors.webhook.parse import parse
from connectors.webhook.plugin import media_hosts
from connectors.webhook.receive import WebhookConnector
from connectors.webhook.rehearse import rehearse
from connectors.webhook.sms.config import SmsConfig
from connectors.webhook.sms.send import Gateway, pace


class SmsConnector(WebhookConnector):
    """One gateway."""

    def __init__(self, config: SmsConfig, context: Context) -> None:
        super().__init__(config, context)
        callback = f"{context.public_url}/{Mount.HOOKS}/{context.account}"
        self._gateway = Gateway(config, context.http, callback=callback, now=context.now)

    async def send(self, message: Outbound) -> SendReceipt:
        return await self._gateway.send(message)


def build(config: SmsConfig, context: Context) -> SmsConnector:
    return SmsConnector(config, context)


plugin = Plugin(
    manifest=Manifest(
        kind="sms",
        title="SMS gateway, by mappings",
        config=SmsConfig,
        channel="sms",
        identity_kind="phone",
        mount=Mount.HOOKS,
        can_send=True,
        names_customers=True,
    ),
    build=build,
    parse=parse,
    pace=pace,
    parse_settings=parse_settings,
    rehearse=rehearse,
    media_hosts=media_hosts,
)
