"""The kind webhook: posts of any system, read by mappings of the configuration."""

from channelhub.sdk.contract import Context, Manifest, Mount, Plugin
from channelhub.sdk.media import MediaHost
from connectors.webhook.config import WebhookConfig, parse_settings
from connectors.webhook.files import read_host
from connectors.webhook.parse import parse
from connectors.webhook.receive import WebhookConnector
from connectors.webhook.rehearse import rehearse


def build(config: WebhookConfig, context: Context) -> WebhookConnector:
    return WebhookConnector(config, context)


def media_hosts(config: WebhookConfig) -> tuple[MediaHost, ...]:
    return tuple(read_host(text) for text in config.file_hosts)


plugin = Plugin(
    manifest=Manifest(
        kind="webhook",
        title="Posts of any system, by mappings",
        config=WebhookConfig,
        channel="webhook",
        mount=Mount.HOOKS,
        names_customers=True,
    ),
    build=build,
    parse=parse,
    parse_settings=parse_settings,
    rehearse=rehearse,
    media_hosts=media_hosts,
)
