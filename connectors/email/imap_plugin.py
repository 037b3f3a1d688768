"""What the core finds by entry point: the kind `imap`. Apart from the others, so that a hub without a mailbox imports
no IMAP library.
"""

from channelhub.sdk.contract import Manifest, Plugin
from connectors.email.history import history
from connectors.email.imap_account import ImapAccount, own_addresses
from connectors.email.imap_config import ImapConfig
from connectors.email.imap_parse import parse_fetched
from connectors.email.relay_config import pace
from connectors.email.report import describe

imap = Plugin(
    manifest=Manifest(
        kind="imap",
        title="Email from a mailbox (IMAP)",
        config=ImapConfig,
        channel="email",
        identity_kind="email",
        can_send=True,
        can_send_files=True,
        is_repeat_safe=True,  # a mail keeps its Message-ID, by which receivers drop a repeat
    ),
    build=ImapAccount,
    parse=parse_fetched,
    describe=describe,
    sends=lambda config: bool(config.relay_host),
    pace=pace,
    own_addresses=own_addresses,
    history=history,
)
