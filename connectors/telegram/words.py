"""What a message says in words: its text or caption, or its other content as lines that an agent can read."""

from collections.abc import Callable

import msgspec

from channelhub.sdk.json_parts import read_part
from connectors.telegram.rich import flatten
from connectors.telegram.shapes import (
    Checklist,
    Contact,
    Dice,
    File,
    Game,
    Invoice,
    Location,
    Message,
    Poll,
    Story,
    Venue,
    WebAppData,
)

Reader = Callable[[msgspec.Raw, list[str]], str]


def text(message: Message, warnings: list[str]) -> str:
    """The words of a message; empty where it has none of its own ("pinned", "joined")."""
    if message.text or message.caption:
        return message.text or message.caption
    if bytes(message.rich_message):
        rich = read_part(message.rich_message, object, "rich_message", warnings)
        return flatten(rich, warnings)
    lines = (reads(getattr(message, field), warnings) for field, reads in _LINES.items() if _has(message, field))
    return next((line for line in lines if line), "")


def _has(message: Message, field: str) -> bool:
    return bool(bytes(getattr(message, field)))


def _venue(raw: msgspec.Raw, warnings: list[str]) -> str:
    venue = read_part(raw, Venue, "venue", warnings)
    return _lines(venue.title, venue.address, _point(venue.location)) if venue else ""


def _location(raw: msgspec.Raw, warnings: list[str]) -> str:
    location = read_part(raw, Location, "location", warnings)
    return _point(location) if location else ""


def _point(location: Location) -> str:
    return f"📍 {location.latitude:.6f}, {location.longitude:.6f}"


def _contact(raw: msgspec.Raw, warnings: list[str]) -> str:
    """Somebody else's card; a number that may be the sender's own is no message but a handle."""
    contact = read_part(raw, Contact, "contact", warnings)
    return f"📇 {contact.name} {contact.phone_number}".replace("  ", " ") if contact else ""


def _poll(raw: msgspec.Raw, warnings: list[str]) -> str:
    poll = read_part(raw, Poll, "poll", warnings)
    return _lines(poll.question, *(f"- {option.text}" for option in poll.options)) if poll else ""


def _checklist(raw: msgspec.Raw, warnings: list[str]) -> str:
    checklist = read_part(raw, Checklist, "checklist", warnings)
    if not checklist:
        return ""
    return _lines(
        checklist.title, *(f"[{'x' if task.completion_date else ' '}] {task.text}" for task in checklist.tasks)
    )


def _invoice(raw: msgspec.Raw, warnings: list[str]) -> str:
    invoice = read_part(raw, Invoice, "invoice", warnings)
    return _lines(invoice.title, invoice.description) if invoice else ""


def _game(raw: msgspec.Raw, warnings: list[str]) -> str:
    game = read_part(raw, Game, "game", warnings)
    return _lines(game.title, game.description) if game else ""


def _web_app(raw: msgspec.Raw, warnings: list[str]) -> str:
    sent = read_part(raw, WebAppData, "web_app_data", warnings)
    return _lines(sent.button_text, sent.data) if sent else ""


def _story(raw: msgspec.Raw, warnings: list[str]) -> str:
    story = read_part(raw, Story, "story", warnings)
    return f"▶ {story.chat.name or story.chat.id} #{story.id}" if story else ""


def _dice(raw: msgspec.Raw, warnings: list[str]) -> str:
    dice = read_part(raw, Dice, "dice", warnings)
    return f"{dice.emoji} {dice.value}".strip() if dice else ""


def _sticker(raw: msgspec.Raw, warnings: list[str]) -> str:
    sticker = read_part(raw, File, "sticker", warnings)
    return sticker.emoji if sticker else ""


def _lines(*lines: str) -> str:
    return "\n".join(filter(None, lines))


#: A venue comes with its location once more, so it stands first.
_LINES: dict[str, Reader] = {
    "venue": _venue,
    "location": _location,
    "contact": _contact,
    "poll": _poll,
    "checklist": _checklist,
    "invoice": _invoice,
    "game": _game,
    "web_app_data": _web_app,
    "story": _story,
    "dice": _dice,
    "sticker": _sticker,
}
