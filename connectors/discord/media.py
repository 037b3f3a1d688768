"""Files: messages name their addresses, which are signed for about a day; after that Discord is asked for new ones."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs, urlsplit

import msgspec

from channelhub.domain.media import MediaReference
from channelhub.sdk.errors import Rejected
from channelhub.sdk.media import MediaGone, MediaHost, MediaRefused, MediaRequest, configured_host
from connectors.discord.client import DiscordClient
from connectors.discord.config import DISCORD_URL, DiscordConfig
from connectors.discord.shapes import File, Passed, Snapshot

_HOSTS: Final = (MediaHost(name="cdn.discordapp.com"), MediaHost(name="media.discordapp.net"))


class _Said(msgspec.Struct, frozen=True):
    attachments: tuple[File, ...] = ()
    message_snapshots: tuple[Snapshot, ...] = ()


def media_hosts(config: DiscordConfig) -> tuple[MediaHost, ...]:
    """Discord's own, or the one that the configuration names."""
    return _HOSTS if config.base_url.rstrip("/") == DISCORD_URL else (configured_host(config.base_url),)


async def locate(client: DiscordClient, now: Callable[[], datetime], file: MediaReference) -> MediaRequest:
    """The address in the message, or a fresh one where its time is up. Raises Unavailable, AuthFailed, MediaGone,
    MediaRefused."""
    address, _, place = file.reference.partition("#")
    size = file.size or None
    if _is_good(address, now()):
        return MediaRequest(url=address, size=size)
    channel, _, rest = place.partition("/")
    message, _, name = rest.partition("/")
    if not all(one.isascii() and one.isdigit() for one in (channel, message, name)):
        raise MediaRefused("that is no file of Discord's")
    try:
        said = await client.look_up(f"channels/{channel}/messages/{message}", _Said)
    except Rejected as exc:
        raise MediaGone(f"the message is gone: {exc}") from exc
    passed = [one.message for one in said.message_snapshots] or [Passed()]
    for found in (*said.attachments, *(each for one in passed for each in one.attachments)):
        if found.id == name:
            return MediaRequest(url=found.url, size=size)
    raise MediaGone("the message has this file no more")


def _is_good(address: str, now: datetime) -> bool:
    """Whether a signed address (`ex`: until when, in hexadecimal seconds) has time left; one without a time has."""
    try:
        until = parse_qs(urlsplit(address).query).get("ex", [""])[0]
        return bool(address) and (not until or int(until, 16) > now.timestamp() + 60)
    except ValueError:
        return False
