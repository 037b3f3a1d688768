"""Files: most come with an address that is good for a while and asks for no proof; of a video MAX is asked for it."""

from typing import Final
from urllib.parse import quote

import msgspec

from channelhub.domain.media import MediaReference
from channelhub.sdk.errors import Rejected, Unavailable
from channelhub.sdk.media import MediaGone, MediaHost, MediaRequest, configured_host
from connectors.max.attached import VIDEO
from connectors.max.client import OWN_HOSTS, MaxClient, Unclear
from connectors.max.config import MAX_URL, MaxConfig

_BEST_FIRST: Final = ("mp4_1080", "mp4_720", "mp4_480", "mp4_360", "mp4_240", "mp4_144")


class _Video(msgspec.Struct):
    urls: dict[str, str | None] | None = None


def media_hosts(config: MaxConfig) -> tuple[MediaHost, ...]:
    """MAX's own, and a gateway that the configuration names."""
    own = tuple(MediaHost(name=name) for name in OWN_HOSTS)
    return own if config.base_url.rstrip("/") == MAX_URL else (*own, configured_host(config.base_url))


async def locate(client: MaxClient, file: MediaReference) -> MediaRequest:
    """Raises Unavailable, AuthFailed and MediaGone."""
    if not file.reference.startswith(VIDEO):
        return MediaRequest(url=file.reference, size=file.size or None)
    token = quote(file.reference.removeprefix(VIDEO), safe="")
    try:
        urls = (await client.ask("GET", f"videos/{token}", _Video)).urls or {}
    except Rejected as exc:
        raise MediaGone(f"MAX doesn't give this video: {exc}") from exc
    except Unclear as exc:
        raise Unavailable(str(exc)) from exc
    url = next((urls[size] for size in _BEST_FIRST if urls.get(size)), None)
    if not url:
        raise MediaGone("MAX has no file of this video")
    return MediaRequest(url=url)
