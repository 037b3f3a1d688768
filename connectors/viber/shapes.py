"""What Viber posts, as documented (developers.viber.com, REST Bot API 7.3). Fields we don't need are left out."""

from typing import Annotated

import msgspec

Token = Annotated[int, msgspec.Meta(ge=0)] | Annotated[str, msgspec.Meta(max_length=100)]
Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799_999)]  # until the end of 9999


class User(msgspec.Struct, frozen=True):
    """`id` names a person to this bot only. The name is what they call themselves, and may be withheld."""

    id: Annotated[str, msgspec.Meta(min_length=1)]
    name: str | None = None
    language: str | None = None


class Message(msgspec.Struct, frozen=True):
    """What was said. Parts that only some types have are read one by one, so that a strange one spoils no other."""

    type: str
    text: str | None = None
    media: msgspec.Raw = msgspec.Raw()
    file_name: msgspec.Raw = msgspec.Raw()
    size: msgspec.Raw = msgspec.Raw()
    sticker_id: msgspec.Raw = msgspec.Raw()
    contact: msgspec.Raw = msgspec.Raw()
    location: msgspec.Raw = msgspec.Raw()
    alt_text: msgspec.Raw = msgspec.Raw()
    rich_media: msgspec.Raw = msgspec.Raw()


class Contact(msgspec.Struct, frozen=True):
    phone_number: str
    name: str | None = None


class Location(msgspec.Struct, frozen=True):
    lat: float
    lon: float
    address: str | None = None


class Button(msgspec.Struct, frozen=True):
    text: str = msgspec.field(default="", name="Text")


class RichMedia(msgspec.Struct, frozen=True):
    buttons: tuple[Button, ...] = msgspec.field(default=(), name="Buttons")


class Event(msgspec.Struct, frozen=True):
    """One post: `sender` of a message, `user` or `user_id` of what else happened."""

    event: str
    timestamp: Milliseconds = 0
    message_token: Token | None = None
    sender: User | None = None
    user: User | None = None
    user_id: str | None = None
    message: Message | None = None
    desc: str | None = None

    @property
    def token(self) -> str:
        return "" if self.message_token is None else str(self.message_token)

    @property
    def who(self) -> User | None:
        """Whom the event is about."""
        if self.sender or self.user:
            return self.sender or self.user
        return User(id=self.user_id) if self.user_id else None
