"""How a connector has files fetched that its messages only name: it says where they are, the hub does the rest.

The hub asks after the message is committed, once for each try, so an address that lives for minutes is always fresh.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from channelhub.domain.media import MediaReason, MediaReference
from channelhub.sdk.errors import ConnectorError

HTTPS_PORT = 443


class MediaRefused(ConnectorError):
    """This file is not to be had, or not wanted, for good; `reason` is one of the refusals of MediaReason."""

    def __init__(self, message: str, *, reason: MediaReason = MediaReason.UNSUPPORTED) -> None:
        super().__init__(message)
        self.reason = reason


class MediaGone(ConnectorError):
    """The channel doesn't give this file, perhaps no longer: asked again a few times only."""


class MediaDamaged(ConnectorError):
    """What came was cut off, or other bytes than the channel said: tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaHost:
    """A host that a kind's files may come from, by https and at public addresses only.

    `name` is a host's name, or `.example.com` for every name below example.com. `MediaRequest.headers` go to it only
    where it `takes_credentials`. One that the configuration names `is_ours`: plain http and inner addresses, too.
    """

    name: str
    port: int = HTTPS_PORT
    takes_credentials: bool = False
    is_ours: bool = False

    def covers(self, *, scheme: str, host: str, port: int) -> bool:
        """Whether an address is at this host. `host` is in lower case and without a dot at its end."""
        if scheme != "https" and not (scheme == "http" and self.is_ours):
            return False
        is_it = host.endswith(self.name) and host != self.name if self.name.startswith(".") else host == self.name
        return is_it and port == self.port


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRequest:
    """A GET that answers with the file. What the channel says of the file is compared with what comes.

    `size` in bytes and `sha256` in hex, where the channel says them. Address and headers may be secrets.
    """

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    size: int | None = None
    sha256: str = ""


class MediaSource(Protocol):
    """A connector whose plugin has `media_hosts`."""

    async def media(self, file: MediaReference) -> MediaRequest:
        """Where the file is just now. Raises Unavailable, AuthFailed, MediaGone, MediaRefused."""


def configured_host(url: str) -> MediaHost:
    """The host of an address that the administrator wrote into the configuration."""
    parts = urlsplit(url)
    port = parts.port or (HTTPS_PORT if parts.scheme == "https" else 80)
    return MediaHost(name=(parts.hostname or "").rstrip("."), port=port, takes_credentials=True, is_ours=True)
