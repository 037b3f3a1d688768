"""The file of a message, as a reference: the media's id, for which the number's token gets an address."""

import msgspec

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment
from channelhub.sdk.json_parts import read_part
from connectors.meta.whatsapp.shapes import Media

#: The type where WhatsApp says none, and the extension of the name that a file without one gets.
_TYPES = {
    "image": ("image/jpeg", "jpg"),
    "video": ("video/mp4", "mp4"),
    "audio": ("audio/ogg", "ogg"),
    "document": ("application/octet-stream", "bin"),
    "sticker": ("image/webp", "webp"),
}


def attachments(kind: str, part: msgspec.Raw, warnings: list[str]) -> tuple[Attachment, ...]:
    """The file of a message of this type, if it has one."""
    if kind not in _TYPES:
        return ()
    media = read_part(part, Media, kind, warnings)
    if media is None or not media.id:
        return ()
    content_type, extension = _TYPES[kind]
    name = label(media.filename) or f"{'voice' if media.voice else kind}.{extension}"
    return (
        Attachment(
            filename=name,
            content_type=media.mime_type.partition(";")[0].strip()[:100] or content_type,
            size=0,
            reference=media.id,
        ),
    )
