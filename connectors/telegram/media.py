"""What a message carries besides its text: files as references, and small things that read as a line of text."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment
from connectors.telegram.rich import flatten
from connectors.telegram.shapes import Dice, File, Location, Message, Poll, Venue

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


def read(raw: msgspec.Raw, kind: type[T], field: str, warnings: list[str]) -> T | None:
    """An optional part of a message; None where it is absent, and with a warning where it can't be read."""
    if not bytes(raw):
        return None
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        warnings.append(f"{field}: {str(exc)[:200]}")
        return None


def attachments(message: Message, warnings: list[str]) -> tuple[Attachment, ...]:
    """The files. `reference` is the file id, with which this bot can fetch the bytes."""
    found = []
    for field in _DEFAULTS:
        raw: msgspec.Raw = getattr(message, field)
        if field == "document" and bytes(message.animation):
            continue  # the same file once more, for older clients
        if field == "photo":
            sizes = read(raw, tuple[File, ...], field, warnings)
            file = sizes[-1] if sizes else None  # ascending; the last is the largest
        else:
            file = read(raw, File, field, warnings)
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


def text(message: Message, warnings: list[str]) -> str:
    """The words of a message: its text or caption, or what its other content says in words."""
    if message.text or message.caption:
        return message.text or message.caption
    if bytes(message.rich_message):
        rich = read(message.rich_message, object, "rich_message", warnings)
        return flatten(rich, warnings)
    lines = (_line(message, field, warnings) for field in _LINES if bytes(getattr(message, field)))
    return next((line for line in lines if line), "")


def _line(message: Message, field: str, warnings: list[str]) -> str:
    return _LINES[field](getattr(message, field), warnings)


def _venue(raw: msgspec.Raw, warnings: list[str]) -> str:
    venue = read(raw, Venue, "venue", warnings)
    return "\n".join(filter(None, (venue.title, venue.address, _point(venue.location)))) if venue else ""


def _location(raw: msgspec.Raw, warnings: list[str]) -> str:
    location = read(raw, Location, "location", warnings)
    return _point(location) if location else ""


def _point(location: Location) -> str:
    return f"📍 {location.latitude:.6f}, {location.longitude:.6f}"


def _poll(raw: msgspec.Raw, warnings: list[str]) -> str:
    poll = read(raw, Poll, "poll", warnings)
    return "\n".join([poll.question, *(f"- {option.text}" for option in poll.options)]) if poll else ""


def _dice(raw: msgspec.Raw, warnings: list[str]) -> str:
    dice = read(raw, Dice, "dice", warnings)
    return f"{dice.emoji} {dice.value}".strip() if dice else ""


def _sticker(raw: msgspec.Raw, warnings: list[str]) -> str:
    sticker = read(raw, File, "sticker", warnings)
    return sticker.emoji if sticker else ""


#: A venue comes with its location once more, so it stands first.
_LINES: dict[str, Callable[[msgspec.Raw, list[str]], str]] = {
    "venue": _venue,
    "location": _location,
    "poll": _poll,
    "dice": _dice,
    "sticker": _sticker,
}
