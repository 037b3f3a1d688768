"""Where WhatsApp keeps the file of a media id: asked anew for each download, because the address lives for minutes."""

import base64
import binascii
import re
from typing import Final

import msgspec

from channelhub.domain.media import MediaReference
from channelhub.sdk.media import MediaGone, MediaHost, MediaRequest, configured_host
from connectors.meta.config import GRAPH_URL
from connectors.meta.graph import RATE_CODES, AnswerLost, Graph, Refusal, explain
from connectors.meta.whatsapp.config import WhatsAppConfig

_DOING: Final = "asking WhatsApp for a file"
_GONE: Final = 100  # no such object, or one that this token can't see
_ID = re.compile(r"[0-9]{1,64}")
_HEX = re.compile(r"[0-9a-f]{64}")


class _Place(msgspec.Struct):
    url: str
    sha256: str = ""
    file_size: int | str | None = None


def media_hosts(config: WhatsAppConfig) -> tuple[MediaHost, ...]:
    """Meta's host for files, which wants the token, or the one that the configuration names."""
    if config.base_url.rstrip("/") == GRAPH_URL:
        return (MediaHost(name="lookaside.fbsbx.com", takes_credentials=True),)
    return (configured_host(config.base_url),)


async def locate(graph: Graph, config: WhatsAppConfig, file: MediaReference) -> MediaRequest:
    """Raises MediaGone for a media id that has expired (7 days), AuthFailed and Unavailable."""
    if not _ID.fullmatch(file.reference):
        raise MediaGone("this is no media id of WhatsApp")
    try:
        place = await graph.get(file.reference, _Place, phone_number_id=config.phone_number_id)
    except Refusal as exc:
        if exc.fault.code == _GONE or (exc.status == 404 and exc.fault.code not in RATE_CODES):
            raise MediaGone(f"{_DOING}: {exc.words}") from None
        raise explain(exc, _DOING) from None
    except AnswerLost as exc:
        raise explain(exc, _DOING) from None
    size = str(place.file_size or "")
    return MediaRequest(
        url=place.url,
        headers={"Authorization": f"Bearer {config.token.reveal()}"},
        size=int(size) if size.isascii() and size.isdigit() and len(size) < 16 else None,
        sha256=_digest(place.sha256),
    )


def _digest(text: str) -> str:
    """A SHA-256 in hex; WhatsApp writes it so, or in base64. Empty for anything else."""
    if _HEX.fullmatch(text.lower()):
        return text.lower()
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return found.hex() if len(found) == 32 else ""
