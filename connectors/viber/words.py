"""What a message says in words, and the files that it names."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment
from connectors.viber.shapes import Contact, Location, Message, RichMedia

T = TypeVar("T")

#: Types of messages with a file: its type, and the extension where no name is given.
_FILES = {
    "picture": ("image/jpeg", "jpg"),
    "video": ("video/mp4", "mp4"),
    "file": ("application/octet-stream", "bin"),
}
_MAX_SIZE = 2**53


def read(raw: msgspec.Raw, kind: type[T], field: str, warnings: list[str]) -> T | None:
    """A part of a message; None where it is absent, and with a warning where it can't be read. Numbers may be text."""
    if bytes(raw) in (b"", b"null"):
        return None
    try:
        return msgspec.json.decode(raw, type=kind, strict=False)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        warnings.append(f"{field}: {str(exc)[:200]}")
        return None


def text(message: Message, warnings: list[str]) -> str:
    """The words, or what stands for them; empty where a file is all there is."""
    reads = _LINES.get(message.type)
    return message.text or (reads(message, warnings) if reads else "")


def attachments(message: Message, token: str, warnings: list[str]) -> tuple[Attachment, ...]:
    """The file, by the address at which Viber keeps it for a while."""
    if message.type not in _FILES:
        return ()
    address = read(message.media, str, "media", warnings)
    if not address:
        return ()
    content_type, extension = _FILES[message.type]
    size = read(message.size, int, "size", warnings) or 0
    return (
        Attachment(
            filename=label(read(message.file_name, str, "file_name", warnings) or "")
            or label(f"{message.type}-{token or 'file'}.{extension}"),
            content_type=content_type,
            size=size if 0 < size < _MAX_SIZE else 0,
            reference=address,
        ),
    )


def _location(message: Message, warnings: list[str]) -> str:
    place = read(message.location, Location, "location", warnings)
    if place is None:
        return ""
    return "\n".join(filter(None, (place.address, f"📍 {place.lat:.6f}, {place.lon:.6f}")))


def _contact(message: Message, warnings: list[str]) -> str:
    contact = read(message.contact, Contact, "contact", warnings)
    return " ".join(filter(None, ("📇", contact.name, contact.phone_number))) if contact else ""


def _sticker(message: Message, warnings: list[str]) -> str:
    number = read(message.sticker_id, int, "sticker_id", warnings)
    return "[sticker]" if number is None else f"[sticker {number}]"


def _url(message: Message, warnings: list[str]) -> str:
    return read(message.media, str, "media", warnings) or ""


def _rich(message: Message, warnings: list[str]) -> str:
    if alternative := read(message.alt_text, str, "alt_text", warnings):
        return alternative
    rich = read(message.rich_media, RichMedia, "rich_media", warnings)
    return "\n".join(one.text for one in rich.buttons if one.text) if rich else ""


_LINES: dict[str, Callable[[Message, list[str]], str]] = {
    "location": _location,
    "contact": _contact,
    "sticker": _sticker,
    "url": _url,
    "rich_media": _rich,
}
KINDS = frozenset({"text", *_FILES, *_LINES})
