"""The connector `x`: an account's mentions, answers and direct messages, by webhook."""

import asyncio

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport, Manifest, Mount, Plugin
from channelhub.sdk.errors import Unavailable
from channelhub.sdk.health import tells_failures
from channelhub.sdk.media import MediaRequest
from connectors.x import registration
from connectors.x.client import XClient
from connectors.x.config import XConfig
from connectors.x.media import locate, media_hosts
from connectors.x.parse import KIND, is_public, parse
from connectors.x.receive import Webhook
from connectors.x.send import pace, send
from connectors.x.settings import write_settings
from connectors.x.uploads import file_rules

WATCH_S = 300.0  # X tries the address itself each hour, and counts what we ask


class XConnector:
    """One account."""

    def __init__(self, config: XConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._client = XClient(config, context.http, context.now)
        self._webhook = Webhook(config, context)
        context.mount(self._webhook.handle)

    @property
    def _url(self) -> str:
        return f"{self._context.public_url}/{Mount.HOOKS}/{self._context.account}"

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Raises AuthFailed and Unavailable."""
        self._webhook.deliver = deliver  # stays set through failures of `register`: what X posts is welcome
        try:
            await registration.register(self._client, self._url)
            await self._watch()
        except asyncio.CancelledError:
            self._webhook.deliver = None
            raise

    async def _watch(self) -> None:
        """Look how X's posts get here, for ever."""
        while True:
            await asyncio.sleep(WATCH_S)
            if fault := await registration.fault(self._client, self._url, self._config.user_id):
                raise Unavailable(fault)

    @tells_failures
    async def check(self) -> HealthReport:
        """Ask how X's posts get here; takes nothing."""
        fault = await registration.fault(self._client, self._url, self._config.user_id)
        if fault:
            return HealthReport(health=Health.DOWN, detail=fault)
        detail = "" if self._config.can_answer else "answers need access_token and access_token_secret"
        return HealthReport(health=Health.OK, detail=detail)

    async def send(self, message: Outbound) -> SendReceipt:
        return await send(self._client, message)

    async def media(self, file: MediaReference) -> MediaRequest:
        return locate(self._client, self._config, file)


def build(config: XConfig, context: Context) -> XConnector:
    return XConnector(config, context)


plugin = Plugin(
    manifest=Manifest(
        kind="x",
        title="X (Twitter)",
        config=XConfig,
        channel="x",
        identity_kind=KIND,
        mount=Mount.HOOKS,
        can_send=True,
        can_send_files=True,
    ),
    build=build,
    parse=parse,
    parse_settings=write_settings,
    sends=lambda config: config.can_answer,
    pace=pace,
    is_public=is_public,
    file_rules=file_rules,
    media_hosts=media_hosts,
)
