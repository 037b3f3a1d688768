"""An account of kind `smtp` or `lmtp`: the listener and the relay together."""

import socket

from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport
from connectors.email.config import LmtpConfig, ReceiverConfig, SmtpConfig
from connectors.email.lmtp_receiver import LmtpReceiver
from connectors.email.receive import Receiver
from connectors.email.send import Relay
from connectors.email.smtp_receiver import SmtpReceiver


class MailAccount:
    """Receives mail by listening, sends answers through the relay."""

    def __init__(self, config: ReceiverConfig, context: Context, receiver: Receiver) -> None:
        self._receiver = receiver
        self._relay = Relay(
            config,
            account=context.account,
            hostname=config.hostname or socket.gethostname(),
            now=context.now,
        )
        self._has_relay = bool(config.relay_host)

    @property
    def bound_port(self) -> int:
        """The port listened on while `run` does, else 0; tells what port 0 of the configuration became."""
        return self._receiver.bound_port

    async def run(self, deliver: Deliver) -> None:
        """Listen until cancelled (see `Receiver.run`)."""
        await self._receiver.run(deliver)

    async def check(self) -> HealthReport:
        """The listener, and the relay where there is one; nothing is sent or consumed."""
        listening = await self._receiver.check()
        if listening.health is not Health.OK or not self._has_relay:
            return listening
        return await self._relay.check()

    async def send(self, message: Outbound) -> SendReceipt:
        """Send through the relay (see `Relay.send`)."""
        return await self._relay.send(message)


def smtp_account(config: SmtpConfig, context: Context) -> MailAccount:
    """An account that listens for SMTP."""
    return MailAccount(config, context, SmtpReceiver(config, context))


def lmtp_account(config: LmtpConfig, context: Context) -> MailAccount:
    """An account that listens for LMTP."""
    return MailAccount(config, context, LmtpReceiver(config, context))


def own_addresses(config: ReceiverConfig) -> tuple[str, ...]:
    """Every address that is ours, so that mail from it is not taken for a customer's."""
    named = [address for address in config.recipients if "@" in address.strip("@")]
    if config.from_address:
        named.append(config.from_address)
    return tuple(dict.fromkeys(named))
