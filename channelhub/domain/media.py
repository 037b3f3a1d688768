"""Files that a message only names, and what becomes of them."""

from dataclasses import dataclass
from enum import StrEnum


class MediaState(StrEnum):
    """PENDING: to be fetched. STORED: we have it. REFUSED: we don't want it. FAILED: it can't be had.

    What is refused or failed stays a reference, which a person may have tried again.
    """

    PENDING = "pending"
    STORED = "stored"
    REFUSED = "refused"
    FAILED = "failed"


class MediaReason(StrEnum):
    """Why a file isn't here: of a refusal, of a failure, or of the last try while it is pending."""

    NONE = ""
    OFF = "off"  # refused: fetching is switched off
    UNSUPPORTED = "unsupported"  # refused: the account's connector can't fetch this
    TOO_LARGE = "too-large"  # refused
    TYPE = "type"  # refused: of a type that isn't wanted
    HOST = "host"  # refused: it lies somewhere else than at the channel's own hosts
    TOTAL = "total"  # refused: the account, or all together, have as much as they may
    EXPIRED = "expired"  # failed: the channel doesn't give it (any more)
    UNREACHABLE = "unreachable"  # failed: no answer, or an error of the channel's servers
    UNAUTHORIZED = "unauthorized"  # failed: the channel refuses our credentials
    DAMAGED = "damaged"  # failed: cut off, or other bytes than the channel said


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaReference:
    """A file as a message named it. `size` is in bytes, 0 where it wasn't said."""

    reference: str
    filename: str = ""
    content_type: str = ""
    size: int = 0
