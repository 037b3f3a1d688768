"""What a message says in words, and the files that it names."""

from collections.abc import Callable
from typing import TypeVar

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment
from channelhub.sdk.json_parts import read_part
from connectors.viber.shapes import Contact, Location, Message, RichMedia

T = TypeVar("T")

#: Types of messages with a file: its type, and the extension where no name is given.
_FILES = {
    "picture": ("image/jpeg", "jpg"),
    "video": ("video/mp4", "mp4"),
    "file": ("application/octet-stream", "bin"),
}
_MAX_SIZE = 2**53


def text(message: Message, warnings: list[str]) -> str:
    """The words, or what stands for them; empty where a file is all there is."""
    reads = _LINES.get(message.type)
    return message.text or (reads(message, warnings) if reads else "")


def attachments(message: Message, token: str, warnings: list[str]) -> tuple[Attachment, ...]:
    """The file, by the address at which Viber keeps it for a while."""
    if message.type not in _FILES:
        return ()
    address = read_part(message.media, str, "media", warnings, strict=False)
    if not address:
        return ()
    content_type, extension = _FILES[message.type]
    size = read_part(message.size, int, "size", warnings, strict=False) or 0
    return (
        Attachment(
            filename=label(read_part(message.file_name, str, "file_name", warnings, strict=False) or "")
            or label(f"{message.type}-{token or 'file'}.{extension}"),
            content_type=content_type,
            size=size if 0 < size < _MAX_SIZE else 0,
            reference=address,
        ),
    )


def _location(message: Message, warnings: list[str]) -> str:
    place = read_part(message.location, Location, "location", warnings, strict=False)
    if place is None:
        return ""
    return "\n".join(filter(None, (place.address, f"📍 {place.lat:.6f}, {place.lon:.6f}")))


def _contact(message: Message, warnings: list[str]) -> str:
    contact = read_part(message.contact, Contact, "contact", warnings, strict=False)
    return " ".join(filter(None, ("📇", contact.name, contact.phone_number))) if contact else ""


def _sticker(message: Message, warnings: list[str]) -> str:
    number = read_part(message.sticker_id, int, "sticker_id", warnings, strict=False)
    return "[sticker]" if number is None else f"[sticker {number}]"


def _url(message: Message, warnings: list[str]) -> str:
    return read_part(message.media, str, "media", warnings, strict=False) or ""


def _rich(message: Message, warnings: list[str]) -> str:
    if alternative := read_part(message.alt_text, str, "alt_text", warnings, strict=False):
        return alternative
    rich = read_part(message.rich_media, RichMedia, "rich_media", warnings, strict=False)
    return "\n".join(one.text for one in rich.buttons if one.text) if rich else ""


_LINES: dict[str, Callable[[Message, list[str]], str]] = {
    "location": _location,
    "contact": _contact,
    "sticker": _sticker,
    "url": _url,
    "rich_media": _rich,
}
KINDS = frozenset({"text", *_FILES, *_LINES})
