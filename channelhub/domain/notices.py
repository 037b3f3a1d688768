"""A notice: one message to many customers about an outage, approved once by a person, sent once to each."""

from dataclasses import dataclass
from enum import StrEnum


class NoticeKind(StrEnum):
    """The first word, an update of it, and that it is over."""

    NOTICE = "notice"
    UPDATE = "update"
    RESOLUTION = "resolution"


class NoticeState(StrEnum):
    """A draft is approved or cancelled. An approved one goes on to whoever is attached later, until a newer one of
    its outage takes its place or a person cancels it."""

    DRAFT = "draft"
    APPROVED = "approved"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


class Unsent(StrEnum):
    """Why an address was sent nothing."""

    OPTED_OUT = "opted-out"
    BLOCKED = "blocked"
    AUTOMATIC = "automatic"  # a machine wrote
    TOLD_ELSEWHERE = "told-elsewhere"  # the same customer is told at another address
    TOLD_BEFORE = "told-before"  # they had the first word already
    UNREACHABLE = "unreachable"  # the account can't send to it
    WINDOW_CLOSED = "window-closed"  # they wrote too long ago for the channel
    NEVER_WROTE = "never-wrote"  # on a list, and the channel lets us write only to who wrote before
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    OUT_OF_SEASON = "out-of-season"  # the outage's state has changed: it is over, or open again


class OptOutMeans(StrEnum):
    """How a customer said that they want no notices."""

    LINK = "link"
    WORD = "word"
    AGENT = "agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeText:
    """What is said in one language. `short` is what chats get; empty: `text` there, too."""

    subject: str
    text: str
    short: str = ""
