"""The parts of Telegram's objects that we read (core.telegram.org/bots/api, 10.3). Unknown keys are ignored.

What a message can do without stays `Raw` and is read by itself, so a file in a shape newer than this page costs a
warning and not the message.
"""

from typing import Annotated

import msgspec

from connectors.telegram.update import LAST_SECOND

Seconds = Annotated[int, msgspec.Meta(ge=0, le=LAST_SECOND)]
#: Ids have at most 52 significant bits, chats' may be negative.
Id = Annotated[int, msgspec.Meta(ge=-(2**62), le=2**62)]


class User(msgspec.Struct, frozen=True):
    id: Id
    is_bot: bool = False
    first_name: str = ""
    last_name: str = ""
    language_code: str = ""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Chat(msgspec.Struct, frozen=True):
    id: Id
    type: str = ""
    title: str = ""
    first_name: str = ""
    last_name: str = ""
    username: str = ""

    @property
    def name(self) -> str:
        return self.title or f"{self.first_name} {self.last_name}".strip()

    @property
    def is_private(self) -> bool:
        """A person's own chat with us; where the type is missing, the id's sign says it."""
        return self.type == "private" or (not self.type and self.id > 0)


class Topic(msgspec.Struct, frozen=True):
    name: str = ""


class Target(msgspec.Struct, frozen=True):
    """The message that is answered; one level of it comes along. In a topic it may be the one that opened the topic."""

    message_id: Id
    chat: Chat | None = None
    forum_topic_created: Topic | None = None


class Quote(msgspec.Struct, frozen=True):
    """The part of the answered message that the answer is about."""

    text: str = ""


class Message(msgspec.Struct, frozen=True, rename={"from_user": "from"}):
    message_id: Id
    chat: Chat
    date: Seconds = 0
    edit_date: Seconds = 0
    from_user: User | None = None
    sender_chat: Chat | None = None
    sender_business_bot: msgspec.Raw = msgspec.Raw()
    business_connection_id: str = ""
    ephemeral_message_id: Id | None = None
    message_thread_id: Id | None = None
    is_topic_message: bool = False
    is_automatic_forward: bool = False
    media_group_id: str = ""
    author_signature: str = ""
    text: str = ""
    caption: str = ""
    reply_to_message: msgspec.Raw = msgspec.Raw()
    reply_markup: msgspec.Raw = msgspec.Raw()
    reply_to_story: msgspec.Raw = msgspec.Raw()
    external_reply: msgspec.Raw = msgspec.Raw()
    quote: msgspec.Raw = msgspec.Raw()
    forward_origin: msgspec.Raw = msgspec.Raw()
    contact: msgspec.Raw = msgspec.Raw()
    rich_message: msgspec.Raw = msgspec.Raw()
    venue: msgspec.Raw = msgspec.Raw()
    location: msgspec.Raw = msgspec.Raw()
    poll: msgspec.Raw = msgspec.Raw()
    dice: msgspec.Raw = msgspec.Raw()
    checklist: msgspec.Raw = msgspec.Raw()
    invoice: msgspec.Raw = msgspec.Raw()
    game: msgspec.Raw = msgspec.Raw()
    web_app_data: msgspec.Raw = msgspec.Raw()
    story: msgspec.Raw = msgspec.Raw()
    photo: msgspec.Raw = msgspec.Raw()
    animation: msgspec.Raw = msgspec.Raw()
    document: msgspec.Raw = msgspec.Raw()
    audio: msgspec.Raw = msgspec.Raw()
    video: msgspec.Raw = msgspec.Raw()
    video_note: msgspec.Raw = msgspec.Raw()
    voice: msgspec.Raw = msgspec.Raw()
    sticker: msgspec.Raw = msgspec.Raw()


class File(msgspec.Struct, frozen=True):
    """What photo sizes, documents and all other media have in common."""

    file_id: str
    file_unique_id: str = ""
    file_name: str = ""
    mime_type: str = ""
    file_size: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0
    emoji: str = ""  # stickers
    is_animated: bool = False
    is_video: bool = False


class Location(msgspec.Struct, frozen=True):
    """`live_period`: it moves, and is edited every few seconds for so long."""

    latitude: float
    longitude: float
    live_period: int = 0


class Venue(msgspec.Struct, frozen=True):
    location: Location
    title: str = ""
    address: str = ""


class Contact(msgspec.Struct, frozen=True):
    phone_number: str
    first_name: str = ""
    last_name: str = ""
    user_id: Id | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class PollOption(msgspec.Struct, frozen=True):
    text: str = ""


class Poll(msgspec.Struct, frozen=True):
    question: str = ""
    options: tuple[PollOption, ...] = ()


class Dice(msgspec.Struct, frozen=True):
    emoji: str = ""
    value: int = 0


class Task(msgspec.Struct, frozen=True):
    text: str = ""
    completion_date: Seconds = 0


class Checklist(msgspec.Struct, frozen=True):
    title: str = ""
    tasks: tuple[Task, ...] = ()


class Invoice(msgspec.Struct, frozen=True):
    title: str = ""
    description: str = ""


class Game(msgspec.Struct, frozen=True):
    title: str = ""
    description: str = ""


class WebAppData(msgspec.Struct, frozen=True):
    data: str = ""
    button_text: str = ""


class Story(msgspec.Struct, frozen=True):
    chat: Chat
    id: Id


class MessageOrigin(msgspec.Struct, frozen=True):
    """Who wrote it first: a user, a user who hides, a chat or a channel."""

    type: str = ""
    date: Seconds = 0
    sender_user: User | None = None
    sender_user_name: str = ""
    sender_chat: Chat | None = None
    chat: Chat | None = None
    message_id: Id | None = None
    author_signature: str = ""

    @property
    def name(self) -> str:
        known = self.sender_user or self.sender_chat or self.chat
        name = known.name if known else self.sender_user_name
        return f"{name} ({self.author_signature})" if self.author_signature else name


class ExternalReply(msgspec.Struct, frozen=True):
    """The answered message, where it stands in another chat or topic."""

    origin: MessageOrigin
    chat: Chat | None = None
    message_id: Id | None = None


class Button(msgspec.Struct, frozen=True):
    text: str = ""
    callback_data: str = ""


class Keyboard(msgspec.Struct, frozen=True):
    inline_keyboard: tuple[tuple[Button, ...], ...] = ()


class CallbackQuery(msgspec.Struct, frozen=True, rename={"from_user": "from"}):
    """A pressed button. `message` is missing where it was sent by way of the bot in a chat that the bot can't see."""

    id: str
    from_user: User
    message: Message | None = None
    data: str = ""
    game_short_name: str = ""


class ReactionType(msgspec.Struct, frozen=True):
    type: str = ""
    emoji: str = ""
    custom_emoji_id: str = ""


class MessageReaction(msgspec.Struct, frozen=True):
    chat: Chat
    message_id: Id
    date: Seconds = 0
    user: User | None = None
    actor_chat: Chat | None = None
    old_reaction: tuple[ReactionType, ...] = ()
    new_reaction: tuple[ReactionType, ...] = ()


class DeletedMessages(msgspec.Struct, frozen=True):
    """`deleted_business_messages`; ordinary deletions are never reported."""

    chat: Chat
    message_ids: tuple[Id, ...]
    business_connection_id: str = ""


class Member(msgspec.Struct, frozen=True):
    status: str = ""


class MembershipChange(msgspec.Struct, frozen=True, rename={"from_user": "from"}):
    """`my_chat_member`: what the bot is in a chat now."""

    chat: Chat
    from_user: User
    new_chat_member: Member
    date: Seconds = 0


class BusinessConnection(msgspec.Struct, frozen=True):
    """A business account that lets the bot into its chats, or no longer does."""

    id: str
    user: User
    date: Seconds = 0
    is_enabled: bool = True


class Event(msgspec.Struct, frozen=True, rename={"from_user": "from"}):
    """What any other update may say of who did it and when."""

    from_user: User | None = None
    user: User | None = None
    date: Seconds = 0
