"""What the core finds by entry point: the kind `smtp`."""

from channelhub.sdk.contract import Manifest, Plugin
from connectors.email.account import SmtpAccount, own_addresses
from connectors.email.config import SmtpConfig
from connectors.email.parse import parse
from connectors.email.report import describe

smtp = Plugin(
    manifest=Manifest(
        kind="smtp",
        title="Email by SMTP",
        config=SmtpConfig,
        channel="email",
        identity_kind="email",
        can_send=True,
        is_repeat_safe=True,  # a mail keeps its Message-ID, by which receivers drop a repeat
    ),
    build=SmtpAccount,
    parse=parse,
    describe=describe,
    sends=lambda config: bool(config.relay_host),
    own_addresses=own_addresses,
)
