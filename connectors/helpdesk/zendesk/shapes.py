"""What Zendesk tells, as documented (developer.zendesk.com). Fields we don't need are left out."""

from typing import Annotated

import msgspec

NOTHING = msgspec.Raw()
Id = int | Annotated[str, msgspec.Meta(max_length=64)]  # numbers in the API, strings in events


class Via(msgspec.Struct, frozen=True):
    channel: str | int | None = None


class User(msgspec.Struct, frozen=True):
    id: Id
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    role: str | None = None


class Attachment(msgspec.Struct, frozen=True):
    id: Id = 0
    file_name: str | None = None
    content_url: str | None = None
    content_type: str | None = None
    size: int | None = None
    inline: bool | None = None


class Ticket(msgspec.Struct, frozen=True, omit_defaults=True):
    id: Id
    subject: str | None = None
    requester_id: Id | None = None
    status: str | None = None
    updated_at: str | None = None
    via: Via | None = None


class Comment(msgspec.Struct, frozen=True):
    """As the API lists it."""

    id: Id
    author_id: Id | None = None
    body: str | None = None
    plain_body: str | None = None
    public: bool = True
    created_at: str | None = None
    attachments: list[Attachment] = []
    via: Via | None = None


class TicketPage(msgspec.Struct, frozen=True):
    tickets: list[Ticket]
    end_of_stream: bool
    after_cursor: str | None = None
    users: list[msgspec.Raw] = []


class PageMeta(msgspec.Struct, frozen=True):
    has_more: bool = False
    after_cursor: str | None = None


class CommentPage(msgspec.Struct, frozen=True):
    comments: list[msgspec.Raw]
    meta: PageMeta = PageMeta()
    users: list[msgspec.Raw] = []


class Line(msgspec.Struct, frozen=True):
    """What is stored of a listed comment: it, and what of its ticket and its people the list tells beside."""

    ticket: Ticket
    comment: msgspec.Raw
    users: list[User]


class Author(msgspec.Struct, frozen=True):
    id: Id
    name: str | None = None
    is_staff: bool = False


class PostedComment(msgspec.Struct, frozen=True):
    id: Id
    body: str | None = None
    is_public: bool = True
    author: Author | None = None


class Happening(msgspec.Struct, frozen=True):
    comment: msgspec.Raw = NOTHING


class Event(msgspec.Struct, frozen=True):
    """A post of the webhook."""

    type: str
    id: str = ""
    time: str | None = None
    detail: msgspec.Raw = NOTHING
    event: Happening = Happening()


class Anonymous(msgspec.Struct, frozen=True):
    """Nobody's credentials are answered with a user without id."""

    id: int | None = None
    name: str | None = None
    role: str | None = None


class WhoAmI(msgspec.Struct, frozen=True):
    user: Anonymous
