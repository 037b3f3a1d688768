"""Messages of dialogs and group chats: the customer's, our own as they come back, those of colleagues at VK's site."""

import msgspec

from channelhub.domain.inbound import (
    Content,
    DeliveryStatus,
    Direction,
    EditedMessage,
    Inbound,
    NewMessage,
    Reaction,
    Thread,
)
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE, read_part
from connectors.vk import words
from connectors.vk.attached import Found
from connectors.vk.moments import moment
from connectors.vk.people import LANGUAGES, handle, person
from connectors.vk.shapes import Action, ClientInfo, Message, MessageRead, NewMessageObject, Quoted, Reacted
from connectors.vk.told import Told

OURS = "channelhub"  # the key of a payload that we send with our own messages
_MAX_EXTRA_CHARS = 1000
#: dev.vk.com, messages.sendReaction.
_EMOJI = {
    1: "❤", 2: "🔥", 3: "😂", 4: "👍", 7: "😭", 8: "😡", 9: "👎", 10: "👌", 12: "🤔", 13: "🙏", 14: "😘", 15: "😍",
    16: "🎉",
}  # fmt: skip


def new(told: Told) -> Inbound:
    """`message_new`: from a customer, or from somebody in a group chat."""
    if "message" not in told.fields():
        return _message(told, told.read(Message))
    held = told.read(NewMessageObject)
    try:
        message = msgspec.json.decode(held.message, type=Message)
    except UNREADABLE as exc:
        raise Unparseable(f"message_new: {str(exc)[:300]}") from exc
    client = read_part(held.client_info, ClientInfo, "client_info", []) or ClientInfo()
    return _message(told, message, language=LANGUAGES.get(client.lang_id, ""))


def reply(told: Told) -> Inbound:
    """`message_reply`: what the community said, by us, by another program or by a colleague at VK's site."""
    return _message(told, told.read(Message))


def edited(told: Told) -> Inbound:
    """`message_edit`: the whole message as it reads now."""
    message = told.read(Message)
    found = _message(told, message)
    if not isinstance(found, NewMessage):
        return found
    return EditedMessage(external_id=found.external_id, revision=message.update_time or message.date, message=found)


def seen(told: Told) -> Inbound:
    """`message_read`: VK names the last message that was read."""
    receipt = told.read(MessageRead)
    if receipt.from_id != receipt.peer_id or receipt.conversation_message_id <= 0:
        return told.unknown("message_read by us or in a chat")
    name = f"{receipt.peer_id}:{receipt.conversation_message_id}"
    return DeliveryStatus(
        external_id=f"{name}:read", about=(), status="read", sent_id=name, sent_to=handle(receipt.peer_id)
    )


def reacted(told: Told) -> Inbound:
    """`message_reaction_event`. VK doesn't say what was there before, and names nothing where it is taken away."""
    reaction = told.read(Reacted)
    if reaction.reacted_id == told.community:
        return told.unknown("message_reaction_event of ours")
    number = reaction.reaction_id
    return Reaction(
        external_id=f"event:{told.id}",
        target_id=f"{reaction.peer_id}:{reaction.cmid}",
        sender=person(reaction.reacted_id),
        emoji=_EMOJI.get(number, f"[reaction {number}]") if number else "",
    )


def _message(told: Told, message: Message, *, language: str = "") -> Inbound:
    if not message.peer_id or not (message.conversation_message_id or message.id):
        raise Unparseable(f"{told.event.type}: a message without its conversation or number")
    is_ours = bool(message.out) or message.from_id == told.community
    at, who = moment(message.date), message.peer_id if is_ours else message.from_id
    warnings: list[str] = []
    action = read_part(message.action, Action, "action", warnings)
    if action is not None:
        return told.unknown(f"chat: {action.type}", who=message.from_id, at=at)
    if is_ours and (token := _token(message)):
        return _own(message, token)
    if not message.is_private and not told.settings.chats:
        return told.unknown(f"group chat: {told.event.type}", who=message.from_id, at=at)
    found = Found(warnings=warnings)
    text = words.said(message, found)
    if not text and not found.files and not warnings:
        return told.unknown(f"{told.event.type} without content", who=who, at=at)
    return NewMessage(
        external_id=message.name,
        sender=person(who),
        content=Content(text=text, attachments=tuple(found.files), language="" if message.text else language),
        thread=Thread(key=str(message.peer_id), message_id=message.name, in_reply_to=_answered(message, warnings)),
        direction=Direction.OUT if is_ours else Direction.IN,
        sent_at=at,
        is_time_vouched=at is not None,
        extra=_extra(message, warnings),
        warnings=tuple(warnings),
    )


def _own(message: Message, token: str) -> DeliveryStatus:
    """Our own answer as it comes back: it surely was sent."""
    return DeliveryStatus(
        external_id=f"{message.name}:sent",
        about=(token,),
        status="sent",
        sent_id=message.name,
        sent_to=handle(message.peer_id) if message.is_private else None,
        at=moment(message.date),
    )


def _token(message: Message) -> str:
    """What we sent along with a message of ours; empty for anybody else's."""
    try:
        text = msgspec.json.decode(message.payload, type=str)
        return msgspec.json.decode(text, type=dict[str, str]).get(OURS, "")
    except UNREADABLE:
        return ""


def _answered(message: Message, warnings: list[str]) -> str:
    quoted = read_part(message.reply_message, Quoted, "reply_message", warnings)
    number = quoted.conversation_message_id if quoted else 0
    return f"{message.peer_id}:{number}" if number else ""


def _extra(message: Message, warnings: list[str]) -> dict[str, str]:
    """What a pressed button carries, and by which link the customer came."""
    said = {
        "payload": read_part(message.payload, str, "payload", warnings),
        "ref": read_part(message.ref, str, "ref", warnings),
        "ref_source": read_part(message.ref_source, str, "ref_source", warnings),
        "administrator": str(message.admin_author_id) if message.admin_author_id else "",
    }
    return {name: value[:_MAX_EXTRA_CHARS] for name, value in said.items() if value}
