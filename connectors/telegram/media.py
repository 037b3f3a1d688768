"""The files of a message, as references."""

from typing import TypeVar

import msgspec

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment
from channelhub.sdk.json_parts import read_part
from connectors.telegram.shapes import File, Message

T = TypeVar("T")

#: Field, type and extension where the sender's client gave none (photos have no name at all).
_DEFAULTS = {
    "photo": ("image/jpeg", "jpg"),
    "animation": ("video/mp4", "mp4"),
    "document": ("application/octet-stream", "bin"),
    "audio": ("audio/mpeg", "mp3"),
    "video": ("video/mp4", "mp4"),
    "video_note": ("video/mp4", "mp4"),
    "voice": ("audio/ogg", "ogg"),
    "sticker": ("image/webp", "webp"),
}


def attachments(message: Message, warnings: list[str]) -> tuple[Attachment, ...]:
    """The files. `reference` is the file id, with which this bot can fetch the bytes."""
    found = []
    for field in _DEFAULTS:
        raw: msgspec.Raw = getattr(message, field)
        if field == "document" and bytes(message.animation):
            continue  # the same file once more, for older clients
        if field == "photo":
            sizes = read_part(raw, tuple[File, ...], field, warnings)
            file = sizes[-1] if sizes else None  # ascending; the last is the largest
        else:
            file = read_part(raw, File, field, warnings)
        if file:
            found.append(_attachment(field, file))
    return tuple(found)


def _attachment(field: str, file: File) -> Attachment:
    content_type, extension = _DEFAULTS[field]
    if field == "sticker" and file.is_video:
        content_type, extension = "video/webm", "webm"
    elif field == "sticker" and file.is_animated:
        content_type, extension = "application/x-tgsticker", "tgs"
    return Attachment(
        filename=label(file.file_name) or label(f"{field}-{file.file_unique_id or 'file'}.{extension}"),
        content_type=file.mime_type or content_type,
        size=file.file_size,
        reference=file.file_id,
    )
