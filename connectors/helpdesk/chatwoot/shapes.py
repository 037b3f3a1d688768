"""What Chatwoot tells by its webhook and its API (developers.chatwoot.com). Fields we don't need are left out."""

from typing import Final

import msgspec

NOTHING: Final = msgspec.Raw()
#: The API numbers what the webhook names.
TYPES: Final = {0: "incoming", 1: "outgoing", 2: "activity", 3: "template"}


class Person(msgspec.Struct, frozen=True):
    """A contact, or an agent: those have `type` user."""

    id: int
    name: str | None = None
    email: str | None = None
    phone_number: str | None = None
    type: str | None = None


class File(msgspec.Struct, frozen=True):
    id: int = 0
    file_type: str | None = None
    data_url: str | None = None
    file_size: int | None = None


class Attributes(msgspec.Struct, frozen=True):
    deleted: bool = False


class Message(msgspec.Struct, frozen=True):
    id: int
    message_type: str | int
    content: str | None = None
    created_at: str | int | float | None = None
    private: bool | None = None
    sender: msgspec.Raw = NOTHING
    attachments: list[File] | None = None
    content_attributes: Attributes | None = None

    @property
    def kind(self) -> str:
        """incoming, outgoing, activity, template, or what Chatwoot has invented since."""
        return TYPES.get(self.message_type, "") if isinstance(self.message_type, int) else self.message_type

    @property
    def is_deleted(self) -> bool:
        return self.content_attributes is not None and self.content_attributes.deleted


class Meta(msgspec.Struct, frozen=True):
    sender: Person | None = None
    channel: str | None = None


class Additional(msgspec.Struct, frozen=True):
    mail_subject: str | None = None


class Conversation(msgspec.Struct, frozen=True):
    id: int
    channel: str | None = None
    meta: Meta | None = None
    last_activity_at: int | float | None = None
    additional_attributes: Additional | None = None


class Data(msgspec.Struct, frozen=True):
    payload: list[Conversation]


class ConversationPage(msgspec.Struct, frozen=True):
    data: Data


class MessagePage(msgspec.Struct, frozen=True):
    payload: list[msgspec.Raw]


class Line(msgspec.Struct, frozen=True):
    """What is stored of a listed message: it, and the line of its conversation."""

    message: msgspec.Raw
    conversation: Conversation


class Event(msgspec.Struct, frozen=True):
    """A post of the webhook: for a message, its fields stand beside `event`."""

    event: str
    conversation: msgspec.Raw = NOTHING


class Account(msgspec.Struct, frozen=True):
    id: int


class Profile(msgspec.Struct, frozen=True):
    name: str | None = None
    accounts: list[Account] = []
