"""Files: Viber names the address of each, which is good for a while and asks for no proof."""

from channelhub.domain.media import MediaReference
from channelhub.sdk.media import MediaHost, MediaRequest, configured_host
from connectors.viber.config import VIBER_URL, ViberConfig


def media_hosts(config: ViberConfig) -> tuple[MediaHost, ...]:
    """Viber's own (dl-media.viber.com, media-direct.cdn.viber.com, …), and a gateway that the configuration names."""
    own = MediaHost(name=".viber.com")
    return (own,) if config.base_url.rstrip("/") == VIBER_URL else (own, configured_host(config.base_url))


def locate(file: MediaReference) -> MediaRequest:
    """The address stands in the message. Its size is not compared: what Viber says is that of the sender's original."""
    return MediaRequest(url=file.reference)
