"""From a stored update to what it says. Pure: the same bytes give the same values, whenever and wherever."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from channelhub.domain.inbound import MAX_SHAPE_CHARS, DeletedMessage, Inbound, Reachability, Reaction, Unknown
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.telegram.buttons import pressed
from connectors.telegram.names import external_id
from connectors.telegram.people import of_chat, of_user
from connectors.telegram.said import UPDATE_IDS, Said, read_message, sent
from connectors.telegram.shapes import (
    BusinessConnection,
    CallbackQuery,
    DeletedMessages,
    Event,
    MembershipChange,
    Message,
    MessageReaction,
    ReactionType,
)

#: Of a message's fields those that say nothing of what it is about: an event has one more.
_ENVELOPE = frozenset(Message.__struct_encode_fields__) | {
    "forward_from", "forward_from_chat", "forward_date", "forward_sender_name", "entities", "via_bot",
    "has_protected_content", "is_from_offline", "sender_boost_count", "sender_tag", "link_preview_options",
}  # fmt: skip
_REACHABLE = {"kicked": False, "member": True}  # the bot's status in a private chat


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One update, taken apart one level deep."""

    id: int
    kind: str  # the one key besides update_id; empty where there is none
    body: msgspec.Raw
    bot_id: str
    takes_groups: bool


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """What one update says. A kind we don't know is an Unknown; what is no update, or a message without its id or
    chat, raises Unparseable."""
    update = _open(raw)
    if not update.kind:
        return [Unknown(external_id=f"update:{update.id}", shape="empty update")]
    try:
        return _READERS.get(update.kind, _read_other)(update)
    except UNREADABLE as exc:
        raise Unparseable(f"{update.kind[:MAX_SHAPE_CHARS]}: {str(exc)[:300]}") from exc


def _open(raw: RawMessage) -> Update:
    try:
        parts = msgspec.json.decode(raw.body, type=dict[str, msgspec.Raw])
        update_id = msgspec.json.decode(parts.pop("update_id"), type=int)
    except KeyError:
        raise Unparseable("no update: update_id is missing") from None
    except UNREADABLE as exc:
        raise Unparseable(f"no update: {str(exc)[:300]}") from exc
    kind = next((name for name in parts if name in _READERS), next(iter(parts), ""))
    extra = raw.envelope.extra
    return Update(
        id=update_id,
        kind=kind,
        body=parts.get(kind, msgspec.Raw()),
        bot_id=extra.get("bot", ""),
        takes_groups=extra.get("groups") != "off",
    )


def _read_new(update: Update) -> Sequence[Inbound]:
    return _read_said(update, is_edit=False)


def _read_edited(update: Update) -> Sequence[Inbound]:
    return _read_said(update, is_edit=True)


def _read_said(update: Update, *, is_edit: bool) -> Sequence[Inbound]:
    message = msgspec.json.decode(update.body, type=Message)
    fields = msgspec.json.decode(update.body, type=dict[str, msgspec.Raw])
    event = next((name for name in fields if name not in _ENVELOPE), "")
    said = Said(
        message=message,
        update_id=update.id,
        bot_id=update.bot_id,
        is_edit=is_edit,
        event=f"message: {event[:MAX_SHAPE_CHARS]}" if event else "",
    )
    if not message.chat.is_private and not update.takes_groups:
        return [said.unknown("group message" if message.chat.type != "channel" else "channel post")]
    return [sent(said) if said.is_by_hub else read_message(said)]


def _read_pressed(update: Update) -> Sequence[Inbound]:
    query = msgspec.json.decode(update.body, type=CallbackQuery)
    message = query.message
    if message is None or (not message.chat.is_private and not update.takes_groups):
        return [Unknown(external_id=f"update:{update.id}", shape="callback_query", sender=of_user(query.from_user))]
    return [pressed(query, message)]


def _read_connection(update: Update) -> Sequence[Inbound]:
    connection = msgspec.json.decode(update.body, type=BusinessConnection)
    shape = "business_connection enabled" if connection.is_enabled else "business_connection disabled"
    sender, at = of_user(connection.user), _at(connection.date)
    return [Unknown(external_id=f"update:{update.id}", shape=shape, sender=sender, sent_at=at)]


def _read_deleted(update: Update) -> Sequence[Inbound]:
    deleted = msgspec.json.decode(update.body, type=DeletedMessages)
    return [
        DeletedMessage(external_id=external_id(deleted.chat.id, number, business=deleted.business_connection_id))
        for number in deleted.message_ids
    ]


def _read_reaction(update: Update) -> Sequence[Inbound]:
    reaction = msgspec.json.decode(update.body, type=MessageReaction)
    sender = of_user(reaction.user) if reaction.user else of_chat(reaction.actor_chat or reaction.chat)
    return [
        Reaction(
            external_id=f"update:{update.id}",
            target_id=external_id(reaction.chat.id, reaction.message_id),
            sender=sender,
            emoji=_emoji(reaction.new_reaction),
            before=_emoji(reaction.old_reaction),
            sent_at=_at(reaction.date),
        )
    ]


def _read_membership(update: Update) -> Sequence[Inbound]:
    """In a private chat: the customer blocked the bot, or let it in. In others only a membership changes."""
    change = msgspec.json.decode(update.body, type=MembershipChange)
    sender, at, status = of_user(change.from_user), _at(change.date), change.new_chat_member.status
    if not change.chat.is_private or status not in _REACHABLE:
        shape = f"my_chat_member: {status[:MAX_SHAPE_CHARS]}"
        return [Unknown(external_id=f"update:{update.id}", shape=shape, sender=sender, sent_at=at)]
    return [
        Reachability(
            external_id=f"update:{update.id}",
            sender=sender,
            is_reachable=_REACHABLE[status],
            place=update.id % UPDATE_IDS,
            sent_at=at,
        )
    ]


def _emoji(reactions: Sequence[ReactionType]) -> str:
    return "".join(one.emoji or f"[{one.type or 'reaction'}]" for one in reactions)


def _read_other(update: Update) -> Sequence[Inbound]:
    """Payments, polls and whatever comes after this was written."""
    shape = update.kind[:MAX_SHAPE_CHARS]
    try:
        event = msgspec.json.decode(update.body, type=Event)
    except UNREADABLE:
        return [Unknown(external_id=f"update:{update.id}", shape=shape)]
    user = event.from_user or event.user
    return [
        Unknown(
            external_id=f"update:{update.id}",
            shape=shape,
            sender=of_user(user) if user else None,
            sent_at=_at(event.date),
        )
    ]


def _at(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


_READERS: dict[str, Callable[[Update], Sequence[Inbound]]] = {
    "message": _read_new,
    "business_message": _read_new,
    "channel_post": _read_new,
    "guest_message": _read_new,
    "edited_message": _read_edited,
    "edited_business_message": _read_edited,
    "edited_channel_post": _read_edited,
    "deleted_business_messages": _read_deleted,
    "message_reaction": _read_reaction,
    "callback_query": _read_pressed,
    "business_connection": _read_connection,
    "my_chat_member": _read_membership,
}
