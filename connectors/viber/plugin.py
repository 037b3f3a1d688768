"""The connector `viber`: a bot's chats, by webhook."""

import asyncio

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Context, Deliver, HealthReport, Manifest, Mount, Plugin
from channelhub.sdk.file_addresses import addresses
from channelhub.sdk.media import MediaRequest
from connectors.viber import registration
from connectors.viber.client import ViberClient
from connectors.viber.config import ViberConfig
from connectors.viber.files import FILES
from connectors.viber.media import locate, media_hosts
from connectors.viber.parse import KIND, parse
from connectors.viber.receive import Webhook
from connectors.viber.send import pace, send
from connectors.viber.underway import UnderWay


class ViberConnector:
    """One bot."""

    def __init__(self, config: ViberConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._client = ViberClient(config, context.http, context.now)
        self._under_way = UnderWay()
        self._webhook = Webhook(config, context, self._under_way)
        context.mount(self._webhook.handle)

    @property
    def _url(self) -> str:
        return f"{self._context.public_url}/{Mount.HOOKS}/{self._context.account}"

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Raises AuthFailed and Unavailable."""
        self._webhook.deliver = deliver  # stays set through failures of `register`: what Viber posts is welcome
        try:
            await registration.register(self._client, self._url)
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self._webhook.deliver = None
            raise

    async def check(self) -> HealthReport:
        """Ask who the bot is and where Viber posts to; takes nothing."""
        return await registration.check(self._client, self._url)

    async def send(self, message: Outbound) -> SendReceipt:
        context = self._context
        found = addresses(message, context.file_url, context.public_url, by=self._config.base_url)
        with self._under_way.sending(message.to):
            return await send(self._client, self._config, message, addresses=found)

    async def media(self, file: MediaReference) -> MediaRequest:
        return locate(file)


def build(config: ViberConfig, context: Context) -> ViberConnector:
    return ViberConnector(config, context)


plugin = Plugin(
    manifest=Manifest(
        kind="viber",
        title="Viber bot",
        config=ViberConfig,
        channel="viber",
        identity_kind=KIND,
        mount=Mount.HOOKS,
        can_send=True,
        can_send_files=True,
    ),
    build=build,
    parse=parse,
    pace=pace,
    file_rules=lambda _config, _key: FILES,
    fetches_files=lambda config: config.base_url,
    media_hosts=media_hosts,
)
