"""An account of kind `imap`: the mailbox and the relay together."""

import socket

from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport
from connectors.email.imap_config import ImapConfig
from connectors.email.imap_receive import ImapReceiver
from connectors.email.send import Relay


class ImapAccount:
    """Reads a mailbox, sends answers through the relay."""

    def __init__(self, config: ImapConfig, context: Context) -> None:
        self._receiver = ImapReceiver(config, context)
        self._relay = Relay(config, account=context.account, hostname=socket.gethostname(), now=context.now)
        self._has_relay = bool(config.relay_host)

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled (see `ImapReceiver.run`)."""
        await self._receiver.run(deliver)

    async def check(self) -> HealthReport:
        """The mailbox, and the relay where there is one; nothing is sent, fetched or marked."""
        mailbox = await self._receiver.check()
        if mailbox.health is not Health.OK or not self._has_relay:
            return mailbox
        return await self._relay.check()

    async def send(self, message: Outbound) -> SendReceipt:
        """Send through the relay (see `Relay.send`)."""
        return await self._relay.send(message)
