"""What a homeserver tells, as documented (spec.matrix.org, Client-Server API). Fields we don't need are left out."""

from typing import Annotated, TypeVar

import msgspec

from channelhub.sdk.json_parts import UNREADABLE

Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799_999)]  # until the end of 9999
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
NOTHING = msgspec.Raw()
MARK = "channelhub.message"  # of what the hub sent
T = TypeVar("T")


class Timeline(msgspec.Struct, frozen=True):
    events: list[msgspec.Raw] = []
    limited: bool = False
    prev_batch: str = ""


class Events(msgspec.Struct, frozen=True):
    events: list[msgspec.Raw] = []


class Joined(msgspec.Struct, frozen=True):
    timeline: Timeline = Timeline()
    state: Events = Events()


class Invited(msgspec.Struct, frozen=True):
    invite_state: Events = Events()


class Rooms(msgspec.Struct, frozen=True):
    join: dict[str, Joined] = {}
    invite: dict[str, Invited] = {}


class Sync(msgspec.Struct, frozen=True):
    """An answer to /sync."""

    next_batch: Id
    rooms: Rooms = Rooms()


class Page(msgspec.Struct, frozen=True):
    """An answer to /rooms/{roomId}/messages, newest first."""

    chunk: list[msgspec.Raw] = []
    end: str = ""
    state: list[msgspec.Raw] = []


class Peek(msgspec.Struct, frozen=True):
    """Of an event what it is stored by."""

    event_id: str = ""
    type: str = ""
    sender: str = ""
    state_key: str | None = None
    origin_server_ts: Milliseconds = 0
    content: msgspec.Raw = NOTHING


class Membership(msgspec.Struct, frozen=True):
    """Content of m.room.member."""

    membership: str = ""
    displayname: str | None = None
    is_direct: bool = False


class Answered(msgspec.Struct, frozen=True):
    event_id: str = ""


class Relation(msgspec.Struct, frozen=True):
    """m.relates_to. Of a thread, `in_reply_to` is for clients without threads where `is_falling_back`."""

    rel_type: str = ""
    event_id: str = ""
    key: str = ""
    is_falling_back: bool = False
    in_reply_to: Answered | None = msgspec.field(name="m.in_reply_to", default=None)


class Info(msgspec.Struct, frozen=True):
    mimetype: str = ""
    size: int = 0


class Content(msgspec.Struct, frozen=True):
    """Content of a message. What only some types have is read by itself, so that a strange part spoils no other."""

    msgtype: str = ""
    body: str = ""
    filename: msgspec.Raw = NOTHING
    url: msgspec.Raw = NOTHING
    file: msgspec.Raw = NOTHING
    info: msgspec.Raw = NOTHING
    geo_uri: msgspec.Raw = NOTHING
    relates_to: msgspec.Raw = msgspec.field(name="m.relates_to", default=NOTHING)
    new_content: msgspec.Raw = msgspec.field(name="m.new_content", default=NOTHING)
    redacts: msgspec.Raw = NOTHING
    mark: msgspec.Raw = msgspec.field(name=MARK, default=NOTHING)


class Unsigned(msgspec.Struct, frozen=True):
    """`transaction_id` is given to the access token that sent the event only."""

    transaction_id: str = ""


class Event(msgspec.Struct, frozen=True):
    """One event of a room's timeline."""

    event_id: Id
    type: str
    sender: Id
    origin_server_ts: Milliseconds = 0
    content: msgspec.Raw = NOTHING
    redacts: str = ""  # in rooms before version 11
    unsigned: msgspec.Raw = NOTHING


def read(raw: msgspec.Raw | bytes, kind: type[T]) -> T | None:
    """A part; None where it is absent, null or of another shape."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except UNREADABLE:
        return None
