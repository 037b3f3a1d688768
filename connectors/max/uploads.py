"""Files of answers: first uploaded, where nobody sees them yet, so that whatever fails here can be tried again
(dev.max.ru, POST /uploads)."""

from typing import Any, Final

import msgspec

from channelhub.domain.outbound import OutgoingFile
from channelhub.sdk.errors import Rejected, Unavailable
from channelhub.sdk.files import media_type
from channelhub.sdk.json_parts import UNREADABLE
from channelhub.sdk.uploads import upload_form
from connectors.max.client import MaxClient, Unclear

_IMAGE, _VIDEO, _AUDIO, _FILE = "image", "video", "audio", "file"
_SHOWN: Final = {
    "image/jpeg": _IMAGE,
    "image/png": _IMAGE,
    "image/gif": _IMAGE,
    "image/tiff": _IMAGE,
    "image/bmp": _IMAGE,
    "image/heic": _IMAGE,
    "video/mp4": _VIDEO,
    "video/quicktime": _VIDEO,
    "video/webm": _VIDEO,
    "video/x-matroska": _VIDEO,
    "audio/mpeg": _AUDIO,
    "audio/mp4": _AUDIO,
    "audio/x-m4a": _AUDIO,
    "audio/wav": _AUDIO,
    "audio/x-wav": _AUDIO,
    "audio/ogg": _AUDIO,
}


class _Place(msgspec.Struct):
    """Where to post a file; of videos and voice messages what names it stands here already."""

    url: str
    token: str | None = None


class _Photo(msgspec.Struct):
    token: str = ""


class _Taken(msgspec.Struct):
    """What the upload's server answers: of a picture a name for each size, of other files one."""

    token: str | None = None
    photos: dict[str, _Photo] | None = None


async def uploaded(client: MaxClient, file: OutgoingFile) -> dict[str, Any]:
    """How a file is named in a message: as what MAX shows, else as a file to download.

    Raises Unavailable and AuthFailed, and Rejected for what MAX never takes.
    """
    shown = _SHOWN.get(media_type(file), _FILE)
    for kind in dict.fromkeys((shown, _FILE)):
        if token := await _token(client, kind, file):
            return {"type": kind, "payload": {"token": token}}
    raise Rejected("MAX doesn't take a file of this kind or size")


async def _token(client: MaxClient, kind: str, file: OutgoingFile) -> str:
    """What names it; empty where MAX doesn't take it as this."""
    try:
        place = await client.ask("POST", "uploads", _Place, query={"type": kind})
        body = await client.upload(place.url, upload_form("data", file))
    except Unclear as exc:
        raise Unavailable(str(exc)) from exc
    if body is None:
        return ""
    if place.token:
        return place.token
    try:
        taken = msgspec.json.decode(body, type=_Taken)
    except UNREADABLE as exc:
        raise Unavailable("uploading a file: MAX's answer is cut off or not in the documented shape") from exc
    return taken.token or next((photo.token for photo in (taken.photos or {}).values() if photo.token), "")
