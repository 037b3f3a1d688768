"""Files: at addresses of the instance, which anybody may read who knows them."""

from urllib.parse import urlsplit

from channelhub.domain.media import MediaReference
from channelhub.sdk.media import MediaHost, MediaRequest, configured_host
from connectors.mastodon.config import MastodonConfig


def media_hosts(config: MastodonConfig) -> tuple[MediaHost, ...]:
    """The instance, those below its name (files.…), and what the configuration names. Not other instances: an address
    of theirs is what a stranger wrote."""
    name = (urlsplit(config.instance).hostname or "").rstrip(".")
    further = (MediaHost(name=host.lower()) for host in config.media_hosts)
    return (configured_host(config.instance), MediaHost(name=f".{name}"), *further)


def locate(file: MediaReference) -> MediaRequest:
    return MediaRequest(url=file.reference)
