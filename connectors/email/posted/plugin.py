"""What the core finds by entry point: the kind `mail_webhook`."""

from importlib import import_module
from typing import cast

from channelhub.sdk.contract import Connector, Context, Manifest, Mount, Plugin
from connectors.email.history import history
from connectors.email.posted.config import PostedConfig
from connectors.email.posted.parse import parse_posted
from connectors.email.relay_config import pace
from connectors.email.report import describe


def build(config: PostedConfig, context: Context) -> Connector:
    """The account. Its code is imported here: parser children read this module, and need no relay and no keys."""
    return cast("Connector", import_module("connectors.email.posted.account").PostedAccount(config, context))


def own_addresses(config: PostedConfig) -> tuple[str, ...]:
    """The address that answers come from is ours: mail from it is no customer's."""
    return (config.from_address,) if config.from_address else ()


plugin = Plugin(
    manifest=Manifest(
        kind="mail_webhook",
        title="Email posted by a service",
        config=PostedConfig,
        channel="email",
        identity_kind="email",
        mount=Mount.HOOKS,
        can_send=True,
        can_send_files=True,
        is_repeat_safe=True,  # a mail keeps its Message-ID, by which receivers drop a repeat
    ),
    build=build,
    parse=parse_posted,
    describe=describe,
    sends=lambda config: bool(config.relay_host),
    pace=pace,
    own_addresses=own_addresses,
    history=history,
)
