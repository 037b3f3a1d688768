"""What Slack posts, as documented (docs.slack.dev, Events API message events). Fields we don't need are left out."""

from typing import Annotated

import msgspec

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
#: A moment in seconds with six digits behind the point; with its channel it names a message.
Stamp = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,11}\.[0-9]{1,6}\Z")]
NOTHING = msgspec.Raw()
HISTORY, PROFILE = "history", "profile"  # types of what we wrap a channel's message, and a person, in


class Authorization(msgspec.Struct, frozen=True):
    team_id: str | None = None
    user_id: str | None = None
    is_bot: bool = False


class Envelope(msgspec.Struct, frozen=True):
    """Around an event. What comes from a channel's history has the same, with `type` HISTORY, made by us."""

    type: str = ""
    team_id: str | None = None
    context_team_id: str | None = None
    api_app_id: str | None = None
    event: msgspec.Raw = NOTHING
    event_id: str | None = None
    event_time: Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799)] | None = None
    authorizations: tuple[Authorization, ...] | None = None


class Kind(msgspec.Struct, frozen=True):
    """Of an event, what says how to read it, and whom it is about where that is plain."""

    type: str
    subtype: str | None = None
    user: msgspec.Raw = NOTHING


class BotProfile(msgspec.Struct, frozen=True):
    app_id: str | None = None
    name: str | None = None


class UserProfile(msgspec.Struct, frozen=True):
    display_name: str | None = None
    real_name: str | None = None


class Person(msgspec.Struct, frozen=True):
    """Somebody of a workspace, as users.info tells of them. `updated` is in seconds since 1970."""

    id: Id
    updated: Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799)] = 0
    name: str = ""
    tz: str | None = None
    profile: UserProfile = UserProfile()

    @property
    def shown(self) -> str:
        """What they want to be called."""
        return self.profile.display_name or self.profile.real_name or self.name


class Profile(msgspec.Struct, frozen=True):
    """What we keep of a person."""

    user: Person


class Edited(msgspec.Struct, frozen=True):
    ts: Stamp


class Payload(msgspec.Struct, frozen=True):
    """What we send along with a message, and hear again."""

    token: str = ""


class Metadata(msgspec.Struct, frozen=True):
    event_type: str = ""
    event_payload: msgspec.Raw = NOTHING


class Message(msgspec.Struct, frozen=True):
    """A message, in an event or in another one. Parts that are read one by one spoil no other when they are strange."""

    ts: Stamp
    channel: str = ""
    channel_type: str = ""
    subtype: str | None = None
    user: str | None = None
    text: str | None = None
    thread_ts: Stamp | None = None
    parent_user_id: str | None = None
    event_ts: Stamp | None = None
    team: str | None = None
    user_team: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    username: str | None = None
    edited: msgspec.Raw = NOTHING
    bot_profile: msgspec.Raw = NOTHING
    user_profile: msgspec.Raw = NOTHING
    files: msgspec.Raw = NOTHING
    attachments: msgspec.Raw = NOTHING
    metadata: msgspec.Raw = NOTHING


class Changed(msgspec.Struct, frozen=True):
    """message_changed: the message as it reads now, and as it read before."""

    channel: Id
    message: Message
    ts: Stamp
    channel_type: str = ""
    previous_message: msgspec.Raw = NOTHING


class Past(msgspec.Struct, frozen=True):
    """A message of a channel's history, with where it was said."""

    channel: Id
    channel_type: str
    message: Message


class Deleted(msgspec.Struct, frozen=True):
    """message_deleted."""

    channel: Id
    deleted_ts: Stamp
    ts: Stamp | None = None
    channel_type: str = ""


class Item(msgspec.Struct, frozen=True):
    type: str
    channel: str = ""
    ts: Stamp | None = None


class Reacted(msgspec.Struct, frozen=True):
    """reaction_added, reaction_removed."""

    type: str
    user: Id
    reaction: str
    item: Item
    event_ts: Stamp | None = None


class Posted(msgspec.Struct, frozen=True):
    """message_metadata_posted: that a message with metadata is in its channel."""

    channel_id: Id
    message_ts: Stamp
    metadata: Metadata
    app_id: str = ""


class File(msgspec.Struct, frozen=True):
    id: str = ""
    name: str | None = None
    title: str | None = None
    mimetype: str | None = None
    size: int | None = None
    mode: str = ""
    url_private: str | None = None
    url_private_download: str | None = None
    file_access: str | None = None


class Shared(msgspec.Struct, frozen=True):
    """A message that somebody passed on, below their own words."""

    is_share: bool = False
    is_msg_unfurl: bool = False
    text: str | None = None
    author_name: str | None = None
