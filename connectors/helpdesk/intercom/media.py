"""Files: their addresses are signed for a while; after that Intercom is asked for the part, which has a fresh one."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs, urlsplit

from channelhub.domain.media import MediaReference
from channelhub.sdk.media import MediaGone, MediaHost, MediaRefused, MediaRequest, configured_host
from connectors.helpdesk.client import HelpDeskClient, Refused
from connectors.helpdesk.intercom import words
from connectors.helpdesk.intercom.config import REGIONS, IntercomConfig
from connectors.helpdesk.intercom.shapes import Conversation
from connectors.helpdesk.intercom.telling import listed_parts

SPARE_S: Final = 60.0  # an address that ends sooner isn't used


def media_hosts(config: IntercomConfig) -> tuple[MediaHost, ...]:
    """Intercom's own, or the one that the configuration names."""
    return words.HOSTS if config.url.rstrip("/") in REGIONS else (configured_host(config.url),)


async def locate(client: HelpDeskClient, now: Callable[[], datetime], file: MediaReference) -> MediaRequest:
    """The address in the part, or a fresh one where its time is up. Addresses need no further proof.

    Raises Unavailable, AuthFailed, MediaGone and MediaRefused.
    """
    address, _, place = file.reference.partition("#")
    size = file.size or None
    if not _is_over(address, now()):
        return MediaRequest(url=address, size=size)
    conversation_id, _, rest = place.partition("/")
    part_id, _, number = rest.rpartition("/")
    if not (conversation_id.isascii() and conversation_id.isalnum()):
        raise MediaRefused("that is no file of Intercom's")
    try:
        talk = await client.get(f"/conversations/{conversation_id}", Conversation)
    except Refused as exc:
        raise MediaGone(f"the conversation is gone: {exc}") from exc
    for _, part in listed_parts(talk):
        if part is None or str(part.id) != part_id or part.redacted:
            continue
        for found in words.files(part, talk.id):
            fresh, _, where = found.reference.partition("#")
            if where == place and not _is_over(fresh, now()):
                return MediaRequest(url=fresh, size=size)
    raise MediaGone(f"the part has no file {number} any more")


def _is_over(address: str, now: datetime) -> bool:
    """Whether a signed address (`expires`: until when, in Unix seconds) has no time left; one without a time has."""
    until = parse_qs(urlsplit(address).query).get("expires", [""])[0]
    return until.isascii() and until.isdigit() and int(until[:12]) < now.timestamp() + SPARE_S
