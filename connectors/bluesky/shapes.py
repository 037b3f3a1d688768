"""What a server tells, as its lexicons say (github.com/bluesky-social/atproto, lexicons). Fields we don't need are left
out."""

from typing import Annotated, TypeVar

import msgspec

from channelhub.sdk.json_parts import UNREADABLE

T = TypeVar("T")
Id = Annotated[str, msgspec.Meta(min_length=1)]
Uri = Annotated[str, msgspec.Meta(min_length=1, max_length=900)]
NOTHING = msgspec.Raw()


class Author(msgspec.Struct, frozen=True, rename="camel"):
    did: Uri
    handle: str = ""
    display_name: str | None = None


class Ref(msgspec.Struct, frozen=True):
    uri: str = ""
    cid: str = ""


class ReplyRef(msgspec.Struct, frozen=True):
    root: Ref = Ref()
    parent: Ref = Ref()


class Index(msgspec.Struct, frozen=True, rename="camel"):
    """Of the text's UTF-8 bytes."""

    byte_start: int
    byte_end: int


class Feature(msgspec.Struct, frozen=True):
    type: str = msgspec.field(name="$type", default="")
    uri: str = ""
    did: str = ""


class Facet(msgspec.Struct, frozen=True):
    index: Index
    features: list[Feature] = []


class BlobLink(msgspec.Struct, frozen=True):
    link: str = msgspec.field(name="$link", default="")


class Blob(msgspec.Struct, frozen=True, rename="camel"):
    ref: BlobLink = BlobLink()
    mime_type: str = ""
    size: int = 0


class Image(msgspec.Struct, frozen=True):
    image: Blob
    alt: str = ""


class External(msgspec.Struct, frozen=True):
    uri: str = ""
    title: str = ""


class Embed(msgspec.Struct, frozen=True):
    """What goes with a post; of `recordWithMedia` the media are an embed of their own."""

    type: str = msgspec.field(name="$type", default="")
    images: msgspec.Raw = NOTHING
    video: msgspec.Raw = NOTHING
    external: msgspec.Raw = NOTHING
    record: msgspec.Raw = NOTHING
    media: msgspec.Raw = NOTHING


class Post(msgspec.Struct, frozen=True):
    """A record of app.bsky.feed.post, or what a direct message says: they are alike."""

    text: str = ""
    langs: msgspec.Raw = NOTHING
    facets: msgspec.Raw = NOTHING
    reply: msgspec.Raw = NOTHING
    embed: msgspec.Raw = NOTHING


class Notification(msgspec.Struct, frozen=True, rename="camel"):
    uri: Uri
    author: Author
    reason: str
    cid: str = ""
    reason_subject: str = ""
    record: msgspec.Raw = NOTHING
    indexed_at: str = ""


class Listed(msgspec.Struct, frozen=True):
    """An answer to listNotifications: the newest first, `cursor` leads further back."""

    notifications: list[msgspec.Raw]
    cursor: str = ""


class Did(msgspec.Struct, frozen=True):
    did: str = ""


class Reacted(msgspec.Struct, frozen=True):
    value: str = ""
    sender: Did = Did()


class Message(msgspec.Struct, frozen=True, rename="camel"):
    """A direct message."""

    id: Id
    text: str = ""
    sender: Did = Did()
    sent_at: str = ""
    facets: msgspec.Raw = NOTHING
    embed: msgspec.Raw = NOTHING
    reply_to: msgspec.Raw = NOTHING


class Log(msgspec.Struct, frozen=True, rename="camel"):
    """One thing that happened in a direct conversation."""

    type: str = msgspec.field(name="$type")
    rev: Id = msgspec.field(name="rev")
    convo_id: str = ""
    message: msgspec.Raw = NOTHING
    reaction: msgspec.Raw = NOTHING


class Logs(msgspec.Struct, frozen=True):
    """An answer to getLog: the oldest first, `cursor` is the place after them."""

    logs: list[msgspec.Raw]
    cursor: str = ""


def read(raw: msgspec.Raw | bytes, kind: type[T]) -> T | None:
    """A part; None where it is absent, null or of another shape."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except UNREADABLE:
        return None
