"""What the core finds by entry point: the kinds `smtp` and `lmtp`."""

from channelhub.sdk.contract import Manifest, Plugin
from connectors.email.account import lmtp_account, own_addresses, smtp_account
from connectors.email.config import LmtpConfig, SmtpConfig
from connectors.email.history import history
from connectors.email.parse import parse
from connectors.email.relay_config import pace
from connectors.email.report import describe

smtp = Plugin(
    manifest=Manifest(
        kind="smtp",
        title="Email by SMTP",
        config=SmtpConfig,
        channel="email",
        identity_kind="email",
        can_send=True,
        can_send_files=True,
        is_repeat_safe=True,  # a mail keeps its Message-ID, by which receivers drop a repeat
    ),
    build=smtp_account,
    parse=parse,
    describe=describe,
    sends=lambda config: bool(config.relay_host),
    pace=pace,
    own_addresses=own_addresses,
    history=history,
)

lmtp = Plugin(
    manifest=Manifest(
        kind="lmtp",
        title="Email by LMTP",
        config=LmtpConfig,
        channel="email",
        identity_kind="email",
        can_send=True,
        can_send_files=True,
        is_repeat_safe=True,
    ),
    build=lmtp_account,
    parse=parse,
    describe=describe,
    sends=lambda config: bool(config.relay_host),
    pace=pace,
    own_addresses=own_addresses,
    history=history,
)
