"""What the parser is given of an account's configuration."""

from functools import lru_cache

import msgspec

from connectors.vk.config import VkConfig


class Settings(msgspec.Struct, frozen=True):
    """`group_id`: who we are. `comments` and `chats`: whether they are customers' messages."""

    group_id: int = 0
    comments: bool = True
    chats: bool = False


def write_settings(config: VkConfig) -> bytes:
    return msgspec.json.encode(Settings(group_id=config.group_id, comments=config.comments, chats=config.chats))


@lru_cache(maxsize=64)
def read_settings(settings: bytes) -> Settings:
    return msgspec.json.decode(settings, type=Settings) if settings else Settings()
