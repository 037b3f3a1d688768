"""Files: VK names the address of each, which is good for a while and asks for no proof."""

from typing import Final

from channelhub.domain.media import MediaReference
from channelhub.sdk.media import MediaHost, MediaRequest, configured_host
from connectors.vk.config import VK_URL, VkConfig

#: Where VK keeps pictures, documents and voice messages, and the sites that documents are first asked for at.
_OWN: Final = (
    "vk.com",
    "vk.ru",
    ".vk.com",
    ".vk.ru",
    ".userapi.com",
    ".vkuserphoto.ru",
    ".vkuseraudio.net",
    ".vkuser.net",
)


def media_hosts(config: VkConfig) -> tuple[MediaHost, ...]:
    """VK's own, and a gateway that the configuration names."""
    own = tuple(MediaHost(name=name) for name in _OWN)
    return own if config.base_url.rstrip("/") == VK_URL else (*own, configured_host(config.base_url))


def locate(file: MediaReference) -> MediaRequest:
    """The address stands in the message. Documents come with their size, by which a page instead of one is known."""
    return MediaRequest(url=file.reference, size=file.size or None)
