"""One message of WhatsApp as one of ours: a message, its later version, its end, or what was put to another."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from channelhub.domain.inbound import (
    MAX_SHAPE_CHARS,
    ContactShared,
    Content,
    DeletedMessage,
    Direction,
    EditedMessage,
    Inbound,
    NewMessage,
    Reaction,
    Thread,
    Unknown,
)
from channelhub.domain.people import Evidence, Handle, Sender
from channelhub.sdk.json_parts import read_part
from connectors.meta.reading import moment, read
from connectors.meta.whatsapp import media, words
from connectors.meta.whatsapp.people import KIND, is_number
from connectors.meta.whatsapp.shapes import (
    NOTHING,
    Button,
    Edit,
    ErrorPart,
    Interactive,
    Message,
    MessageContext,
    ReactionPart,
    Referral,
    Revoke,
    System,
)

_WITHIN_A_SECOND = 2**31  # places for edits of one second


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message with its customer. `parts` are the message's fields as they came."""

    message: Message
    parts: Mapping[str, msgspec.Raw]
    sender: Sender
    direction: Direction = Direction.IN

    @property
    def at(self) -> datetime | None:
        return moment(self.message.timestamp)

    @property
    def part(self) -> msgspec.Raw:
        """The object that the type names."""
        return self.parts.get(self.message.type, NOTHING)

    def unknown(self, shape: str) -> Unknown:
        return Unknown(external_id=self.message.id, shape=shape[:MAX_SHAPE_CHARS], sender=self.sender, sent_at=self.at)


def read_said(said: Said) -> Inbound:
    """What a message is. A type that nobody knows is an Unknown; so is one of a group, which we don't take part in."""
    if said.message.group_id:
        return said.unknown("group message")
    match said.message.type:
        case "reaction":
            return _reaction(said)
        case "edit":
            return _edit(said)
        case "revoke":
            revoke = read(said.part, Revoke)
            return DeletedMessage(external_id=revoke.original_message_id, at=said.at) if revoke else _damaged(said)
        case "system":
            return _system(said)
        case kind if kind in words.READERS:
            return message_of(said)
        case kind:
            return said.unknown(f"message: {kind}")


def message_of(said: Said) -> NewMessage:
    """A message of a type that says something."""
    warnings: list[str] = []
    message = said.message
    errors = read_part(message.errors, list[ErrorPart], "errors", warnings) or []
    warnings += [error.words for error in errors]
    context = read_part(message.context, MessageContext, "context", warnings)
    return NewMessage(
        external_id=message.id,
        sender=said.sender,
        content=Content(
            text=words.text(message.type, said.part, warnings),
            attachments=media.attachments(message.type, said.part, warnings),
        ),
        thread=Thread(
            key=said.sender.handles[0].value,
            message_id=message.id,
            in_reply_to=context.id if context else "",
        ),
        direction=said.direction,
        sent_at=said.at,
        is_time_vouched=said.at is not None,
        extra=_extra(said, context, warnings),
        warnings=tuple(warnings),
    )


def _edit(said: Said) -> Inbound:
    """WhatsApp stamps edits in whole seconds and doesn't count them: those of one second are told apart by their id."""
    edit = read(said.part, Edit)
    parts = read(edit.message, dict[str, msgspec.Raw]) if edit else None
    if edit is None or parts is None:
        return _damaged(said)
    kind = read(parts.get("type", NOTHING), str) or ""
    inner = msgspec.structs.replace(said.message, id=edit.original_message_id, type=kind)
    seconds = int(said.at.timestamp()) if said.at else 0
    return EditedMessage(
        external_id=edit.original_message_id,
        revision=seconds * _WITHIN_A_SECOND + zlib.crc32(said.message.id.encode()) // 2,
        message=message_of(Said(message=inner, parts=parts, sender=said.sender, direction=said.direction)),
    )


def _reaction(said: Said) -> Inbound:
    part = read(said.part, ReactionPart)
    if part is None:
        return _damaged(said)
    return Reaction(
        external_id=said.message.id,
        target_id=part.message_id,
        sender=said.sender,
        emoji=part.emoji,
        sent_at=said.at,
    )


def _system(said: Said) -> Inbound:
    """A customer who changed their number, or whose id changed with it: the new one is theirs, says WhatsApp."""
    part = read(said.part, System)
    if part is None:
        return _damaged(said)
    new = [one for one in (part.new_user_id or part.user_id, part.new_wa_id or part.wa_id) if one]
    if part.type not in ("user_changed_number", "user_changed_user_id") or not new:
        return said.unknown(f"system: {part.type}")
    own = said.sender.handles[0].value
    added = [Handle(kind=KIND, value=one, evidence=Evidence.CHANNEL_ID) for one in new if one != own]
    added += [Handle(kind="phone", value=f"+{one}", evidence=Evidence.CHANNEL_CONTACT) for one in new if is_number(one)]
    sender = said.sender
    return ContactShared(
        external_id=said.message.id,
        sender=Sender(name=sender.name, handles=(sender.handles[0], *added), origin=sender.origin),
        thread=Thread(key=own, message_id=said.message.id),
        sent_at=said.at,
        is_time_vouched=said.at is not None,
    )


def _damaged(said: Said) -> Unknown:
    return said.unknown(f"message: {said.message.type} that can't be read")


def _extra(said: Said, context: MessageContext | None, warnings: list[str]) -> dict[str, str]:
    """Fields beside the words, those that there are: `forwarded`, `payload` of a button, `ad_…` of an advertisement."""
    referral = read_part(said.message.referral, Referral, "referral", warnings) or Referral()
    fields = {
        "forwarded": "often" if context and context.frequently_forwarded else "",
        "payload": _payload(said),
        "ad_headline": referral.headline,
        "ad_text": referral.body,
        "ad_url": referral.source_url,
        "ad_id": referral.source_id,
        "ad_click": referral.ctwa_clid,
    }
    if context and context.forwarded and not fields["forwarded"]:
        fields["forwarded"] = "yes"
    return {name: value[:1000] for name, value in fields.items() if value}


def _payload(said: Said) -> str:
    """What our own button stands for."""
    if said.message.type == "button":
        button = read(said.part, Button)
        return button.payload if button else ""
    interactive = read(said.part, Interactive) if said.message.type == "interactive" else None
    chosen = (interactive.button_reply or interactive.list_reply) if interactive else None
    return chosen.id if chosen else ""
