"""The connector `calls`: a telephone system's posts."""

import asyncio

from channelhub.domain.media import MediaReference
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport, Manifest, Mount, Plugin
from channelhub.sdk.media import MediaRequest
from connectors.calls.config import CallsConfig
from connectors.calls.media import locate, media_hosts
from connectors.calls.parse import parse
from connectors.calls.receive import Webhook


class CallsConnector:
    """One telephone system."""

    def __init__(self, config: CallsConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._webhook = Webhook(config, context)
        context.mount(self._webhook.handle)

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled."""
        self._webhook.deliver = deliver
        try:
            await asyncio.Event().wait()
        finally:
            self._webhook.deliver = None

    async def check(self) -> HealthReport:
        """There is nothing to ask: the telephone system calls us."""
        return HealthReport(health=Health.OK)

    async def media(self, file: MediaReference) -> MediaRequest:
        return locate(self._config, file, self._context.now())


def build(config: CallsConfig, context: Context) -> CallsConnector:
    return CallsConnector(config, context)


plugin = Plugin(
    manifest=Manifest(
        kind="calls",
        title="Telephone system",
        config=CallsConfig,
        channel="call",
        mount=Mount.HOOKS,
    ),
    build=build,
    parse=parse,
    media_hosts=media_hosts,
)
