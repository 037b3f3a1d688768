"""What Zammad tells by its API and its webhook (docs.zammad.org, admin-docs.zammad.org). Fields we don't need are left
out. Whom something belongs to the API gives by login name, the webhook whole."""

from typing import Any

import msgspec

NOTHING = msgspec.Raw()
CUSTOMER, AGENT, SYSTEM = "Customer", "Agent", "System"


class User(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody at Zammad; nobody has no id. `roles` are the names of theirs."""

    id: int | None = None
    firstname: str | None = None
    lastname: str | None = None
    email: str | None = None
    phone: str | None = None
    mobile: str | None = None
    roles: list[str] = []

    @property
    def name(self) -> str:
        return " ".join(part.strip() for part in (self.firstname, self.lastname) if part and part.strip())

    @property
    def is_customer(self) -> bool:
        """Nothing but a customer."""
        return self.roles == [CUSTOMER]


class Ticket(msgspec.Struct, frozen=True, omit_defaults=True):
    id: int
    title: str | None = None
    customer_id: int | None = None
    customer: User | str | None = None


class Entry(msgspec.Struct, frozen=True):
    """A ticket of the list."""

    id: int
    updated_at: str
    title: str | None = None
    customer_id: int | None = None
    article_ids: list[int] = []


class Preferences(msgspec.Struct, frozen=True):
    content_type: str | None = msgspec.field(default=None, name="Content-Type")
    mime_type: str | None = msgspec.field(default=None, name="Mime-Type")
    disposition: str | None = msgspec.field(default=None, name="Content-Disposition")


class File(msgspec.Struct, frozen=True):
    id: int
    filename: str | None = None
    size: str | int | None = None  # text, mostly
    preferences: Preferences | None = None


class Article(msgspec.Struct, frozen=True):
    """One message of a ticket. `sender` is one of CUSTOMER, AGENT and SYSTEM, `type` how it came or went."""

    id: int
    ticket_id: int
    sender: str
    internal: bool = False
    type: str | None = None
    body: str | None = None
    content_type: str | None = None
    created_at: str | None = None
    created_by_id: int | None = None
    created_by: User | str | None = None
    origin_by_id: int | None = None
    attachments: msgspec.Raw = NOTHING


class Known(msgspec.Struct, frozen=True):
    """Of an article what names it and says whether it is taken; whatever else is wrong with it is seen when parsed."""

    id: int
    sender: Any = None
    internal: Any = None
    created_at: Any = None
    created_by_id: Any = None
    origin_by_id: Any = None


class Line(msgspec.Struct, frozen=True):
    """What is stored of a listed article: it, and what of its ticket and its people was asked. In this form the webhook
    posts, with the people inside of ticket and article."""

    ticket: Ticket
    article: msgspec.Raw
    users: list[User] = []


class Post(msgspec.Struct, frozen=True):
    """A post of the webhook. A change of the ticket only has no article, or an empty one."""

    ticket: msgspec.Raw
    article: msgspec.Raw = NOTHING
