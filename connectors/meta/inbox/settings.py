"""What the parser is given of an account's configuration."""

from functools import lru_cache

import msgspec

from connectors.meta.inbox.config import InboxConfig


class Settings(msgspec.Struct, frozen=True):
    """`app_id`: whose echoes are our own answers. `comments`: whether they are messages."""

    app_id: str = ""
    comments: bool = True


def write_settings(config: InboxConfig) -> bytes:
    return msgspec.json.encode(Settings(app_id=config.app_id, comments=config.comments))


@lru_cache(maxsize=64)
def read_settings(settings: bytes) -> Settings:
    return msgspec.json.decode(settings, type=Settings) if settings else Settings()
