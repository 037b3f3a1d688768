"""From a stored update to what it says. Pure: the same bytes give the same values, whenever and wherever."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from channelhub.domain.inbound import (
    MAX_SHAPE_CHARS,
    ContactShared,
    Content,
    DeletedMessage,
    DeliveryStatus,
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
from connectors.max.attached import Found
from connectors.max.delivery import GROUPS
from connectors.max.moments import moment
from connectors.max.shapes import DIALOG, Body, Link, Markup, Message, Recipient, Update, User

KIND = "max"
CHAT = "chat:"  # before the number of a group or channel, as a conversation's key
MAX_NAME_CHARS = 256
MAX_BUTTON_CHARS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """An update, what names it, and whether what is said in groups counts."""

    update: Update
    id: str
    takes_groups: bool

    @property
    def at(self) -> datetime | None:
        return moment(self.update.timestamp)

    def unknown(self, shape: str = "", *, who: User | None = None) -> Unknown:
        """What is kept and shown by its name."""
        known = who or self.update.user
        return Unknown(
            external_id=f"update:{self.id}",
            shape=(shape or self.update.update_type)[:MAX_SHAPE_CHARS],
            sender=sender_of(known) if known else None,
            sent_at=self.at,
        )


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """What one update says. A kind that we don't know is an Unknown; what is no update raises Unparseable."""
    try:
        update = msgspec.json.decode(raw.body, type=Update)
    except UNREADABLE as exc:
        raise Unparseable(f"no update of MAX: {str(exc)[:300]}") from exc
    if not update.update_type:
        raise Unparseable("no update of MAX: it has no kind")
    told = _Told(update=update, id=raw.delivery_id, takes_groups=raw.envelope.extra.get(GROUPS) != "off")
    reads = _READERS.get(update.update_type)
    return [reads(told) if reads else told.unknown()]


def handle(user_id: int) -> Handle:
    return Handle(kind=KIND, value=str(user_id), evidence=Evidence.CHANNEL_ID)


def sender_of(user: User) -> Sender:
    """A person by MAX's number of them."""
    return Sender(
        name=user.full_name[:MAX_NAME_CHARS], handles=(handle(user.user_id),), origin=f"{KIND}:{user.user_id}"
    )


def key_of(recipient: Recipient, user: User) -> str:
    """A dialog is named by the person: with them there is one. A group by its own number."""
    return str(user.user_id) if recipient.chat_type == DIALOG else f"{CHAT}{recipient.chat_id}"


def _said(told: _Told) -> Inbound:
    message = told.update.message
    if message is None:
        raise Unparseable(f"{told.update.update_type}: without its message")
    body, user = message.body, message.sender
    if body is None or user is None:
        return told.unknown(f"{told.update.update_type} without content")
    is_dialog = message.recipient.chat_type == DIALOG
    if user.is_bot:
        return _own(told, message, body) if is_dialog else told.unknown("message of a bot", who=user)
    if not is_dialog and not told.takes_groups:
        return told.unknown(f"{message.recipient.chat_type}: {told.update.update_type}", who=user)
    return _message(told, message, body, user)


def _message(told: _Told, message: Message, body: Body, user: User) -> Inbound:
    found = Found()
    link = read_part(message.link, Link, "link", found.warnings)
    text = _words(body, link, found)
    if found.phones and not body.text and not found.files:
        return _shared(message, user, body, found)
    if not text and not found.files and not found.warnings:
        return told.unknown(f"{told.update.update_type} without content", who=user)
    at = moment(message.timestamp)
    return NewMessage(
        external_id=body.mid,
        sender=sender_of(user),
        content=Content(
            text=text, attachments=tuple(found.files), language="" if body.text else _language(told.update.user_locale)
        ),
        thread=Thread(
            key=key_of(message.recipient, user),
            message_id=body.mid,
            in_reply_to=link.message.mid if link and link.type == "reply" and link.message else "",
        ),
        sent_at=at,
        is_time_vouched=at is not None,
        warnings=tuple(found.warnings),
    )


def _words(body: Body, link: Link | None, found: Found) -> str:
    """The text, hidden addresses of links, what stands for attachments, and what is forwarded behind `>`."""
    found.take(body.attachments)
    text = body.text or ""
    marks = read_part(body.markup, list[Markup], "markup", found.warnings) or []
    hidden = [mark.url for mark in marks if mark.type == "link" and mark.url and mark.url not in text]
    lines = [text, *dict.fromkeys(hidden), *found.lines]
    if link and link.type == "forward" and link.message:
        before = len(found.lines)
        found.take(link.message.attachments)
        lines += [f"> {line}" for line in ((link.message.text or "").splitlines() + found.lines[before:])]
    return "\n".join(line for line in lines if line)


def _shared(message: Message, user: User, body: Body, found: Found) -> ContactShared:
    """A visiting card, the sender's own or another's: MAX doesn't say whose the number is, so it is only claimed."""
    sender = sender_of(user)
    phones = tuple(Handle(kind="phone", value=phone) for phone in dict.fromkeys(found.phones))
    return ContactShared(
        external_id=body.mid,
        sender=Sender(name=sender.name, handles=(*sender.handles, *phones), origin=sender.origin),
        thread=Thread(key=key_of(message.recipient, user), message_id=body.mid),
        sent_at=moment(message.timestamp),
        is_time_vouched=bool(message.timestamp),
    )


def _own(told: _Told, message: Message, body: Body) -> Inbound:
    """What the bot said in a dialog, as it comes back: it surely was sent."""
    if message.recipient.user_id is None:
        return told.unknown("message of a bot")
    return DeliveryStatus(
        external_id=f"{body.mid}:sent",
        about=(),
        status="sent",
        sent_id=body.mid,
        sent_to=handle(message.recipient.user_id),
        at=moment(message.timestamp),
    )


def _edited(told: _Told) -> Inbound:
    """The whole message as it reads now; the update's time is that of the change."""
    found = _said(told)
    if not isinstance(found, NewMessage):
        return found
    return EditedMessage(external_id=found.external_id, revision=told.update.timestamp, message=found)


def _removed(told: _Told) -> Inbound:
    return DeletedMessage(external_id=told.update.message_id, at=told.at) if told.update.message_id else told.unknown()


def _pressed(told: _Told) -> Inbound:
    """A pressed button is what the customer says with it: its label."""
    callback, message = told.update.callback, told.update.message
    if callback is None:
        raise Unparseable("message_callback: without its callback")
    recipient = message.recipient if message else Recipient()
    if recipient.chat_type != DIALOG and not told.takes_groups:
        return told.unknown(f"{recipient.chat_type}: message_callback", who=callback.user)
    found = Found()
    if message and message.body:
        found.take(message.body.attachments)
    buttons = (button for row in found.keyboard.buttons for button in row)
    label = next((button.text for button in buttons if button.payload == callback.payload), "")
    text = label or callback.payload or ""
    if not text:
        return told.unknown("message_callback without content", who=callback.user)
    at = moment(callback.timestamp) or told.at
    name = f"callback:{callback.callback_id}"
    return NewMessage(
        external_id=name,
        sender=sender_of(callback.user),
        content=Content(text=text),
        thread=Thread(
            key=key_of(recipient, callback.user),
            message_id=name,
            in_reply_to=message.body.mid if message and message.body else "",
        ),
        sent_at=at,
        is_time_vouched=at is not None,
        extra={"button": callback.payload[:MAX_BUTTON_CHARS]} if callback.payload else {},
    )


def _reach(told: _Told) -> Inbound:
    """Who starts the bot lets it write; who stops it no longer does."""
    if told.update.user is None:
        return told.unknown()
    return Reachability(
        external_id=f"update:{told.id}",
        sender=sender_of(told.update.user),
        is_reachable=told.update.update_type == "bot_started",
        sent_at=told.at,
    )


def _language(locale: str | None) -> str:
    """Of what has words, the words decide; of the rest, the customer's app."""
    code = (locale or "")[:2].lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


_READERS: dict[str, Callable[[_Told], Inbound]] = {
    "message_created": _said,
    "message_edited": _edited,
    "message_removed": _removed,
    "message_callback": _pressed,
    "bot_started": _reach,
    "bot_stopped": _reach,
}
