"""One delivery of a channel, as bytes, before anything else."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the transport said around the bytes; empty where the channel has none."""

    peer: str = ""  # address of the sending host
    helo: str = ""
    is_tls: bool = False
    mail_from: str = ""
    rcpt_to: tuple[str, ...] = ()
    message_id: str = ""  # a mail's Message-ID as read while receiving, for lists of what came in
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBody:
    """A body that is on disk already, under its SHA-256 in hex."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMessage:
    """A delivery to one account.

    `delivery_id` comes from the channel or from the content, never from a clock: a redelivery carries the same id.
    """

    account: str
    delivery_id: str
    body: bytes
    content_type: str = "application/octet-stream"
    headers: tuple[tuple[str, str], ...] = ()
    envelope: Envelope = field(default_factory=Envelope)
    channel_time: datetime | None = None
    is_backfill: bool = False
    settings: bytes = b""  # how its account has it read; given to `parse` with it, never stored
    kept: KeptBody | None = None  # where the body went to disk while it came (`Context.spool`); `body` is empty then

    @property
    def size(self) -> int:
        """Of the body, in bytes."""
        return len(self.body) if self.kept is None else self.kept.size
