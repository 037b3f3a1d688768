"""What the Bot Connector posts, as documented (Bot Framework Activity; Teams' additions). What we don't need is left
out."""

from datetime import datetime
from typing import Annotated

import msgspec

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
NOTHING = msgspec.Raw()


class Account(msgspec.Struct, frozen=True, rename="camel"):
    """A person or a bot. `id` names a person to this bot, `aad_object_id` in their organisation."""

    id: str = ""
    name: str | None = None
    aad_object_id: str | None = None


class Conversation(msgspec.Struct, frozen=True, rename="camel"):
    id: str = ""
    conversation_type: str | None = None


class Activity(msgspec.Struct, frozen=True, rename="camel"):
    """One post. Parts that are read one by one spoil no other when they are strange."""

    type: str
    id: str | None = None
    timestamp: Moment | None = None
    service_url: str | None = None
    channel_id: str | None = None
    sender: Account | None = msgspec.field(default=None, name="from")
    recipient: Account | None = None
    conversation: Conversation | None = None
    text: str | None = None
    locale: str | None = None
    reply_to_id: str | None = None
    action: str | None = None
    attachments: msgspec.Raw = NOTHING
    entities: msgspec.Raw = NOTHING
    reactions_added: msgspec.Raw = NOTHING
    reactions_removed: msgspec.Raw = NOTHING


class File(msgspec.Struct, frozen=True, rename="camel"):
    content_type: str = ""
    content_url: str | None = None
    name: str | None = None
    content: msgspec.Raw = NOTHING


class Download(msgspec.Struct, frozen=True, rename="camel"):
    """The content of a file's attachment: an address that is good for minutes."""

    download_url: str = ""
    unique_id: str = ""
    file_type: str = ""


class Mention(msgspec.Struct, frozen=True):
    type: str = ""
    mentioned: Account | None = None
    text: str | None = None


class Reaction(msgspec.Struct, frozen=True):
    type: str
