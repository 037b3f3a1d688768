"""What a parser makes of one raw message: the values that `parse` yields."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from channelhub.domain.people import Handle, Sender
from channelhub.domain.spans import Span, without


class Direction(StrEnum):
    """IN: from the customer. OUT: from us."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file inside a message. `content` is its decoded bytes, or None where the channel gave a reference only."""

    filename: str
    content_type: str
    size: int
    sha256: str = ""  # hex of the content; empty without content
    content: bytes | None = None
    is_inline: bool = False
    content_id: str = ""
    reference: str = ""  # the channel's own file id, where the bytes were not in the delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Automatic:
    """What kind of machine wrote it, if one did (RFC 3834, RFC 3464, RFC 2369). All False: a person."""

    is_reply: bool = False
    is_bounce: bool = False
    is_bulk: bool = False
    is_list: bool = False

    @property
    def is_any(self) -> bool:
        return self.is_reply or self.is_bounce or self.is_bulk or self.is_list


#: Keys of a mail's `NewMessage.extra` that the timeline shows as flags, and the flag of each.
FLAGGED_EXTRAS: Final = {"mail_encrypted": "encrypted", "mail_signed": "signed", "mail_invitation": "invitation"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The words of one version of a message."""

    subject: str = ""
    text: str = ""  # everything, as plain text
    hidden: tuple[Span, ...] = ()  # what of `text` is not new: quoted history, the signature
    html: str = ""  # sanitized
    attachments: tuple[Attachment, ...] = ()
    language: str = ""  # ru, uk, en, … as the channel states it; empty: found from the text

    @property
    def reply_text(self) -> str | None:
        """What is new in `text`; None: all of it."""
        return without(self.text, self.hidden) if self.hidden else None

    @property
    def own_words(self) -> str:
        """What the sender wrote just now, without quoted history and signature."""
        return without(self.text, self.hidden)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """How a channel says what belongs together.

    `key` names the conversation where the channel has one (a chat id, a posted conversation name).
    Mail has none: then `message_id`, `in_reply_to` and `references` (without angle brackets) decide.
    """

    key: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    mark: str = ""  # what the header says by which we mark our own mail


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message. `external_id` is unique among its account's messages.

    With `is_same_everywhere` the id names the same message on every account of the kind (a mail's Message-ID plus
    digest): arriving through two accounts it is one entry with two sources.

    Messages that their sender sent as one, pictures mostly, carry the same `album`, the channel's id of it: the
    timeline shows them as one entry, in the order of `album_place`, whatever order they come in.
    """

    external_id: str
    sender: Sender
    content: Content
    thread: Thread = field(default_factory=Thread)
    direction: Direction = Direction.IN
    sent_at: datetime | None = None
    is_time_vouched: bool = False  # the channel itself stamped `sent_at`
    automatic: Automatic = field(default_factory=Automatic)
    is_same_everywhere: bool = False
    album: str = ""
    album_place: int = 0
    order_id: str = ""
    recipients: tuple[str, ...] = ()
    spam_score: float = 0.0  # 0 none … 1 certain
    spam_reasons: tuple[str, ...] = ()
    extra: dict[str, str] = field(default_factory=dict)  # further fields, kept and shown
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedMessage:
    """A later version of a message. `revision` grows with each edit (the channel's edit time or counter)."""

    external_id: str
    revision: int
    message: NewMessage  # the whole message as it reads now, `sent_at` being the original's


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedMessage:
    """The message `external_id` was taken back on its channel."""

    external_id: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStatus:
    """What the channel says of a message we sent.

    `about` is how that message may be called, the surest first. It is believed only where one of them is a name that
    we gave and signed, so nobody can report on a message by guessing. A channel that proves its deliveries may instead
    name it by its own id, `sent_id`, which was the `SendReceipt.external_id`, and `sent_to`, the identity it went to.
    """

    external_id: str  # the report's own id
    about: tuple[str, ...]
    status: str  # sent (which settles what was uncertain) | delayed | delivered | failed | read
    recipient: str = ""  # the address it is about, where the report says so
    is_permanent: bool = False  # refused for good, not only this time
    at: datetime | None = None
    detail: str = ""  # in the words of the other side, one line
    sent_id: str = ""
    sent_to: Handle | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactShared:
    """The sender gave another handle of theirs; `sender.handles[1:]` are what was shared, with their evidence."""

    external_id: str
    sender: Sender
    thread: Thread = field(default_factory=Thread)
    sent_at: datetime | None = None
    is_time_vouched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyEvent:
    """What happened to the customer elsewhere: order, payment, delivery, return.

    `name` is one of `domain.journeys.KNOWN` or the sending system's own. Of several with one `external_id` the highest
    `revision` is what holds, whatever came first.
    """

    external_id: str
    sender: Sender
    name: str
    revision: int = 0
    sent_at: datetime | None = None
    is_time_vouched: bool = True
    text: str = ""  # a note, as plain text
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """A telephone call's change of state: started, answered, missed, ended, recorded."""

    external_id: str
    sender: Sender
    state: str
    sent_at: datetime | None = None
    duration_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """What a customer put to the message `target_id` in place of `before`; an empty `emoji` takes it away."""

    external_id: str
    target_id: str
    sender: Sender
    emoji: str
    before: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachability:
    """The sender blocked the account that this came by, so that nothing it sends reaches them, or let it in again.

    The later `sent_at` holds, whatever came first; `place` orders what was done at one moment.
    """

    external_id: str
    sender: Sender
    is_reachable: bool
    place: int = 0
    sent_at: datetime | None = None


class AlertState(StrEnum):
    """FIRING: something is wrong. RESOLVED: it no longer is."""

    FIRING = "firing"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringAlert:
    """What a monitoring system says of one of its alerts. It is nobody's message: no customer, no incident.

    `key` is what that system calls the alert by (a fingerprint, an event, a monitor): with the start it names one row.
    A system that doesn't say since when an alert fires leaves `started_at` None; `at` is when it spoke.
    """

    external_id: str
    key: str
    name: str
    state: AlertState
    severity: str = ""  # in the system's own word
    summary: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    started_at: datetime | None = None
    ended_at: datetime | None = None
    at: datetime | None = None
    url: str = ""  # where that system shows it


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerProfile:
    """What a system that knows its customers says of one: addresses that are one person's, and facts about them.

    `sender.handles[0]` is believed, and is what the facts are kept on. Of two words of one account the one with the
    later `updated_at` holds, whatever came first. An empty name or language says nothing.
    """

    external_id: str
    sender: Sender
    updated_at: datetime
    language: str = ""
    segment: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


MAX_SHAPE_CHARS: Final = 64  # of the name by which an unknown shape is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A shape the parser does not know: stored raw, answered as the vendor expects, and shown."""

    external_id: str
    shape: str
    sender: Sender | None = None
    sent_at: datetime | None = None


Inbound = (
    NewMessage
    | EditedMessage
    | DeletedMessage
    | DeliveryStatus
    | ContactShared
    | JourneyEvent
    | CallEvent
    | Reaction
    | Reachability
    | MonitoringAlert
    | CustomerProfile
    | Unknown
)
