"""Files: pictures as Bluesky's network gives them to anybody, by who keeps them and their digest."""

import re

from channelhub.domain.media import MediaReason, MediaReference
from channelhub.sdk.media import MediaHost, MediaRefused, MediaRequest, configured_host
from connectors.bluesky.config import CDN_URL, BlueskyConfig

_BLOB = re.compile(r"(did:(?:plc|web):[A-Za-z0-9.:%_-]{1,250})/([A-Za-z0-9]{1,120})")


def media_hosts(config: BlueskyConfig) -> tuple[MediaHost, ...]:
    """Bluesky's own, or what the configuration names. Not the servers of writers: their addresses are their word."""
    if config.cdn.rstrip("/") == CDN_URL:
        return (MediaHost(name="cdn.bsky.app"),)
    return (configured_host(config.cdn),)


def locate(config: BlueskyConfig, file: MediaReference) -> MediaRequest:
    """Raises MediaRefused for videos, which are given as streams only, and for what is no file of Bluesky."""
    if file.reference.endswith("/video"):
        raise MediaRefused("Bluesky gives videos as streams, not as files")
    found = _BLOB.fullmatch(file.reference)
    if found is None:
        raise MediaRefused("the file lies at an address that is not Bluesky's", reason=MediaReason.HOST)
    return MediaRequest(url=f"{config.cdn.rstrip('/')}/img/feed_fullsize/plain/{found[1]}/{found[2]}@jpeg")
