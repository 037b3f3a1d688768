"""What an instance tells, as documented (docs.joinmastodon.org/entities). Fields we don't need are left out."""

from typing import Annotated, TypeVar

import msgspec

from channelhub.sdk.json_parts import UNREADABLE

T = TypeVar("T")
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
NOTHING = msgspec.Raw()


class Account(msgspec.Struct, frozen=True):
    """`id` is this instance's number for them, `uri` is theirs everywhere; `acct` has no host where they are local."""

    id: Id
    acct: str = ""
    display_name: str = ""
    url: str = ""
    uri: str = ""
    bot: bool = False

    @property
    def key(self) -> str:
        return self.uri or self.url or self.acct


class Mention(msgspec.Struct, frozen=True):
    id: str = ""
    acct: str = ""


class Media(msgspec.Struct, frozen=True):
    id: str = ""
    type: str = ""
    url: str | None = None
    remote_url: str | None = None
    description: str | None = None


class Application(msgspec.Struct, frozen=True):
    name: str = ""


class Status(msgspec.Struct, frozen=True):
    """A post. Parts that a strange one could spoil are read by themselves."""

    id: Id
    account: Account
    created_at: str = ""
    edited_at: str | None = None
    visibility: str = ""
    spoiler_text: str = ""
    content: str = ""
    language: str | None = None
    url: str | None = None
    in_reply_to_id: str | None = None
    in_reply_to_account_id: str | None = None
    media_attachments: msgspec.Raw = NOTHING
    mentions: msgspec.Raw = NOTHING
    poll: msgspec.Raw = NOTHING
    application: msgspec.Raw = NOTHING


class Notification(msgspec.Struct, frozen=True):
    id: Id
    type: str
    created_at: str = ""
    account: Account | None = None
    status: msgspec.Raw = NOTHING


class Peek(msgspec.Struct, frozen=True):
    """Of a notification or a status what it is stored by."""

    id: str = ""
    type: str = ""
    created_at: str = ""
    edited_at: str | None = None
    in_reply_to_id: str | None = None
    in_reply_to_account_id: str | None = None
    account: msgspec.Raw = NOTHING
    status: msgspec.Raw = NOTHING
    application: msgspec.Raw = NOTHING


def read(raw: msgspec.Raw | bytes, kind: type[T]) -> T | None:
    """A part; None where it is absent, null or of another shape."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except UNREADABLE:
        return None
