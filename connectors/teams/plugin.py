"""The connector `teams`: chats, group chats and channels of Microsoft Teams that a bot is in, by webhook."""

import asyncio
from typing import Final

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport, Manifest, Mount, Plugin
from channelhub.sdk.file_addresses import addresses
from channelhub.sdk.health import tells_failures
from channelhub.sdk.media import MediaRequest
from connectors.teams.client import TeamsClient
from connectors.teams.config import TeamsConfig
from connectors.teams.keys import Keyring
from connectors.teams.media import locate, media_hosts
from connectors.teams.parse import KIND, parse
from connectors.teams.places import Places
from connectors.teams.receive import Webhook
from connectors.teams.send import pace, send

WATCH_S: Final = 600.0


class TeamsConnector:
    """One bot."""

    def __init__(self, config: TeamsConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._client = TeamsClient(config, context.http, context.now)
        self._keyring = Keyring(self._client, config.openid_url, context.now)
        self._places = Places(config, context)
        self._webhook = Webhook(config, context, self._keyring, self._places)
        context.mount(self._webhook.handle)

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Raises Unavailable."""
        self._webhook.deliver = deliver  # stays set through failures of asking: what is proved by known keys is welcome
        try:
            while True:
                if self._keyring.is_old:
                    await self._keyring.refresh()
                await asyncio.sleep(WATCH_S)
        except asyncio.CancelledError:
            self._webhook.deliver = None
            raise

    @tells_failures
    async def check(self) -> HealthReport:
        """Ask for the keys of posts and for a token; takes nothing. Microsoft tells nobody where it posts to."""
        if self._keyring.is_old:
            await self._keyring.refresh()
        await self._client.token()
        return HealthReport(health=Health.OK)

    async def send(self, message: Outbound) -> SendReceipt:
        found = addresses(message, self._context.file_url, self._context.public_url, by=self._config.login_url)
        return await send(self._client, self._places, message, addresses=found)

    async def media(self, file: MediaReference) -> MediaRequest:
        return await locate(self._client, self._config, file)


def build(config: TeamsConfig, context: Context) -> TeamsConnector:
    return TeamsConnector(config, context)


def is_public(key: str) -> bool:
    """Whether a conversation's key is that of a group chat or channel."""
    return key.startswith("19:")


plugin = Plugin(
    manifest=Manifest(
        kind="teams",
        title="Microsoft Teams bot",
        config=TeamsConfig,
        channel="teams",
        identity_kind=KIND,
        mount=Mount.HOOKS,
        can_send=True,
        can_send_files=True,
    ),
    build=build,
    parse=parse,
    pace=pace,
    media_hosts=media_hosts,
    is_public=is_public,
    fetches_files=lambda config: config.login_url,
)
