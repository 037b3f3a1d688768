"""From a stored event to what it says. Pure: the same bytes give the same values, whenever and wherever."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from channelhub.domain.inbound import (
    MAX_SHAPE_CHARS,
    Content,
    DeletedMessage,
    EditedMessage,
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
from connectors.line import words
from connectors.line.delivery import GROUPS
from connectors.line.shapes import Event, ImageSet, Source

KIND = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """An event, and what names it."""

    event: Event
    id: str

    @property
    def at(self) -> datetime | None:
        return datetime.fromtimestamp(self.event.timestamp / 1000, UTC) if self.event.timestamp else None

    @property
    def sender(self) -> Sender | None:
        return sender_of(self.event.source) if self.event.source and self.event.source.place else None

    def unknown(self, shape: str = "") -> Unknown:
        """What is kept and shown by its name."""
        name = (shape or self.event.type)[:MAX_SHAPE_CHARS]
        return Unknown(external_id=f"event:{self.id}", shape=name, sender=self.sender, sent_at=self.at)


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """What one event says. A kind that we don't know is an Unknown; what is no event raises Unparseable."""
    try:
        event = msgspec.json.decode(raw.body, type=Event)
    except UNREADABLE as exc:
        raise Unparseable(f"no event of LINE: {str(exc)[:300]}") from exc
    told = _Told(event=event, id=raw.delivery_id)
    if raw.envelope.extra.get(GROUPS) == "off" and event.source and not event.source.is_private:
        return [told.unknown(f"{event.source.type}: {event.type}")]
    reads = _READERS.get(event.type)
    return [reads(told) if reads else told.unknown()]


def sender_of(source: Source) -> Sender:
    """A person as LINE's provider knows them; where a group withholds who it was, the group."""
    value = source.user_id or source.place
    handle = Handle(kind=KIND, value=value, evidence=Evidence.CHANNEL_ID)
    return Sender(handles=(handle,), origin=f"{KIND}:{value}")


def _said(told: _Told) -> NewMessage | Unknown:
    message, source, sender = told.event.message, told.event.source, told.sender
    if message is None or source is None or sender is None:
        raise Unparseable("a message without its source or its words")
    if message.type not in words.KINDS:
        return told.unknown(f"message: {message.type}")
    warnings: list[str] = []
    text, files = words.text(message, warnings), words.attachments(message, warnings)
    if not text and not files and not warnings:
        return told.unknown(f"message: {message.type} without content")
    images = read_part(message.image_set, ImageSet, "imageSet", warnings)
    return NewMessage(
        external_id=message.id,
        sender=sender,
        content=Content(text=text, attachments=files),
        thread=Thread(key=source.place, message_id=message.id, in_reply_to=message.quoted_message_id or ""),
        sent_at=told.at,
        is_time_vouched=told.at is not None,
        album=images.id if images else "",
        album_place=images.index if images else 0,
        warnings=tuple(warnings),
    )


def _edited(told: _Told) -> EditedMessage | Unknown:
    """The same message as it reads now; the time is that of the edit."""
    message = _said(told)
    if isinstance(message, Unknown):
        return message
    return EditedMessage(external_id=message.external_id, revision=told.event.timestamp, message=message)


def _unsent(told: _Told) -> DeletedMessage | Unknown:
    unsend = told.event.unsend
    return DeletedMessage(external_id=unsend.message_id, at=told.at) if unsend else told.unknown()


def _reach(told: _Told) -> Reachability | Unknown:
    """LINE tells of blocking as it tells of following: by an event, not by refusing messages."""
    if told.sender is None:
        return told.unknown()
    return Reachability(
        external_id=f"event:{told.id}",
        sender=told.sender,
        is_reachable=told.event.type == "follow",
        sent_at=told.at,
    )


_READERS: dict[str, Callable[[_Told], Inbound]] = {
    "message": _said,
    "messageEdited": _edited,
    "unsend": _unsent,
    "follow": _reach,
    "unfollow": _reach,
}
