"""The connector `max`: a bot's dialogs, by webhook or long polling."""

import asyncio

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport, Manifest, Mount, Plugin
from channelhub.sdk.errors import Unavailable
from channelhub.sdk.health import tells_failures
from channelhub.sdk.media import MediaRequest
from connectors.max import registration
from connectors.max.client import MaxClient
from connectors.max.config import MaxConfig
from connectors.max.media import locate, media_hosts
from connectors.max.parse import KIND, parse
from connectors.max.poll import poll
from connectors.max.receive import Webhook
from connectors.max.send import pace, send

WATCH_S = 30.0  # shorter than the supervisor waits before it calls an account well that ran so long and failed


class MaxConnector:
    """One bot."""

    def __init__(self, config: MaxConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._client = MaxClient(config, context.http, context.now)
        self._webhook = Webhook(config, context)
        if config.mode == "webhook":
            context.mount(self._webhook.handle)

    @property
    def _url(self) -> str:
        return f"{self._context.public_url}/{Mount.HOOKS}/{self._context.account}"

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Raises AuthFailed and Unavailable."""
        if self._config.mode == "polling":
            await poll(self._client, self._config, self._context, deliver)
        self._webhook.deliver = deliver  # stays set through failures of `register`: what MAX posts is welcome
        try:
            await registration.register(self._client, self._config, self._url)
            await self._watch()
        except asyncio.CancelledError:
            self._webhook.deliver = None
            raise

    async def _watch(self) -> None:
        """Look whether MAX still posts here, for ever: it takes an address away that failed for eight hours."""
        while True:
            await asyncio.sleep(WATCH_S)
            found = await registration.addresses(self._client)
            if self._url not in found:
                raise Unavailable(registration.missing(self._url, found))

    @tells_failures
    async def check(self) -> HealthReport:
        """Ask who the bot is and where MAX posts to; takes nothing."""
        bot = await registration.me(self._client)
        found = await registration.addresses(self._client)
        if self._config.mode == "webhook" and self._url not in found:
            return HealthReport(health=Health.DOWN, detail=registration.missing(self._url, found))
        if self._config.mode == "polling" and found:
            detail = f"MAX posts to {', '.join(found)}, so polling gets nothing until we remove that"
            return HealthReport(health=Health.DOWN, detail=detail)
        return HealthReport(health=Health.OK, detail=bot.first_name or bot.name or bot.username or str(bot.user_id))

    async def send(self, message: Outbound) -> SendReceipt:
        return await send(self._client, message)

    async def media(self, file: MediaReference) -> MediaRequest:
        return await locate(self._client, file)


def build(config: MaxConfig, context: Context) -> MaxConnector:
    return MaxConnector(config, context)


plugin = Plugin(
    manifest=Manifest(
        kind="max",
        title="MAX bot",
        config=MaxConfig,
        channel="max",
        identity_kind=KIND,
        mount=Mount.HOOKS,
        can_send=True,
        can_send_files=True,
    ),
    build=build,
    parse=parse,
    pace=pace,
    media_hosts=media_hosts,
)
