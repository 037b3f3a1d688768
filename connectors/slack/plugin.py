"""The connector `slack`: chats with an app, and channels where customers are, by webhook or Socket Mode."""

import asyncio

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Context, Deliver, HealthReport, Manifest, Mount, Plugin
from channelhub.sdk.media import MediaRequest
from channelhub.sdk.tasks import first_end_of
from connectors.slack import health
from connectors.slack.client import SlackClient
from connectors.slack.config import SlackConfig, parse_settings
from connectors.slack.gap import Gap
from connectors.slack.link import Link
from connectors.slack.media import locate, media_hosts
from connectors.slack.parse import parse
from connectors.slack.people import People
from connectors.slack.receive import Webhook
from connectors.slack.send import pace, send
from connectors.slack.writer import KIND


class SlackConnector:
    """One app in one workspace."""

    def __init__(self, config: SlackConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._client = SlackClient(config, context.http, context.now)
        self._gap = Gap(self._client, config, context)
        self._people = People(self._client, config, context)
        self._webhook = Webhook(context, secret=config.signing_secret, missed=self._gap.miss, stored=self._people.meet)
        if config.mode == "webhook":
            context.mount(self._webhook.handle)

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Raises AuthFailed and Unavailable."""
        receiving = asyncio.Event()
        watching, learning = self._watch(deliver, receiving), self._people.learn(deliver)
        if self._config.mode == "socket":
            link = Link(self._client, self._config, self._context, missed=self._gap.miss, stored=self._people.meet)
            await first_end_of(link.listen(deliver, opened=receiving.set), watching, learning)
        self._webhook.deliver = deliver  # stays set through failures of asking: what Slack posts is welcome
        receiving.set()
        try:
            await first_end_of(watching, learning)
        except asyncio.CancelledError:
            self._webhook.deliver = None
            raise

    async def _watch(self, deliver: Deliver, receiving: asyncio.Event) -> None:
        """Ask who we are, and look for what was missed once news arrive."""
        us = await health.introduce(self._client)
        await receiving.wait()
        await self._gap.watch(deliver, us)

    async def check(self) -> HealthReport:
        """Ask Slack who we are and what we may; takes nothing."""
        return await health.check(self._client, self._config)

    async def send(self, message: Outbound) -> SendReceipt:
        return await send(self._client, self._config, self._context.http, message)

    async def media(self, file: MediaReference) -> MediaRequest:
        return await locate(self._client, self._config, file)


def build(config: SlackConfig, context: Context) -> SlackConnector:
    return SlackConnector(config, context)


def is_public(key: str) -> bool:
    """Whether a conversation's key is that of a channel's thread."""
    return ":" in key


plugin = Plugin(
    manifest=Manifest(
        kind="slack",
        title="Slack app",
        config=SlackConfig,
        channel="slack",
        identity_kind=KIND,
        mount=Mount.HOOKS,
        can_send=True,
        can_send_files=True,
    ),
    build=build,
    parse=parse,
    parse_settings=parse_settings,
    pace=pace,
    media_hosts=media_hosts,
    is_public=is_public,
)
