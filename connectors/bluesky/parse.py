"""From what was stored to what it says. Pure: the same bytes give the same values, whenever and wherever."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from channelhub.domain.inbound import (
    MAX_SHAPE_CHARS,
    Content,
    DeletedMessage,
    DeliveryStatus,
    Direction,
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
from connectors.bluesky import words
from connectors.bluesky.delivery import BY_HUB, ME, NAME, PEER, WHAT, What, moment
from connectors.bluesky.place import direct
from connectors.bluesky.shapes import Did, Log, Message, Notification, Post, Reacted, ReplyRef, read

KIND = "bluesky"
MAX_NAME_CHARS = 256
_SPOKEN = ("mention", "reply", "quote")
_SIGNS = {"like": "❤️", "repost": "🔁"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """Who we are, and what was found out when it came: the writer's name, whom we wrote to, whether the hub did."""

    id: str
    me: str
    name: str
    peer: str
    by_hub: bool


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """What one delivery says. What we don't know is an Unknown; what is none raises Unparseable."""
    extra = raw.envelope.extra
    beside = _Beside(
        id=raw.delivery_id,
        me=extra.get(ME, ""),
        name=extra.get(NAME, ""),
        peer=extra.get(PEER, ""),
        by_hub=bool(extra.get(BY_HUB)),
    )
    try:
        if extra.get(WHAT) == What.LOG:
            return [_happened(msgspec.json.decode(raw.body, type=Log), beside)]
        return [_notified(msgspec.json.decode(raw.body, type=Notification), beside)]
    except UNREADABLE as exc:
        raise Unparseable(f"nothing that Bluesky documents: {str(exc)[:300]}") from exc


def person(did: str, *, name: str = "") -> Sender:
    """An account by its DID, which stays the same whatever its handle becomes."""
    handle = Handle(kind=KIND, value=did, evidence=Evidence.CHANNEL_ID)
    return Sender(name=name[:MAX_NAME_CHARS], handles=(handle,), origin=f"{KIND}:{did}")


def _notified(notification: Notification, beside: _Beside) -> Inbound:
    author, at = notification.author, moment(notification.indexed_at)
    sender = person(author.did, name=author.display_name or author.handle)
    post = read(notification.record, Post)
    if notification.reason in _SPOKEN and post is not None:
        return _posted(notification, post, sender, beside)
    if notification.reason in _SIGNS and notification.reason_subject:
        return Reaction(
            external_id=beside.id,
            target_id=notification.reason_subject,
            sender=sender,
            emoji=_SIGNS[notification.reason],
            sent_at=at,
        )
    shape = notification.reason[:MAX_SHAPE_CHARS]
    return Unknown(external_id=beside.id, shape=shape, sender=sender, sent_at=at)


def _posted(notification: Notification, post: Post, sender: Sender, beside: _Beside) -> NewMessage:
    """The time is that of the server that saw it: what the record says is its writer's word."""
    warnings: list[str] = []
    reply = read_part(post.reply, ReplyRef, "reply", warnings) or ReplyRef()
    langs = read_part(post.langs, list[str], "langs", warnings) or []
    at = moment(notification.indexed_at)
    return NewMessage(
        external_id=notification.uri,
        sender=sender,
        content=Content(
            text=words.text(post, beside.me, warnings),
            attachments=words.attachments(post, notification.author.did, warnings),
            language=langs[0].partition("-")[0][:8] if langs else "",
        ),
        thread=Thread(
            key=reply.root.uri or notification.uri, message_id=notification.uri, in_reply_to=reply.parent.uri
        ),
        sent_at=at,
        is_time_vouched=at is not None,
        extra={"handle": notification.author.handle[:253]} if notification.author.handle else {},
        warnings=tuple(warnings),
    )


def _happened(log: Log, beside: _Beside) -> Inbound:
    kind = log.type.rpartition("#")[2]
    message = read(log.message, Message)
    if kind == "logCreateMessage" and message is not None and message.sender.did and log.convo_id:
        return _wrote(log, message, beside)
    if kind == "logDeleteMessage" and message is not None:
        return DeletedMessage(external_id=message.id, at=moment(message.sent_at))
    if kind in ("logAddReaction", "logRemoveReaction") and message is not None:
        reacted = read(log.reaction, Reacted)
        if reacted and reacted.value and reacted.sender.did and reacted.sender.did != beside.me:
            return _reacted(message, reacted, beside, is_put=kind == "logAddReaction")
    sender = read(log.message, _Said)
    known = person(sender.sender.did) if sender and sender.sender.did else None
    return Unknown(external_id=beside.id, shape=kind[:MAX_SHAPE_CHARS] or "log", sender=known)


class _Said(msgspec.Struct, frozen=True):
    sender: Did = Did()


def _wrote(log: Log, message: Message, beside: _Beside) -> Inbound:
    """The customer, the hub (then it surely was sent), or a colleague with another app."""
    is_ours, at = message.sender.did == beside.me, moment(message.sent_at)
    if is_ours and not beside.peer:
        return Unknown(external_id=beside.id, shape="message to somebody unknown", sent_at=at)
    sender = person(beside.peer) if is_ours else person(message.sender.did, name=beside.name)
    if is_ours and beside.by_hub:
        return DeliveryStatus(
            external_id=f"{message.id}:sent",
            about=(),
            status="sent",
            sent_id=message.id,
            sent_to=sender.handles[0],
            at=at,
        )
    warnings: list[str] = []
    post = Post(text=message.text, facets=message.facets, embed=message.embed)
    answered = read_part(message.reply_to, Message, "replyTo", warnings)
    return NewMessage(
        external_id=message.id,
        sender=sender,
        content=Content(text=words.text(post, "", warnings)),
        thread=Thread(key=direct(log.convo_id), message_id=message.id, in_reply_to=answered.id if answered else ""),
        direction=Direction.OUT if is_ours else Direction.IN,
        sent_at=at,
        is_time_vouched=at is not None,
        warnings=tuple(warnings),
    )


def _reacted(message: Message, reacted: Reacted, beside: _Beside, *, is_put: bool) -> Reaction:
    emoji = reacted.value[:MAX_SHAPE_CHARS]
    return Reaction(
        external_id=beside.id,
        target_id=message.id,
        sender=person(reacted.sender.did),
        emoji=emoji if is_put else "",
        before="" if is_put else emoji,
    )
