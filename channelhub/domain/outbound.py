"""What we say to a customer, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class OutboxState(StrEnum):
    """`sending` is committed before the channel is called; after a crash it is repeated or becomes `uncertain`.

    `withdrawn` never was with the channel. From `delayed` on it is what the other side reported: bounces, receipts.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    WITHDRAWN = "withdrawn"  # never handed over: its notice ended, or its customer declined notices
    FAILED = "failed"  # refused when it was handed over, or reported as not delivered
    DELAYED = "delayed"
    DELIVERED = "delivered"
    READ = "read"


#: Kinds of outgoing messages that are handed over at most once, also where the channel could tell a repetition.
ONCE_KINDS: Final = frozenset({"notice"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingFile:
    """A file that goes with a message. While it waits it is kept by its digest; `content` is there when it is sent."""

    filename: str
    content_type: str
    size: int
    sha256: str
    content: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """One message to one identity, through the account the conversation lives on."""

    id: int
    to: str  # the identity's value as the channel knows it
    text: str
    to_kind: str = ""  # the identity's kind, for channels that take several
    language: str = ""
    subject: str = ""
    conversation_key: str = ""
    message_id: str = ""  # the id this message will carry (mail), the same at every attempt
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply_token: str = ""  # what we sign, so that answers and reports find back: for an address, a header, a field
    attachments: tuple[OutgoingFile, ...] = ()
    is_automatic: bool = False  # an acknowledgement: marked so that no machine answers it (RFC 3834)
    unsubscribe_url: str = ""  # of a notice to many: where its receiver declines further ones (RFC 8058)
    heard_at: datetime | None = None  # when they last wrote to the account, for channels with a window; None: unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class SentParts:
    """The messages that one answer became, by their channel's names for them in the order in which they were sent. An
    unnamed one is empty. Of `total` those that follow are not known to be with the customer."""

    names: tuple[str, ...]
    total: int

    @property
    def is_whole(self) -> bool:
        return len(self.names) >= self.total

    @property
    def last(self) -> str:
        """The last one's name, as far as one has any."""
        return next(filter(None, reversed(self.names)), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReceipt:
    """The channel took it. `external_id` is how the channel names it, for later delivery reports; `parts` are the names
    of all messages that it became, in the order in which they were sent, empty where the channel gave none."""

    external_id: str = ""
    parts: tuple[str, ...] = ()
