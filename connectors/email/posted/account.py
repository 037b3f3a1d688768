"""An account whose mail a service posts: the webhook and the relay together."""

import asyncio
import socket

from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport
from connectors.email.authenticity import Authenticity
from connectors.email.posted.config import PostedConfig
from connectors.email.posted.receive import Webhook
from connectors.email.send import Relay


class PostedAccount:
    """Receives mail by webhook, sends answers through the relay."""

    def __init__(self, config: PostedConfig, context: Context) -> None:
        self._authenticity = Authenticity(config, log=context.log)
        self._webhook = Webhook(config, context, self._authenticity)
        self._relay = Relay(config, account=context.account, hostname=socket.gethostname(), now=context.now)
        self._has_relay = bool(config.relay_host)
        context.mount(self._webhook.handle)

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled."""
        self._webhook.deliver = deliver
        try:
            await asyncio.Event().wait()
        finally:
            self._webhook.deliver = None
            await self._authenticity.close()

    async def check(self) -> HealthReport:
        """The relay where there is one; the service calls us, and there is nothing to ask of it."""
        return await self._relay.check() if self._has_relay else HealthReport(health=Health.OK)

    async def send(self, message: Outbound) -> SendReceipt:
        """Send through the relay (see `Relay.send`)."""
        return await self._relay.send(message)
