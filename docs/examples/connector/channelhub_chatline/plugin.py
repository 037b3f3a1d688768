"""Chatline: what the hub finds by the entry point."""

import msgspec
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Context, Manifest, Mount, Plugin

from channelhub_chatline.parse import parse
from channelhub_chatline.webhook import Webhook


class ChatlineConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    secret: Secret


def build(config: ChatlineConfig, context: Context) -> Webhook:
    return Webhook(config.secret, context)


plugin = Plugin(
    manifest=Manifest(kind="chatline", title="Chatline", config=ChatlineConfig, channel="chatline", mount=Mount.HOOKS),
    build=build,
    parse=parse,
)
