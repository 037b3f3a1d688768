"""Files: messages name them by id; Slack gives them to who has the bot's token."""

from typing import Final

import msgspec

from channelhub.domain.media import MediaReference
from channelhub.sdk.errors import Rejected
from channelhub.sdk.media import MediaGone, MediaHost, MediaRefused, MediaRequest, configured_host
from connectors.slack.client import SlackClient
from connectors.slack.config import SLACK_URL, SlackConfig
from connectors.slack.shapes import File

_GONE: Final = frozenset({"tombstone", "hidden_by_limit"})


class _Info(msgspec.Struct, frozen=True):
    file: File


def media_hosts(config: SlackConfig) -> tuple[MediaHost, ...]:
    """Slack's own, or the one that the configuration names."""
    if config.base_url.rstrip("/") == SLACK_URL:
        return (MediaHost(name="files.slack.com", takes_credentials=True),)
    return (configured_host(config.base_url),)


async def locate(client: SlackClient, config: SlackConfig, file: MediaReference) -> MediaRequest:
    """Ask where a file is. Asked with a token that may not read files, Slack says so here; its address would answer
    with a page for signing in. Raises Unavailable, AuthFailed, MediaGone, MediaRefused."""
    if not (file.reference.isascii() and file.reference.isalnum()):
        raise MediaRefused("that is no id of a file at Slack")
    try:
        found = (await client.look_up("files.info", {"file": file.reference}, _Info)).file
    except Rejected as exc:
        raise MediaGone(f"Slack doesn't give this file: {exc}") from exc
    address = found.url_private_download or found.url_private
    if found.mode in _GONE or not address:
        raise MediaGone("Slack doesn't have this file any more")
    return MediaRequest(
        url=address, headers={"Authorization": f"Bearer {config.token.reveal()}"}, size=found.size or None
    )
