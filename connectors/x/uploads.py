"""Files of answers: first uploaded in segments, where nobody sees them yet, so that whatever fails here can be tried
again (docs.x.com, Media upload: initialize, append, finalize)."""

import asyncio
from typing import Final

import msgspec

from channelhub.domain.outbound import OutgoingFile
from channelhub.sdk.errors import Rejected, Unavailable
from channelhub.sdk.files import FileRules
from channelhub.sdk.uploads import UNKNOWN_TYPE, form_of, plain_type
from connectors.x.client import Unclear, XClient
from connectors.x.config import XConfig
from connectors.x.parse import is_public

_MIB: Final = 1024 * 1024
SEGMENT_BYTES: Final = 4 * _MIB  # X takes 5 MB at most
PATIENCE_S = 30.0  # while X works on a file
LATER_S: Final = 60.0
_LONGEST_PAUSE_S: Final = 10.0
_WORDS_CHARS: Final = 200
_PICTURES: Final = dict.fromkeys(("image/jpeg", "image/png", "image/webp"), 5 * _MIB)
_KINDS: Final = {"image/gif": "gif", "video/mp4": "video"}  # anything else is a picture
DIRECT: Final = FileRules(types=_PICTURES | {"image/gif": 15 * _MIB, "video/mp4": 512 * _MIB})
PUBLIC: Final = FileRules(most=4, types=_PICTURES)


class _Fault(msgspec.Struct):
    message: str = ""


class _Processing(msgspec.Struct):
    """How far X is with a file: pending, in_progress, succeeded or failed."""

    state: str
    check_after_secs: float = 1.0
    error: _Fault | None = None


class _Media(msgspec.Struct):
    id: str
    processing_info: _Processing | None = None


class _Status(msgspec.Struct):
    processing_info: _Processing | None = None


class _Named(msgspec.Struct):
    data: _Media


class _Looked(msgspec.Struct):
    data: _Status


class _Appended(msgspec.Struct):
    """Nothing of it matters."""


def rules(key: str) -> FileRules:
    """What goes with an answer in a conversation, by its key: a file with each direct message, pictures below posts."""
    return PUBLIC if is_public(key) else DIRECT


def file_rules(_config: XConfig, key: str) -> FileRules:
    return rules(key)


async def uploaded(client: XClient, file: OutgoingFile, *, goes_public: bool) -> str:
    """The file's id at X, ready to be sent. Raises Unavailable, AuthFailed, and Rejected for what X never takes."""
    kind = plain_type(file)
    asked = {
        "media_type": kind,
        "total_bytes": len(file.content),
        "media_category": f"{'tweet' if goes_public else 'dm'}_{_KINDS.get(kind, 'image')}",
    }
    try:
        media = (await client.ask("POST", "media/upload/initialize", _Named, asked, is_account=True)).data.id
        if not (media.isascii() and media.isdigit()):
            raise Unavailable("uploading a file: X names it by no number")
        for number, at in enumerate(range(0, len(file.content), SEGMENT_BYTES)):
            segment = {"media": ("segment", file.content[at : at + SEGMENT_BYTES], UNKNOWN_TYPE)}
            form = form_of({"segment_index": str(number)}, segment)
            await client.post_form(f"media/upload/{media}/append", _Appended, form)
        last = (await client.ask("POST", f"media/upload/{media}/finalize", _Named, is_account=True)).data
        await _until_ready(client, media, last.processing_info)
    except Unclear as exc:
        raise Unavailable(f"uploading a file: {exc}") from exc
    return media


async def _until_ready(client: XClient, media: str, progress: _Processing | None) -> None:
    """X works on films before they can be sent."""
    clock = asyncio.get_running_loop().time
    until_s = clock() + PATIENCE_S
    while progress is not None and progress.state != "succeeded":
        if progress.state == "failed":
            words = progress.error.message[:_WORDS_CHARS] if progress.error else ""
            raise Rejected(f"X can't use a file: {words or 'it says no more'}")
        pause_s = min(max(progress.check_after_secs, 0.0), _LONGEST_PAUSE_S)
        if clock() + pause_s > until_s:
            raise Unavailable("X is still working on a file", retry_after_s=LATER_S)
        await asyncio.sleep(pause_s)
        path = f"media/upload?command=STATUS&media_id={media}"
        progress = (await client.ask("GET", path, _Looked, is_account=True)).data.processing_info
