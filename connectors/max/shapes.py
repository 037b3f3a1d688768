"""What MAX tells of, as documented (dev.max.ru, Bot API). Fields we don't need are left out.

Optional parts are read one by one, so that a strange one spoils no other.
"""

from typing import Annotated

import msgspec

NOTHING = msgspec.Raw()
Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799_999)]  # until the end of 9999
DIALOG = "dialog"


class User(msgspec.Struct, frozen=True):
    """`user_id` names a person to every bot. `name` is an older field for both names."""

    user_id: int
    first_name: str | None = None
    last_name: str | None = None
    name: str | None = None
    is_bot: bool = False

    @property
    def full_name(self) -> str:
        return " ".join(filter(None, (self.first_name, self.last_name))) or self.name or ""


class Recipient(msgspec.Struct, frozen=True):
    """Where it was said. In a dialog `user_id` is the one who hears it."""

    chat_id: int | None = None
    chat_type: str = DIALOG
    user_id: int | None = None


class Body(msgspec.Struct, frozen=True):
    mid: str
    text: str | None = None
    attachments: msgspec.Raw = NOTHING
    markup: msgspec.Raw = NOTHING


class Link(msgspec.Struct, frozen=True):
    """The message that is answered or forwarded."""

    type: str
    message: Body | None = None


class Message(msgspec.Struct, frozen=True):
    recipient: Recipient
    body: Body | None = None
    sender: User | None = None
    timestamp: Milliseconds = 0
    link: msgspec.Raw = NOTHING


class Callback(msgspec.Struct, frozen=True):
    """A pressed button."""

    callback_id: str
    user: User
    timestamp: Milliseconds = 0
    payload: str | None = None


class Update(msgspec.Struct, frozen=True):
    """One event. What it is about stands beside its kind."""

    update_type: str
    timestamp: Milliseconds = 0
    message: Message | None = None
    callback: Callback | None = None
    message_id: str = ""
    chat_id: int | None = None
    user_id: int | None = None
    user: User | None = None
    user_locale: str | None = None


class Markup(msgspec.Struct, frozen=True):
    type: str = ""
    url: str = ""
