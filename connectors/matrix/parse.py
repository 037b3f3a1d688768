"""From a stored event to what it says. Pure: the same bytes give the same values, whenever and wherever."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from channelhub.domain import inbound
from channelhub.domain.inbound import (
    MAX_SHAPE_CHARS,
    Automatic,
    DeletedMessage,
    DeliveryStatus,
    Direction,
    EditedMessage,
    Inbound,
    NewMessage,
    Reaction,
    Thread,
    Unknown,
)
from channelhub.domain.people import Evidence, Handle, Sender
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE, read_part
from connectors.matrix import words
from connectors.matrix.delivery import EDITS, FOREIGN, ME, NAME, PEER, REACTED, ROOM
from connectors.matrix.shapes import Content, Event, Relation, Unsigned, read
from connectors.matrix.thread import Place, transaction_is_ours

KIND = "matrix"
MAX_NAME_CHARS = 256
ENCRYPTED = "[encrypted message, which the hub can't read]"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """An event, its content, and what was told or found out beside it."""

    event: Event
    content: Content
    relation: Relation
    beside: dict[str, str]
    warnings: tuple[str, ...]

    @property
    def at(self) -> datetime | None:
        stamp = self.event.origin_server_ts
        return datetime.fromtimestamp(stamp / 1000, UTC) if stamp else None

    @property
    def is_ours(self) -> bool:
        return self.event.sender == self.beside.get(ME)

    @property
    def sender(self) -> Sender:
        """Who wrote. What we said belongs to whom it was said to; where that can't be known, to the room."""
        if self.is_ours:
            return person(self.beside.get(PEER) or self.beside.get(ROOM) or self.event.sender)
        return person(self.event.sender, name=self.beside.get(NAME, ""))

    @property
    def is_time_vouched(self) -> bool:
        """By our own homeserver, for its own users."""
        return self.at is not None and _server(self.event.sender) == _server(self.beside.get(ME, ""))

    def unknown(self, shape: str = "") -> Unknown:
        """What is kept and shown by its name."""
        name = (shape or self.event.type)[:MAX_SHAPE_CHARS]
        return Unknown(external_id=self.event.event_id, shape=name, sender=self.sender, sent_at=self.at)


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """What one event says. A type that we don't know is an Unknown; what is no event raises Unparseable."""
    try:
        event = msgspec.json.decode(raw.body, type=Event)
    except UNREADABLE as exc:
        raise Unparseable(f"no event of Matrix: {str(exc)[:300]}") from exc
    content = read(event.content, Content)
    warnings: list[str] = []
    relation = read_part(content.relates_to, Relation, "m.relates_to", warnings) if content else None
    told = _Told(
        event=event,
        content=content or Content(),
        relation=relation or Relation(),
        beside=raw.envelope.extra,
        warnings=tuple(warnings),
    )
    reads = _READERS.get(event.type)
    if content is None or reads is None:
        return [told.unknown(event.type if content else f"{event.type} without content")]
    return [reads(told)]


def person(user_id: str, *, name: str = "") -> Sender:
    """A user by the id that is theirs on every homeserver."""
    handle = Handle(kind=KIND, value=user_id, evidence=Evidence.CHANNEL_ID)
    return Sender(name=name[:MAX_NAME_CHARS], handles=(handle,), origin=f"{KIND}:{user_id}")


def _said(told: _Told) -> Inbound:
    if bytes(told.event.content).strip() in (b"{}", b""):
        return DeletedMessage(external_id=told.event.event_id)  # taken back before we asked; when, it doesn't say
    if told.relation.rel_type == "m.replace":
        return _edited(told)
    if told.is_ours and _is_by_hub(told):
        return _own(told)
    if told.content.msgtype not in words.KINDS:
        return told.unknown(f"message: {told.content.msgtype}")
    message = _message(told, told.content, told.event.event_id)
    is_empty = not message.content.text and not message.content.attachments
    return told.unknown(f"message: {told.content.msgtype} without content") if is_empty else message


def _sticker(told: _Told) -> Inbound:
    return _message(told, msgspec.structs.replace(told.content, msgtype="m.sticker"), told.event.event_id)


def _encrypted(told: _Told) -> NewMessage:
    return _message(told, Content(msgtype="m.text", body=ENCRYPTED), told.event.event_id)


def _edited(told: _Told) -> Inbound:
    """The words anew. An edit by anybody but the writer changes nothing (spec.matrix.org, Validity of replacements)."""
    fresh = read(told.content.new_content, Content)
    if told.beside.get(EDITS) == FOREIGN:
        return told.unknown("edit of another's message")
    if fresh is None or not told.relation.event_id or fresh.msgtype not in words.KINDS:
        return told.unknown("edit without content")
    if told.is_ours and _is_by_hub(told):
        return told.unknown("edit of ours")
    name = told.relation.event_id
    return EditedMessage(
        external_id=name, revision=max(1, told.event.origin_server_ts), message=_message(told, fresh, name)
    )


def _own(told: _Told) -> DeliveryStatus:
    """The echo of what the hub sent: it surely was."""
    peer = told.beside.get(PEER)
    return DeliveryStatus(
        external_id=f"{told.event.event_id}:sent",
        about=(),
        status="sent",
        sent_id=told.event.event_id,
        sent_to=person(peer).handles[0] if peer else None,
        at=told.at,
    )


def _is_by_hub(told: _Told) -> bool:
    """Whether the hub sent what our user sent; else it was a colleague with another client."""
    if read(told.content.mark, str):
        return True
    unsigned = read(told.event.unsigned, Unsigned) or Unsigned()
    return transaction_is_ours(unsigned.transaction_id)


def _redacted(told: _Told) -> Inbound:
    """A message taken back, or the reaction that `REACTED` names: its emoji and what it stood at."""
    name = read(told.content.redacts, str) or told.event.redacts
    if not name:
        return told.unknown("redaction of nothing")
    target, _, emoji = told.beside.get(REACTED, "").partition(" ")
    if not emoji:
        return DeletedMessage(external_id=name, at=told.at)
    return Reaction(
        external_id=told.event.event_id,
        target_id=target,
        sender=told.sender,
        emoji="",
        before=emoji,
        sent_at=told.at,
    )


def _reacted(told: _Told) -> Inbound:
    relation = told.relation
    if told.is_ours or relation.rel_type != "m.annotation" or not relation.event_id or not relation.key:
        return told.unknown("reaction of ours" if told.is_ours else "reaction to nothing")
    return Reaction(
        external_id=told.event.event_id,
        target_id=relation.event_id,
        sender=told.sender,
        emoji=relation.key[:MAX_SHAPE_CHARS],
        sent_at=told.at,
    )


def _message(told: _Told, content: Content, name: str) -> NewMessage:
    relation, warnings = told.relation, list(told.warnings)
    place = Place(room=told.beside.get(ROOM, ""), root=relation.event_id if relation.rel_type == "m.thread" else "")
    answered = relation.in_reply_to.event_id if relation.in_reply_to and not relation.is_falling_back else ""
    text, files = words.text(content, relation, warnings), words.attachments(content, warnings)
    return NewMessage(
        external_id=name,
        sender=told.sender,
        content=inbound.Content(text=text, attachments=files),
        thread=Thread(key=place.key, message_id=name, in_reply_to=answered),
        direction=Direction.OUT if told.is_ours else Direction.IN,
        sent_at=told.at,
        is_time_vouched=told.is_time_vouched,
        automatic=Automatic(is_reply=content.msgtype == "m.notice"),
        warnings=tuple(warnings),
    )


def _server(user_id: str) -> str:
    return user_id.partition(":")[2]


_READERS: dict[str, Callable[[_Told], Inbound]] = {
    "m.room.message": _said,
    "m.sticker": _sticker,
    "m.room.encrypted": _encrypted,
    "m.room.redaction": _redacted,
    "m.reaction": _reacted,
}
