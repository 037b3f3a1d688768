"""What a message says in words, and the files that it names."""

from typing import TypeVar

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment
from channelhub.sdk.json_parts import read_part
from connectors.line.shapes import Message, Provider

T = TypeVar("T")

#: Types of messages with a file: its type, and the extension, since LINE names only what is sent as a file.
_FILES = {
    "image": ("image/jpeg", "jpg"),
    "video": ("video/mp4", "mp4"),
    "audio": ("audio/mp4", "m4a"),
    "file": ("application/octet-stream", "bin"),
}
KINDS = frozenset({"text", "location", "sticker", *_FILES})
_MAX_SIZE = 2**53


def text(message: Message, warnings: list[str]) -> str:
    """The words, or what stands for them; empty where a file is all there is."""
    if message.text:
        return message.text
    if message.type == "location":
        return _location(message, warnings)
    if message.type == "sticker":
        words = read_part(message.keywords, list[str], "keywords", warnings) or []
        return f"[sticker: {words[0]}]" if words else "[sticker]"
    return ""


def attachments(message: Message, warnings: list[str]) -> tuple[Attachment, ...]:
    """The file: by its message's id where LINE keeps it, by its address where somebody else does."""
    if message.type not in _FILES:
        return ()
    provider = read_part(message.content_provider, Provider, "contentProvider", warnings) or Provider()
    content_type, extension = _FILES[message.type]
    size = read_part(message.file_size, int, "fileSize", warnings) or 0
    name = read_part(message.file_name, str, "fileName", warnings) or f"{message.type}-{message.id}.{extension}"
    return (
        Attachment(
            filename=label(name),
            content_type=content_type,
            size=size if 0 < size < _MAX_SIZE else 0,
            reference=message.id if provider.type == "line" else provider.original_content_url,
        ),
    )


def _location(message: Message, warnings: list[str]) -> str:
    title = read_part(message.title, str, "title", warnings)
    address = read_part(message.address, str, "address", warnings)
    latitude = read_part(message.latitude, float, "latitude", warnings)
    longitude = read_part(message.longitude, float, "longitude", warnings)
    point = f"📍 {latitude:.6f}, {longitude:.6f}" if latitude is not None and longitude is not None else ""
    return "\n".join(filter(None, (title, address, point)))
