"""A file of an answer as a message of LINE, which fetches it from us: as what it is where LINE shows such files,
otherwise as a text with a link."""

from collections.abc import Sequence
from typing import Any, Final

from channelhub.domain.outbound import OutgoingFile
from channelhub.sdk.file_addresses import as_words
from channelhub.sdk.files import media_type
from connectors.line.duration import duration_ms

#: Bounds of what is shown (developers.line.biz, Image, Video and Audio message).
MAX_IMAGE_BYTES: Final = 10_000_000
MAX_PREVIEW_BYTES: Final = 1_000_000
MAX_PLAYED_BYTES: Final = 200_000_000
_IMAGES: Final = frozenset({"image/jpeg", "image/png"})
_SOUNDS: Final = frozenset({"audio/mp4", "audio/m4a", "audio/x-m4a"})


def file_messages(files: Sequence[OutgoingFile], addresses: Sequence[str], preview: str) -> list[dict[str, Any]]:
    """One message for each file, in order. `preview` is where a picture is that stands for what has no small one."""
    return [_message(file, address, preview) for file, address in zip(files, addresses, strict=True)]


def _message(file: OutgoingFile, address: str, preview: str) -> dict[str, Any]:
    kind, size = media_type(file), len(file.content)
    if kind in _IMAGES and size <= MAX_IMAGE_BYTES:
        small = address if size <= MAX_PREVIEW_BYTES else preview
        return {"type": "image", "originalContentUrl": address, "previewImageUrl": small}
    if kind == "video/mp4" and size <= MAX_PLAYED_BYTES:
        return {"type": "video", "originalContentUrl": address, "previewImageUrl": preview}
    if kind in _SOUNDS and size <= MAX_PLAYED_BYTES and (lasts_ms := duration_ms(file.content)):
        return {"type": "audio", "originalContentUrl": address, "duration": lasts_ms}
    return {"type": "text", "text": as_words(file, address)}
