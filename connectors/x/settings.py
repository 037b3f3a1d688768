"""What the parser is given of an account's configuration."""

from functools import lru_cache

import msgspec

from connectors.x.config import XConfig


class Settings(msgspec.Struct, frozen=True):
    """`user_id`: who we are. `posts`: whether what is said in public are messages."""

    user_id: str = ""
    posts: bool = True


def write_settings(config: XConfig) -> bytes:
    return msgspec.json.encode(Settings(user_id=config.user_id, posts=config.posts))


@lru_cache(maxsize=64)
def read_settings(settings: bytes) -> Settings:
    return msgspec.json.decode(settings, type=Settings) if settings else Settings()
