"""What VK tells of, as documented (version 5.199 of its API). Fields we don't need are left out.

Optional parts are read one by one, so that a strange one spoils no other.
"""

from typing import Annotated

import msgspec

NOTHING = msgspec.Raw()
PROFILE = "channelhub_profile"  # an event of our own: what VK says of a person whom we asked for
LAST_MS = 253_402_300_799_999  # the end of 9999
Seconds = Annotated[int, msgspec.Meta(ge=0, le=LAST_MS // 1000)]
FIRST_CHAT = 2_000_000_000  # group chats have numbers from here on, people smaller ones, communities negative ones


class Event(msgspec.Struct, frozen=True):
    """One event, the same in a post and in a list of Long Poll."""

    type: str
    group_id: int = 0
    object: msgspec.Raw = NOTHING


class Message(msgspec.Struct, frozen=True):
    """A message of a dialog or a group chat. `id` is 0 in group chats; the number in its conversation never is."""

    from_id: int
    peer_id: int
    id: int = 0
    date: Seconds = 0
    update_time: Seconds = 0
    conversation_message_id: int = 0
    text: str = ""
    out: int = 0
    admin_author_id: int = 0
    attachments: msgspec.Raw = NOTHING
    fwd_messages: msgspec.Raw = NOTHING
    reply_message: msgspec.Raw = NOTHING
    geo: msgspec.Raw = NOTHING
    action: msgspec.Raw = NOTHING
    payload: msgspec.Raw = NOTHING
    ref: msgspec.Raw = NOTHING
    ref_source: msgspec.Raw = NOTHING

    @property
    def is_private(self) -> bool:
        return 0 < self.peer_id < FIRST_CHAT

    @property
    def name(self) -> str:
        """How it is called here: its number within its conversation."""
        return f"{self.peer_id}:{self.conversation_message_id or f'id{self.id}'}"


class Person(msgspec.Struct, frozen=True):
    """Somebody as they call themselves."""

    id: Annotated[int, msgspec.Meta(ge=1, lt=FIRST_CHAT)]
    first_name: str = ""
    last_name: str = ""

    @property
    def shown(self) -> str:
        return " ".join(filter(None, (self.first_name, self.last_name)))


class ClientInfo(msgspec.Struct, frozen=True):
    lang_id: int = -1


class NewMessageObject(msgspec.Struct, frozen=True):
    """Since version 5.103; before it the message itself stood here."""

    message: msgspec.Raw
    client_info: msgspec.Raw = NOTHING


class Quoted(msgspec.Struct, frozen=True):
    """A message that another one answers or forwards."""

    from_id: int = 0
    text: str = ""
    conversation_message_id: int = 0
    attachments: msgspec.Raw = NOTHING
    fwd_messages: msgspec.Raw = NOTHING


class Action(msgspec.Struct, frozen=True):
    """What happened in a group chat: who came, went, renamed it."""

    type: str = ""


class Coordinates(msgspec.Struct, frozen=True):
    latitude: float
    longitude: float


class Place(msgspec.Struct, frozen=True):
    title: str = ""


class Geo(msgspec.Struct, frozen=True):
    coordinates: Coordinates
    place: Place | None = None


class Allowed(msgspec.Struct, frozen=True):
    """Who lets the community write, or no longer does."""

    user_id: int


class MessageRead(msgspec.Struct, frozen=True):
    """Up to which message a conversation was read, and by whom."""

    from_id: int
    peer_id: int
    conversation_message_id: int = 0


class Reacted(msgspec.Struct, frozen=True):
    """`reaction_id` is absent where the reaction was taken away."""

    reacted_id: int
    peer_id: int
    cmid: int
    reaction_id: int = 0


class Comment(msgspec.Struct, frozen=True):
    """A comment below anything of the community, a post of a discussion, or a visitor's post on the wall."""

    id: int
    from_id: int = 0
    date: Seconds = 0
    text: str = ""
    owner_id: int = 0
    post_owner_id: int = 0
    post_id: int = 0
    photo_owner_id: int = 0
    photo_id: int = 0
    video_owner_id: int = 0
    video_id: int = 0
    market_owner_id: int = 0
    item_id: int = 0
    topic_owner_id: int = 0
    topic_id: int = 0
    reply_to_user: int = 0
    reply_to_comment: int = 0
    attachments: msgspec.Raw = NOTHING
