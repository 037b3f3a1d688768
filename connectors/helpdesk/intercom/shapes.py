"""What Intercom tells by its API and its webhook (developers.intercom.com). Fields we don't need are left out."""

from typing import Annotated, Final

import msgspec

NOTHING: Final = msgspec.Raw()
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | int
PartId = Annotated[str, msgspec.Meta(min_length=1, max_length=80)] | int  # with room for our own word before it


class Author(msgspec.Struct, frozen=True, omit_defaults=True):
    """`type` is user, lead, contact or visitor for customers, admin, team or bot for ours."""

    type: str = ""
    id: Id | None = None
    name: str | None = None
    email: str | None = None


class File(msgspec.Struct, frozen=True, omit_defaults=True):
    name: str | None = None
    url: str | None = None
    content_type: str | None = None
    filesize: int | None = None


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that happened in a conversation; it says something where it has a body or files."""

    id: PartId
    part_type: str = ""
    body: str | None = None  # HTML
    created_at: int | float | None = None
    author: Author | None = None
    attachments: list[File] | None = None
    redacted: bool | None = None

    @property
    def says_something(self) -> bool:
        return bool((self.body or "").strip()) or bool(self.attachments)


class Opening(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a conversation began: its first message stands here, and not among its parts."""

    type: str = ""  # by which channel of Intercom's
    subject: str | None = None  # HTML
    body: str | None = None  # HTML
    author: Author | None = None
    attachments: list[File] | None = None
    redacted: bool | None = None


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    id: Id | None = None
    name: str | None = None
    email: str | None = None


class Contacts(msgspec.Struct, frozen=True, omit_defaults=True):
    contacts: list[Contact] = []


class Parts(msgspec.Struct, frozen=True, omit_defaults=True):
    conversation_parts: list[msgspec.Raw] = []
    total_count: int | None = None


class Conversation(msgspec.Struct, frozen=True, omit_defaults=True):
    id: Id
    created_at: int | float | None = None
    source: Opening | None = None
    contacts: Contacts | None = None
    conversation_parts: Parts | None = None


class Line(msgspec.Struct, frozen=True):
    """What is stored of a listed part: it, and what of its conversation says whose it is."""

    conversation: Conversation
    part: msgspec.Raw


class Found(msgspec.Struct, frozen=True):
    """A conversation as the search tells it."""

    id: Id
    updated_at: int | float | None = None


class Next(msgspec.Struct, frozen=True):
    starting_after: str | None = None


class Pages(msgspec.Struct, frozen=True):
    next: Next | None = None


class SearchPage(msgspec.Struct, frozen=True):
    conversations: list[Found]
    pages: Pages | None = None


class Item(msgspec.Struct, frozen=True):
    """What a post is about: a conversation, a part of one, or something that isn't ours to read."""

    type: str = ""


class Data(msgspec.Struct, frozen=True):
    item: msgspec.Raw = NOTHING


class Event(msgspec.Struct, frozen=True):
    """A post of the webhook."""

    topic: str
    id: str | None = None
    created_at: int | float | None = None
    data: Data = Data()


class App(msgspec.Struct, frozen=True):
    name: str | None = None


class Me(msgspec.Struct, frozen=True):
    id: Id | None = None
    name: str | None = None
    app: App | None = None
