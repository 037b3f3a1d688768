"""Files: LINE keeps them under their message's id, for a while, for who has the channel's token."""

from urllib.parse import quote

from channelhub.domain.media import MediaReason, MediaReference
from channelhub.sdk.media import MediaHost, MediaRefused, MediaRequest, configured_host
from connectors.line.config import CONTENT_URL, LineConfig


def media_hosts(config: LineConfig) -> tuple[MediaHost, ...]:
    """LINE's own, or what the configuration names."""
    if config.content_url.rstrip("/") == CONTENT_URL:
        return (MediaHost(name="api-data.line.me", takes_credentials=True),)
    return (configured_host(config.content_url),)


def locate(config: LineConfig, file: MediaReference) -> MediaRequest:
    """A video that LINE still converts is answered with 202, and so tried again. Raises MediaRefused for what somebody
    else keeps."""
    if not (file.reference.isascii() and file.reference.isalnum()):
        raise MediaRefused("the file lies at an address that is not LINE's", reason=MediaReason.HOST)
    return MediaRequest(
        url=f"{config.content_url.rstrip('/')}/v2/bot/message/{quote(file.reference)}/content",
        headers={"Authorization": f"Bearer {config.token.reveal()}"},
    )
