"""What an instance takes in a post (GET /api/v2/instance), and which files answers can have at all."""

from collections.abc import Mapping
from typing import Final

import msgspec

from channelhub.sdk.files import FileRules
from connectors.mastodon.client import MastodonClient
from connectors.mastodon.config import MastodonConfig

MAX_CHARS: Final = 500  # where the instance doesn't say
MAX_FILES: Final = 4  # of an answer, and of a post where the instance doesn't say
_KINDS: Final = ("image", "video", "audio")


class _Statuses(msgspec.Struct, frozen=True):
    max_characters: int = MAX_CHARS
    max_media_attachments: int = MAX_FILES


class _Media(msgspec.Struct, frozen=True):
    supported_mime_types: list[str] = []
    image_size_limit: int = 0
    video_size_limit: int = 0  # of sounds, too


class _Configuration(msgspec.Struct, frozen=True):
    statuses: _Statuses = _Statuses()
    media_attachments: _Media = _Media()


class Instance(msgspec.Struct, frozen=True):
    """The part of an instance's description that its posts are bounded by."""

    configuration: _Configuration = _Configuration()

    @property
    def max_chars(self) -> int:
        return self.configuration.statuses.max_characters

    @property
    def files_in_post(self) -> int:
        return min(max(self.configuration.statuses.max_media_attachments, 1), MAX_FILES)

    @property
    def files(self) -> FileRules:
        """What this instance takes: its types, where it names them."""
        media = self.configuration.media_attachments
        most = {"image": media.image_size_limit, "video": media.video_size_limit, "audio": media.video_size_limit}
        named = [name.lower() for name in media.supported_mime_types if name.partition("/")[0] in _KINDS]
        types = {name: max(most[name.partition("/")[0]], 0) for name in named or _types()}
        return FileRules(most=MAX_FILES, types=types)


async def of_instance(client: MastodonClient) -> Instance:
    """Raises Unavailable, AuthFailed, Refused."""
    return await client.get("v2/instance", Instance)


def file_rules(_config: MastodonConfig, _key: str) -> FileRules:
    """What every instance takes; sizes are the instance's own, and looked at before anything is posted."""
    return FileRules(most=MAX_FILES, types=_types())


def _types() -> Mapping[str, int]:
    return {f"{kind}/*": 0 for kind in _KINDS}
