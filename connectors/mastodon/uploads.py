"""Files of an answer: uploaded first, where nobody sees them yet, so that whatever fails here can be tried again."""

import asyncio
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

import msgspec

from channelhub.domain.outbound import OutgoingFile
from channelhub.sdk.errors import Unavailable
from channelhub.sdk.uploads import plain_type, upload_form
from connectors.mastodon.client import MastodonClient, Unclear, read
from connectors.mastodon.shapes import Id

LOOKS: Final = 20  # at a file that the instance is still working on
FIRST_LOOK_S = 0.5
_LONGEST_S: Final = 5.0
_ALONE: Final = frozenset({"video", "audio"})  # one in a post, and nothing beside it


class _Media(msgspec.Struct, frozen=True):
    """`url` is null until the instance has worked on the file."""

    id: Id
    url: str | None = None


async def uploaded(client: MastodonClient, files: Sequence[OutgoingFile]) -> list[str]:
    """The files' ids at the instance, each ready to be posted. Raises Unavailable, AuthFailed, Refused."""
    try:
        return [await _one(client, file) for file in files]
    except Unclear as exc:
        raise Unavailable(f"a file can't be uploaded: {exc}") from exc


def grouped(files: Sequence[OutgoingFile], most: int) -> list[tuple[OutgoingFile, ...]]:
    """What goes with a post each, in their order: pictures together, at most `most`; a video or sound alone."""
    posts: list[tuple[OutgoingFile, ...]] = []
    for file in files:
        last = posts[-1] if posts else ()
        if last and len(last) < most and not any(_goes_alone(one) for one in (*last, file)):
            posts[-1] = (*last, file)
        else:
            posts.append((file,))
    return posts


def _goes_alone(file: OutgoingFile) -> bool:
    return plain_type(file).partition("/")[0] in _ALONE


async def _one(client: MastodonClient, file: OutgoingFile) -> str:
    media, wait_s = read(await client.upload("v2/media", upload_form("file", file)), _Media), FIRST_LOOK_S
    for _ in range(LOOKS):
        if media.url:
            return media.id
        await asyncio.sleep(wait_s)
        wait_s = min(wait_s * 1.5, _LONGEST_S)
        media = await client.get(f"v1/media/{quote(media.id, safe='')}", _Media)
    raise Unavailable("the instance is still working on a file")
