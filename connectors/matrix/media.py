"""Files: a homeserver keeps them under an mxc address, and gives them to who has a token."""

import re
from urllib.parse import quote

from channelhub.domain.media import MediaReason, MediaReference
from channelhub.sdk.media import MediaHost, MediaRefused, MediaRequest, configured_host
from connectors.matrix.config import MatrixConfig

ADDRESS = re.compile(r"mxc://([A-Za-z0-9.:\[\]-]{1,255})/([A-Za-z0-9_-]{1,255})")


def media_hosts(config: MatrixConfig) -> tuple[MediaHost, ...]:
    """Our own homeserver fetches what other homeservers keep."""
    return (configured_host(config.homeserver),)


def locate(config: MatrixConfig, file: MediaReference) -> MediaRequest:
    """Raises MediaRefused for what is no address of Matrix."""
    found = ADDRESS.fullmatch(file.reference)
    if found is None:
        reason = MediaReason.HOST if file.reference else MediaReason.UNSUPPORTED
        raise MediaRefused("the file lies at no address of a homeserver", reason=reason)
    server, name = (quote(part, safe="") for part in found.groups())
    return MediaRequest(
        url=f"{config.homeserver.rstrip('/')}/_matrix/client/v1/media/download/{server}/{name}",
        headers={"Authorization": f"Bearer {config.token.reveal()}"},
    )
