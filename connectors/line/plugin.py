"""The connector `line`: an official account's chats, by webhook."""

import asyncio

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Context, Deliver, HealthReport, Manifest, Mount, Plugin
from channelhub.sdk.file_addresses import PREVIEW_PATH, addresses
from channelhub.sdk.media import MediaRequest
from connectors.line import registration
from connectors.line.client import LineClient
from connectors.line.config import LineConfig
from connectors.line.media import locate, media_hosts
from connectors.line.parse import KIND, parse
from connectors.line.receive import Webhook
from connectors.line.send import pace, send


class LineConnector:
    """One official account."""

    def __init__(self, config: LineConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._client = LineClient(config, context.http, context.now)
        self._webhook = Webhook(context, secret=config.channel_secret, takes_groups=config.groups)
        context.mount(self._webhook.handle)

    @property
    def _url(self) -> str:
        return f"{self._context.public_url}/{Mount.HOOKS}/{self._context.account}"

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Raises AuthFailed and Unavailable."""
        self._webhook.deliver = deliver  # stays set through failures of `register`: what LINE posts is welcome
        try:
            await registration.register(self._client, self._url)
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self._webhook.deliver = None
            raise

    async def check(self) -> HealthReport:
        """Ask who the account is and where LINE posts to; takes nothing."""
        return await registration.check(self._client, self._url)

    async def send(self, message: Outbound) -> SendReceipt:
        context = self._context
        found = addresses(message, context.file_url, context.public_url, by=self._config.base_url)
        preview = f"{context.public_url}{PREVIEW_PATH}"
        return await send(self._client, context.account, message, addresses=found, preview=preview)

    async def media(self, file: MediaReference) -> MediaRequest:
        return locate(self._config, file)


def build(config: LineConfig, context: Context) -> LineConnector:
    return LineConnector(config, context)


plugin = Plugin(
    manifest=Manifest(
        kind="line",
        title="LINE official account",
        config=LineConfig,
        channel="line",
        identity_kind=KIND,
        mount=Mount.HOOKS,
        can_send=True,
        can_send_files=True,
        is_repeat_safe=True,
    ),
    build=build,
    parse=parse,
    pace=pace,
    fetches_files=lambda config: config.base_url,
    media_hosts=media_hosts,
)
