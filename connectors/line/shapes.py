"""What LINE posts, as documented (developers.line.biz, Webhook event objects). Fields we don't need are left out."""

from typing import Annotated

import msgspec

Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799_999)]  # until the end of 9999
Id = Annotated[str, msgspec.Meta(min_length=1)]


class Source(msgspec.Struct, frozen=True, rename="camel"):
    """Who it comes from, and where it was said. In groups the user's id may be withheld."""

    type: str
    user_id: str = ""
    group_id: str = ""
    room_id: str = ""

    @property
    def place(self) -> str:
        """The conversation: the person, the group, the room."""
        return self.group_id or self.room_id or self.user_id

    @property
    def is_private(self) -> bool:
        return self.type == "user" and bool(self.user_id)


class Provider(msgspec.Struct, frozen=True, rename="camel"):
    type: str = "line"
    original_content_url: str = ""


class ImageSet(msgspec.Struct, frozen=True):
    id: Id
    index: int = 0


class Message(msgspec.Struct, frozen=True, rename="camel"):
    """What was said. Parts that only some types have are read one by one, so that a strange one spoils no other."""

    id: Id
    type: str
    text: str | None = None
    quoted_message_id: str | None = None
    file_name: msgspec.Raw = msgspec.Raw()
    file_size: msgspec.Raw = msgspec.Raw()
    content_provider: msgspec.Raw = msgspec.Raw()
    image_set: msgspec.Raw = msgspec.Raw()
    title: msgspec.Raw = msgspec.Raw()
    address: msgspec.Raw = msgspec.Raw()
    latitude: msgspec.Raw = msgspec.Raw()
    longitude: msgspec.Raw = msgspec.Raw()
    keywords: msgspec.Raw = msgspec.Raw()


class Unsend(msgspec.Struct, frozen=True, rename="camel"):
    message_id: Id


class Event(msgspec.Struct, frozen=True, rename="camel"):
    """One event of a post."""

    type: str
    timestamp: Milliseconds = 0
    webhook_event_id: str = ""
    source: Source | None = None
    message: Message | None = None
    unsend: Unsend | None = None
