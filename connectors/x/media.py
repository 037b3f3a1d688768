"""Files: what is public asks for no proof; what hangs on a direct message is for the account only."""

from typing import Final
from urllib.parse import urlsplit

from channelhub.domain.media import MediaReference
from channelhub.sdk.media import MediaHost, MediaRequest, configured_host
from connectors.x.client import XClient
from connectors.x.config import X_URL, XConfig

_PRIVATE: Final = "ton.twitter.com"
_PUBLIC: Final = (".twimg.com",)


def media_hosts(config: XConfig) -> tuple[MediaHost, ...]:
    """X's own, and a gateway that the configuration names."""
    own = (MediaHost(name=_PRIVATE, takes_credentials=True), *(MediaHost(name=name) for name in _PUBLIC))
    return own if config.base_url.rstrip("/") == X_URL else (*own, configured_host(config.base_url))


def locate(client: XClient, config: XConfig, file: MediaReference) -> MediaRequest:
    """The address stands in the message; a private one is asked for in the account's name."""
    try:
        is_private = urlsplit(file.reference).hostname == _PRIVATE
    except ValueError:
        is_private = False
    if not (is_private and config.can_answer):
        return MediaRequest(url=file.reference)
    return MediaRequest(url=file.reference, headers={"Authorization": client.proof("GET", file.reference)})
