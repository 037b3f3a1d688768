"""What help desks tell, alike for all: a customer's message, an agent's, a note between agents."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from channelhub.domain.inbound import (
    Attachment,
    Content,
    Direction,
    EditedMessage,
    Inbound,
    JourneyEvent,
    NewMessage,
    Thread,
)
from channelhub.domain.people import Evidence, Handle, Sender
from channelhub.domain.raw import RawMessage
from channelhub.domain.spans import Span
from connectors.helpdesk.following import AMENDS

TRUST: Final = "trust"  # of the envelope: whether its customers' addresses were believed when it came
NOTE: Final = "helpdesk.note"
MAX_NAME_CHARS: Final = 256
MAX_ID_CHARS: Final = 100
_ADDRESS_CHARS: Final = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user of the help desk. `id` is its own, the same on all of its channels."""

    id: str
    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message of a conversation. `agent` wrote it, None: the customer did. `is_note`: no customer sees it."""

    id: str
    conversation: str
    customer: Person
    text: str
    hidden: tuple[Span, ...] = ()  # what of `text` is quoted history
    agent: Person | None = None
    is_note: bool = False
    subject: str = ""
    at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    via: str = ""  # by which channel of the help desk's
    warnings: tuple[str, ...] = ()


def tell(said: Said, *, kind: str, raw: RawMessage) -> Inbound:
    """A message on the customer's timeline; a note is shown there, and is nobody's message."""
    sender = _sender(said.customer, kind=kind, is_trusted=raw.envelope.extra.get(TRUST) == "verified")
    author = said.agent.name[:MAX_NAME_CHARS] if said.agent else ""
    extra = {"agent": author, "via": said.via[:MAX_ID_CHARS], "conversation": said.conversation}
    kept = {name: value for name, value in extra.items() if value}
    if said.is_note:
        return JourneyEvent(
            external_id=said.id, sender=sender, name=NOTE, sent_at=said.at, text=said.text, attributes=kept
        )
    message = NewMessage(
        external_id=said.id,
        sender=sender,
        content=Content(subject=said.subject, text=said.text, hidden=said.hidden, attachments=said.attachments),
        thread=Thread(key=said.conversation, message_id=said.id),
        direction=Direction.OUT if said.agent else Direction.IN,
        sent_at=said.at,
        is_time_vouched=said.at is not None,
        extra=kept,
        warnings=said.warnings,
    )
    if raw.envelope.extra.get(AMENDS):
        return EditedMessage(external_id=said.id, revision=1, message=message)
    return message


def moment(text: str | None) -> datetime | None:
    """A time in ISO 8601; None for anything else."""
    try:
        at = datetime.fromisoformat(text or "")
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def moment_s(seconds: float | None) -> datetime | None:
    """A time in Unix seconds; None for anything that is none."""
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _sender(customer: Person, *, kind: str, is_trusted: bool) -> Sender:
    told = Evidence.TRUSTED_ACCOUNT if is_trusted else Evidence.CLAIMED
    handles = [Handle(kind=kind, value=customer.id, evidence=Evidence.CHANNEL_ID)]
    if 0 < len(customer.email) <= _ADDRESS_CHARS and "@" in customer.email:
        handles.append(Handle(kind="email", value=customer.email, evidence=told))
    if 0 < len(customer.phone) <= _ADDRESS_CHARS and customer.phone.startswith("+"):
        handles.append(Handle(kind="phone", value=customer.phone, evidence=told))
    return Sender(name=customer.name[:MAX_NAME_CHARS], handles=tuple(handles), origin=f"{kind}:{customer.id}")
