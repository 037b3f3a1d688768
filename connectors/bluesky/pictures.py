"""Pictures of an answer: uploaded first, where nobody sees them yet, so that whatever fails here can be tried again."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from channelhub.domain.outbound import OutgoingFile
from channelhub.sdk.errors import Unavailable
from channelhub.sdk.files import FileRules, no_files
from connectors.bluesky.client import Unclear
from connectors.bluesky.config import BlueskyConfig
from connectors.bluesky.place import convo_of
from connectors.bluesky.session import Session

MAX_PICTURES: Final = 4  # app.bsky.embed.images
MAX_BYTES: Final = 2_000_000  # of one; servers that are not of late take 1,000,000
_TYPES: Final = ("image/jpeg", "image/png", "image/webp", "image/gif")  # what Bluesky's network shows
_RULES: Final = FileRules(most=MAX_PICTURES, types=dict.fromkeys(_TYPES, MAX_BYTES))


class _Uploaded(msgspec.Struct, frozen=True):
    """`blob` goes into the post as the server named it."""

    blob: dict[str, Any]


def file_rules(_config: BlueskyConfig, key: str) -> FileRules:
    return rules(key)


def rules(key: str) -> FileRules:
    """Of a conversation: pictures go with posts; direct messages take none (chat.bsky.convo.defs#messageInput)."""
    return no_files("Bluesky takes no files in direct messages") if convo_of(key) else _RULES


async def embedded(session: Session, files: Sequence[OutgoingFile]) -> dict[str, Any]:
    """The pictures as a post holds them. Raises Unavailable, AuthFailed, Refused."""
    try:
        blobs = [await session.upload("com.atproto.repo.uploadBlob", _Uploaded, file) for file in files]
    except Unclear as exc:
        raise Unavailable(f"a picture can't be uploaded: {exc}") from exc
    return {"$type": "app.bsky.embed.images", "images": [{"alt": "", "image": one.blob} for one in blobs]}
