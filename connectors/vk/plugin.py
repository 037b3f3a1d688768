"""The connector `vk`: a community's messages and comments, by Long Poll or the Callback API."""

import asyncio

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport, Manifest, Mount, Plugin
from channelhub.sdk.errors import Unavailable
from channelhub.sdk.health import tells_failures
from channelhub.sdk.media import MediaRequest
from connectors.vk import registration, rights
from connectors.vk.client import VkClient
from connectors.vk.comments import is_public
from connectors.vk.config import VkConfig
from connectors.vk.history import History
from connectors.vk.media import locate, media_hosts
from connectors.vk.names import Names
from connectors.vk.parse import parse
from connectors.vk.people import KIND
from connectors.vk.poll import Poller, server_of
from connectors.vk.receive import Webhook
from connectors.vk.send import pace, send
from connectors.vk.settings import write_settings
from connectors.vk.upload import file_rules

WATCH_S = 30.0  # shorter than the supervisor waits before it calls an account well that ran so long and failed


class VkConnector:
    """One community."""

    def __init__(self, config: VkConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._client = VkClient(config, context.http, context.now)
        self._names = Names(self._client, context)
        self._history = History(self._client, config, context, self._names)
        self._webhook = Webhook(config, context, self._names)
        if config.mode == "webhook":
            context.mount(self._webhook.handle)

    @property
    def _url(self) -> str:
        return f"{self._context.public_url}/{Mount.HOOKS}/{self._context.account}"

    @property
    def _is_set_up_by_us(self) -> bool:
        return self._config.mode == "webhook" and not self._config.confirmation

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Raises AuthFailed and Unavailable."""
        learning = asyncio.create_task(self._names.learn(deliver))
        try:
            await self._receive(deliver)
        finally:
            learning.cancel()
            await asyncio.gather(learning, return_exceptions=True)

    async def _receive(self, deliver: Deliver) -> None:
        if self._config.mode == "polling":
            poller = Poller(self._client, self._config, self._context, history=self._history, names=self._names)
            await poller.run(deliver)
        self._webhook.deliver = deliver  # stays set through failures of `register`: what VK posts is welcome
        try:
            await self._watch(deliver)
        except asyncio.CancelledError:
            self._webhook.deliver = None
            raise

    async def _watch(self, deliver: Deliver) -> None:
        """Tell VK where to post, make good what it gave up posting, and look how its posts arrive, for ever."""
        if not self._is_set_up_by_us:
            await asyncio.Event().wait()
        await self._history.begin(deliver)
        if await registration.has_stopped(self._client, self._url):
            await self._history.miss(deliver)
        self._webhook.confirmation = await registration.confirmation(self._client)
        await registration.register(self._client, self._config, self._url)
        await self._history.catch_up(deliver)
        while True:
            await asyncio.sleep(WATCH_S)
            if fault := await registration.fault(self._client, self._url):
                raise Unavailable(fault)

    @tells_failures
    async def check(self) -> HealthReport:
        """Ask whose the token is, what it may do, and how VK's events get here; takes none."""
        report = await rights.check(self._client, is_manager=self._is_set_up_by_us)
        if report.health is not Health.OK:
            return report
        if self._config.mode == "polling":
            await server_of(self._client)
        elif self._is_set_up_by_us and (fault := await registration.fault(self._client, self._url)):
            return HealthReport(health=Health.DOWN, detail=fault)
        return report

    async def send(self, message: Outbound) -> SendReceipt:
        return await send(self._client, self._context.account, message)

    async def media(self, file: MediaReference) -> MediaRequest:
        return locate(file)


def build(config: VkConfig, context: Context) -> VkConnector:
    return VkConnector(config, context)


plugin = Plugin(
    manifest=Manifest(
        kind="vk",
        title="VK community",
        config=VkConfig,
        channel="vk",
        identity_kind=KIND,
        mount=Mount.HOOKS,
        can_send=True,
        can_send_files=True,
    ),
    build=build,
    parse=parse,
    parse_settings=write_settings,
    pace=pace,
    is_public=is_public,
    file_rules=file_rules,
    media_hosts=media_hosts,
)
