"""The parts of a messaging event: developers.facebook.com/docs/messenger-platform/reference/webhook-events."""

import msgspec

NOTHING = msgspec.Raw()
Id = str | int


class Party(msgspec.Struct):
    """One of the two who talk. `user_ref` stands for a person before they have an id."""

    id: Id = ""
    user_ref: str = ""

    @property
    def key(self) -> str:
        return str(self.id) or self.user_ref


class Story(msgspec.Struct):
    id: Id = ""
    url: str = ""


class ReplyTo(msgspec.Struct):
    mid: str = ""
    story: Story | None = None


class QuickReply(msgspec.Struct):
    payload: str = ""


class Coordinates(msgspec.Struct):
    lat: float
    long: float


class Payload(msgspec.Struct):
    url: str = ""
    title: str = ""
    coordinates: Coordinates | None = None


class File(msgspec.Struct):
    """An attachment."""

    type: str = ""
    title: str | None = None
    url: str | None = None
    payload: Payload | None = None


class Referral(msgspec.Struct):
    """The advertisement or link that led here."""

    ref: str = ""
    source: str = ""
    ad_id: Id = ""


class Body(msgspec.Struct):
    """A message."""

    mid: str
    text: str = ""
    quick_reply: QuickReply | None = None
    reply_to: msgspec.Raw = NOTHING
    attachments: msgspec.Raw = NOTHING
    is_echo: bool = False
    app_id: Id = ""
    metadata: str = ""
    is_deleted: bool = False
    is_unsupported: bool = False
    referral: msgspec.Raw = NOTHING


class EditPart(msgspec.Struct):
    mid: str
    text: str = ""
    num_edit: Id = 1


class ReactionPart(msgspec.Struct):
    mid: str
    action: str = ""
    emoji: str = ""
    reaction: str = ""


class Postback(msgspec.Struct):
    mid: str = ""
    title: str = ""
    payload: str = ""
    referral: msgspec.Raw = NOTHING


class Receipt(msgspec.Struct):
    """Delivered or read: messages by name, or all until a moment."""

    mid: str = ""
    mids: list[str] = []
    watermark: int | float = 0


class Event(msgspec.Struct):
    """What happened between a customer and the business; the rest of its keys says what."""

    sender: Party = msgspec.field(default_factory=Party)
    recipient: Party = msgspec.field(default_factory=Party)
    timestamp: int | float | str = 0
