"""From what was stored to what it says. Pure: the same bytes give the same values, whenever and wherever."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote

import msgspec

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment, DeletedMessage, Inbound, Unknown
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.helpdesk import said
from connectors.helpdesk.chatwoot.delivery import CREATED, LISTED, UPDATED, moment_of
from connectors.helpdesk.chatwoot.shapes import Conversation, Event, File, Line, Message, Person

KIND: Final = "chatwoot"
MAX_SHAPE_CHARS: Final = 64
_OURS: Final = ("outgoing", "template")
_TYPES: Final = {
    "image": ("image/jpeg", "jpg"),
    "audio": ("audio/mpeg", "mp3"),
    "video": ("video/mp4", "mp4"),
}
_FILE: Final = ("application/octet-stream", "bin")


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """What one delivery says. What we don't know is an Unknown; what is none raises Unparseable."""
    try:
        if raw.envelope.extra.get(LISTED):
            line = msgspec.json.decode(raw.body, type=Line)
            return [_of(msgspec.json.decode(line.message, type=Message), line.conversation, raw)]
        event = msgspec.json.decode(raw.body, type=Event)
        if event.event not in (CREATED, UPDATED):
            return [Unknown(external_id=raw.delivery_id, shape=event.event[:MAX_SHAPE_CHARS])]
        conversation = msgspec.json.decode(event.conversation, type=Conversation)
        return [_of(msgspec.json.decode(raw.body, type=Message), conversation, raw)]
    except UNREADABLE as exc:
        raise Unparseable(f"nothing that Chatwoot documents: {str(exc)[:300]}") from exc


def _of(message: Message, conversation: Conversation, raw: RawMessage) -> Inbound:
    at = moment_of(message.created_at)
    if message.is_deleted:
        return DeletedMessage(external_id=str(message.id))  # its time is that of the message
    is_ours = message.kind in _OURS
    is_signed = bytes(message.sender) not in (b"", b"null")
    writer = msgspec.json.decode(message.sender, type=Person) if is_signed else None
    known = conversation.meta.sender if conversation.meta else None
    customer = known if is_ours else writer or known
    if customer is None or not (is_ours or message.kind == "incoming"):
        return Unknown(external_id=str(message.id), shape=f"message {message.kind}"[:MAX_SHAPE_CHARS], sent_at=at)
    told = said.Said(
        id=str(message.id),
        conversation=f"conversation:{conversation.id}",
        customer=_person(customer),
        agent=(_person(writer) if writer else said.Person(id="")) if is_ours else None,
        text=message.content or "",
        is_note=bool(message.private),
        subject=(conversation.additional_attributes and conversation.additional_attributes.mail_subject) or "",
        at=at,
        attachments=tuple(_file(one) for one in message.attachments or () if one.data_url),
        via=_channel(conversation),
        warnings=tuple(
            f"a {(one.file_type or 'part')[:30]} is not shown" for one in message.attachments or () if not one.data_url
        ),
    )
    return said.tell(told, kind=KIND, raw=raw)


def _channel(conversation: Conversation) -> str:
    """`Whatsapp` of `Channel::Whatsapp`."""
    name = conversation.channel or (conversation.meta.channel if conversation.meta else "") or ""
    return name.removeprefix("Channel::")


def _person(person: Person) -> said.Person:
    return said.Person(
        id=str(person.id), name=person.name or "", email=person.email or "", phone=person.phone_number or ""
    )


def _file(file: File) -> Attachment:
    content_type, extension = _TYPES.get(file.file_type or "", _FILE)
    address = file.data_url or ""
    name = unquote(address.partition("?")[0].rpartition("/")[2])
    return Attachment(
        filename=label(name or f"file-{file.id}.{extension}"),
        content_type=content_type,
        size=max(0, file.file_size or 0),
        reference=address,
    )
