"""What Discord sends, as documented (discord-api-docs, API v10). Fields that we don't need are left out."""

from datetime import datetime
from typing import Annotated

import msgspec

#: Ids are numbers of 64 bits, as text; their upper part is a time.
Snowflake = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,20}\Z")]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
NOTHING = msgspec.Raw()


class Frame(msgspec.Struct, frozen=True):
    """One frame of the gateway: `t` and `s` name an event and its place in the session."""

    op: int
    d: msgspec.Raw = NOTHING
    s: int | None = None
    t: str | None = None


class User(msgspec.Struct, frozen=True):
    id: Snowflake
    username: str = ""
    global_name: str | None = None
    bot: bool = False


class Member(msgspec.Struct, frozen=True):
    nick: str | None = None
    roles: tuple[str, ...] = ()


class Identified(msgspec.Struct, frozen=True):
    """Of a message the least, which one in an odd shape may still tell."""

    id: Snowflake


class Named(msgspec.Struct, frozen=True):
    """Of a message, what its delivery is named by."""

    id: Snowflake
    edited_timestamp: str | None = None


class Reference(msgspec.Struct, frozen=True):
    """What a message answers (type 0) or passes on (type 1)."""

    type: int = 0
    message_id: str | None = None


class Answered(msgspec.Struct, frozen=True):
    author: User | None = None


class File(msgspec.Struct, frozen=True):
    id: Snowflake
    url: str
    filename: str = ""
    content_type: str | None = None
    size: int = 0


class Sticker(msgspec.Struct, frozen=True):
    name: str = ""


class PollText(msgspec.Struct, frozen=True):
    text: str | None = None


class PollAnswer(msgspec.Struct, frozen=True):
    poll_media: PollText = PollText()


class Poll(msgspec.Struct, frozen=True):
    question: PollText = PollText()
    answers: tuple[PollAnswer, ...] = ()


class Passed(msgspec.Struct, frozen=True):
    """A message that was passed on, as it read then."""

    content: str = ""
    attachments: tuple[File, ...] = ()


class Snapshot(msgspec.Struct, frozen=True):
    message: Passed = Passed()


class Message(msgspec.Struct, frozen=True):
    """A message. Parts that are read one by one spoil no other when they are strange."""

    id: Snowflake
    channel_id: Snowflake
    author: User | None = None
    guild_id: str | None = None
    content: str | None = None
    timestamp: Moment | None = None
    edited_timestamp: Moment | None = None
    type: int = 0
    webhook_id: str | None = None
    member: msgspec.Raw = NOTHING
    mentions: msgspec.Raw = NOTHING
    attachments: msgspec.Raw = NOTHING
    message_reference: msgspec.Raw = NOTHING
    referenced_message: msgspec.Raw = NOTHING
    message_snapshots: msgspec.Raw = NOTHING
    sticker_items: msgspec.Raw = NOTHING
    poll: msgspec.Raw = NOTHING


class Deleted(msgspec.Struct, frozen=True):
    """MESSAGE_DELETE, and MESSAGE_DELETE_BULK with several."""

    id: Snowflake | None = None
    ids: Annotated[tuple[Snowflake, ...], msgspec.Meta(max_length=1000)] = ()


class Emoji(msgspec.Struct, frozen=True):
    name: str | None = None
    id: str | None = None


class Reacted(msgspec.Struct, frozen=True):
    """MESSAGE_REACTION_ADD, MESSAGE_REACTION_REMOVE."""

    user_id: Snowflake
    channel_id: Snowflake
    message_id: Snowflake
    emoji: Emoji
    guild_id: str | None = None
    member: msgspec.Raw = NOTHING


class Channel(msgspec.Struct, frozen=True):
    """A channel of a server, or a thread: a channel that belongs to another one."""

    id: Snowflake
    type: int = 0
    guild_id: str | None = None
    parent_id: str | None = None
    owner_id: str | None = None

    @property
    def is_thread(self) -> bool:
        return self.type in (10, 11, 12)
