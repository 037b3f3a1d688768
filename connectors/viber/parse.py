"""From a stored post to what it says. Pure: the same bytes give the same values, whenever and wherever."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec

from channelhub.domain.inbound import (
    MAX_SHAPE_CHARS,
    ContactShared,
    Content,
    DeliveryStatus,
    Inbound,
    NewMessage,
    Reachability,
    Thread,
    Unknown,
)
from channelhub.domain.people import Evidence, Handle, Sender
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE, read_part
from connectors.viber import words
from connectors.viber.shapes import Contact, Event, Message, User

KIND = "viber"
MAX_NAME_CHARS = 256
MAX_DETAIL_CHARS = 300
_STATUSES = {"delivered": "delivered", "seen": "read", "failed": "failed"}


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """What one post says. A kind that we don't know is an Unknown; what is no event, or a message without its token or
    sender, raises Unparseable."""
    try:
        event = msgspec.json.decode(raw.body, type=Event)
    except UNREADABLE as exc:
        raise Unparseable(f"no event of Viber: {str(exc)[:300]}") from exc
    return [_READERS.get(event.event, _unknown)(event)]


def handle(user_id: str) -> Handle:
    """A person as this bot knows them. Viber vouches for the id; it is another one for another bot."""
    return Handle(kind=KIND, value=user_id, evidence=Evidence.CHANNEL_ID)


def _said(event: Event) -> NewMessage | ContactShared | Unknown:
    message, user, token = event.message, event.sender, event.token
    if message is None or user is None or not token:
        raise Unparseable("a message without its token, its sender or its words")
    if message.type not in words.KINDS:
        return _unknown(event, f"message: {message.type}")
    warnings: list[str] = []
    if message.type == "contact" and not message.text:
        contact = read_part(message.contact, Contact, "contact", warnings, strict=False)
        if contact is not None and contact.phone_number:
            return _shared(event, user, contact)
    text = words.text(message, warnings)
    files = words.attachments(message, token, warnings)
    if not text and not files and not warnings:
        return _unknown(event, f"message: {message.type} without content")
    return NewMessage(
        external_id=token,
        sender=_sender(user),
        content=Content(text=text, attachments=files, language=_language(user, message)),
        thread=Thread(key=user.id, message_id=token),
        sent_at=_at(event),
        is_time_vouched=_at(event) is not None,
        warnings=tuple(warnings),
    )


def _shared(event: Event, user: User, contact: Contact) -> ContactShared:
    """A number given by button, or a card out of the address book: Viber doesn't say which, so it is only claimed."""
    sender, number = _sender(user), contact.phone_number.strip()
    phone = Handle(kind="phone", value=number if number.startswith("+") else f"+{number}")
    return ContactShared(
        external_id=event.token,
        sender=Sender(name=sender.name, handles=(*sender.handles, phone), origin=sender.origin),
        thread=Thread(key=user.id, message_id=event.token),
        sent_at=_at(event),
        is_time_vouched=_at(event) is not None,
    )


def _status(event: Event) -> DeliveryStatus | Unknown:
    """What became of a message. Some apps tell it of the customer's own, too; the hub finds none of ours then."""
    if not event.token or not event.user_id:
        return _unknown(event)
    return DeliveryStatus(
        external_id=_name(event),
        about=(),
        status=_STATUSES[event.event],
        is_permanent=event.event == "failed",
        at=_at(event),
        detail=" ".join((event.desc or "").split())[:MAX_DETAIL_CHARS],
        sent_id=event.token,
        sent_to=handle(event.user_id),
    )


def _reach(event: Event) -> Reachability | Unknown:
    if event.who is None:
        return _unknown(event)
    return Reachability(
        external_id=_name(event),
        sender=_sender(event.who),
        is_reachable=event.event == "subscribed",
        sent_at=_at(event),
    )


def _unknown(event: Event, shape: str = "") -> Unknown:
    """What is kept and shown by its name: an opened conversation, and whatever comes after this was written."""
    return Unknown(
        external_id=_name(event),
        shape=(shape or event.event)[:MAX_SHAPE_CHARS],
        sender=_sender(event.who) if event.who else None,
        sent_at=_at(event),
    )


def _name(event: Event) -> str:
    """Tokens name messages, not events: a message has several."""
    who = event.who.id if event.who else ""
    return f"{event.event[:MAX_SHAPE_CHARS]}:{event.token or event.timestamp}:{who}"


def _sender(user: User) -> Sender:
    return Sender(name=(user.name or "")[:MAX_NAME_CHARS], handles=(handle(user.id),), origin=f"{KIND}:{user.id}")


def _language(user: User, message: Message) -> str:
    """Of what has words, the words decide; of the rest, the customer's app."""
    code = (user.language or "")[:2].lower()
    return code if not message.text and len(code) == 2 and code.isascii() and code.isalpha() else ""


def _at(event: Event) -> datetime | None:
    return datetime.fromtimestamp(event.timestamp / 1000, UTC) if event.timestamp else None


_READERS: dict[str, Callable[[Event], Inbound]] = {
    "message": _said,
    "subscribed": _reach,
    "unsubscribed": _reach,
    **dict.fromkeys(_STATUSES, _status),
}
