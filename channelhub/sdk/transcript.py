"""What a chat shows of a conversation: read from the hub's own tables, so that nothing of it is kept twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from channelhub.domain.outbound import OutboxState


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidFile:
    """A file of a message. `content` is there only where one file was asked for."""

    filename: str
    content_type: str
    size: int  # bytes
    content: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message of a conversation.

    `id` is the customer's `NewMessage.external_id`, of ours the `Outbound.reply_token`: nobody can guess it, and as
    `DeliveryStatus.about` it finds the message. `place` is where a page that ends with it goes on.
    """

    id: str
    place: str
    is_ours: bool
    text: str
    at: datetime
    is_automatic: bool = False
    state: OutboxState | None = None  # of ours
    files: tuple[SaidFile, ...] = ()


class Transcript(Protocol):
    """Reads an account's conversations by their keys (`Thread.key`, `Outbound.conversation_key`)."""

    async def page(self, key: str, *, since: datetime, before: str = "", limit: int = 50) -> Sequence[Said]:
        """The newest messages since a moment, older than the place `before`, the oldest first; none of ours that was
        not handed over to its channel. Empty for a conversation that nobody began."""

    async def file(self, key: str, said_id: str, number: int, *, since: datetime) -> SaidFile | None:
        """One file of a message of that conversation; None where there is none."""


class NoTranscript:
    """Of a hub that keeps nothing."""

    async def page(self, key: str, *, since: datetime, before: str = "", limit: int = 50) -> Sequence[Said]:  # noqa: ARG002
        return ()

    async def file(self, key: str, said_id: str, number: int, *, since: datetime) -> SaidFile | None:  # noqa: ARG002
        return None
