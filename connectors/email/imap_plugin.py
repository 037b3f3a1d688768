"""What the core finds by entry point: the kind `imap`."""

from importlib import import_module
from typing import cast

from channelhub.sdk.contract import Connector, Context, Manifest, Plugin
from connectors.email.history import history
from connectors.email.imap_config import ImapConfig, own_addresses
from connectors.email.imap_parse import parse_fetched
from connectors.email.relay_config import pace
from connectors.email.report import describe


def build(config: ImapConfig, context: Context) -> Connector:
    """The account. Its code is imported here: parser children read this module, and the libraries that a mailbox is
    spoken to with would cost each of them 11 MiB.
    """
    return cast("Connector", import_module("connectors.email.imap_account").ImapAccount(config, context))


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
    build=build,
    parse=parse_fetched,
    describe=describe,
    sends=lambda config: bool(config.relay_host),
    pace=pace,
    own_addresses=own_addresses,
    history=history,
)
