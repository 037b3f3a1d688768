"""What X posts, as documented (docs.x.com, X Activity API). Fields we don't need are left out."""

from typing import Annotated

import msgspec

NOTHING = msgspec.Raw()
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Filter(msgspec.Struct, frozen=True):
    user_id: str = ""


class Event(msgspec.Struct, frozen=True):
    """One event: what was subscribed to, and what happened."""

    event_type: str
    event_uuid: str = ""
    filter: Filter = Filter()
    payload: msgspec.Raw = NOTHING
    includes: msgspec.Raw = NOTHING


class Post(msgspec.Struct, frozen=True):
    """What a webhook is called with."""

    data: Event


class Url(msgspec.Struct, frozen=True):
    url: str = ""
    expanded_url: str = ""


class Entities(msgspec.Struct, frozen=True):
    urls: tuple[Url, ...] = ()


class Note(msgspec.Struct, frozen=True):
    """A long post whole; its `text` is cut."""

    text: str = ""


class Tweet(msgspec.Struct, frozen=True):
    """Something said in public. An edit is another one, whose history begins with the first."""

    id: Id
    author_id: Id
    text: str = ""
    created_at: str = ""
    conversation_id: str = ""
    in_reply_to_tweet_id: str | None = None
    edit_history_tweet_ids: tuple[str, ...] = ()
    entities: msgspec.Raw = NOTHING
    note_tweet: msgspec.Raw = NOTHING

    @property
    def first_id(self) -> str:
        return self.edit_history_tweet_ids[0] if self.edit_history_tweet_ids else self.id


class User(msgspec.Struct, frozen=True):
    id: str = ""
    name: str = ""
    username: str = ""


class Wrapped(msgspec.Struct, frozen=True):
    """A user in the other of the two shapes in which X gives them."""

    data: User = User()


class Media(msgspec.Struct, frozen=True):
    media_key: str = ""
    type: str = ""
    url: str = ""
    variants: msgspec.Raw = NOTHING


class Variant(msgspec.Struct, frozen=True):
    url: str = ""
    content_type: str = ""
    bit_rate: int = 0


class Includes(msgspec.Struct, frozen=True):
    users: tuple[msgspec.Raw, ...] = ()
    media: tuple[msgspec.Raw, ...] = ()


class DirectMedia(msgspec.Struct, frozen=True):
    media_url_https: str = ""
    type: str = ""


class Attached(msgspec.Struct, frozen=True):
    media: DirectMedia = DirectMedia()


class MessageData(msgspec.Struct, frozen=True):
    text: str = ""
    entities: msgspec.Raw = NOTHING
    attachment: msgspec.Raw = NOTHING


class Target(msgspec.Struct, frozen=True):
    recipient_id: str = ""


class Create(msgspec.Struct, frozen=True):
    sender_id: Id
    message_data: MessageData
    target: Target = Target()


class Direct(msgspec.Struct, frozen=True):
    """One direct message. The time is in milliseconds, as text."""

    id: Id
    message_create: Create
    created_timestamp: str = ""


class Directs(msgspec.Struct, frozen=True):
    direct_message_events: tuple[msgspec.Raw, ...] = ()  # read one by one: an odd one takes no other with it
    users: dict[str, msgspec.Raw] = {}
