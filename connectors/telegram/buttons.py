"""A pressed button is what the customer says with it: its label, in the chat it stands in."""

import msgspec

from channelhub.domain.inbound import Content, NewMessage, Thread
from channelhub.sdk.json_parts import UNREADABLE, read_part
from connectors.telegram.names import external_id
from connectors.telegram.people import language, of_user
from connectors.telegram.shapes import CallbackQuery, Keyboard, Message
from connectors.telegram.thread import thread_of

MAX_DATA_CHARS = 256


def pressed(query: CallbackQuery, message: Message) -> NewMessage:
    """The press of a button under `message`. Telegram doesn't say when; it tells of it at once or not at all."""
    said = _label(query, message)
    return NewMessage(
        external_id=f"callback:{query.id}",
        sender=of_user(query.from_user),
        content=Content(text=said, language=language(query.from_user, said)),
        thread=Thread(
            key=thread_of(message),
            message_id=f"callback:{query.id}",
            in_reply_to=external_id(message.chat.id, message.message_id, business=message.business_connection_id),
        ),
        extra={"button": query.data[:MAX_DATA_CHARS]} if query.data else {},
    )


def _label(query: CallbackQuery, message: Message) -> str:
    """The words on the button; where the message is too old to come along, what the button carries."""
    keyboard = read_part(message.reply_markup, Keyboard, "reply_markup", [])
    buttons = (one for row in keyboard.inline_keyboard for one in row) if keyboard else ()
    named = (one.text for one in buttons if one.callback_data == query.data)
    return next(named, "") or query.data or query.game_short_name


class _Pressed(msgspec.Struct):
    id: str = ""


class _Update(msgspec.Struct):
    callback_query: _Pressed | None = None


def pressed_in(update: bytes) -> str:
    """The press that an update tells of; empty for any other. The customer's button turns until it is answered."""
    if b'"callback_query"' not in update:
        return ""
    try:
        found = msgspec.json.decode(update, type=_Update).callback_query
    except UNREADABLE:
        return ""
    return found.id if found else ""
