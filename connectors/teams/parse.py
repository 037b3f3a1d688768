"""From a stored activity to what it says. Pure: the same bytes give the same values, whenever and wherever."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from channelhub.domain import inbound
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
from connectors.teams.shapes import Account, Activity, Reaction
from connectors.teams.words import attachments, files_of, text_of

KIND: Final = "teams"
MAX_NAME_CHARS: Final = 256
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EMOJI: Final = {"like": "👍", "heart": "❤️", "laugh": "😆", "surprised": "😮", "sad": "😢", "angry": "😡"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An activity, and what names its delivery."""

    id: str
    activity: Activity

    @property
    def place(self) -> str:
        return self.activity.conversation.id if self.activity.conversation else ""

    @property
    def sender(self) -> Sender | None:
        who = self.activity.sender
        return sender_of(who) if who and _key(who) else None

    def unknown(self, shape: str = "") -> Unknown:
        """What is kept and shown by its name."""
        return Unknown(
            external_id=f"event:{self.id}",
            shape=(shape or self.activity.type)[:MAX_SHAPE_CHARS],
            sender=self.sender,
            sent_at=self.activity.timestamp,
        )


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """What one activity says. A kind that we don't know is an Unknown; what is no activity raises Unparseable."""
    try:
        activity = msgspec.json.decode(raw.body, type=Activity)
    except UNREADABLE as exc:
        raise Unparseable(f"no activity of Teams: {str(exc)[:300]}") from exc
    told = Told(id=raw.delivery_id, activity=activity)
    reads = _READERS.get(activity.type)
    return reads(told) if reads else [told.unknown()]


def sender_of(who: Account) -> Sender:
    """A person by their organisation's id; of who has none there, by the id that this bot knows them by."""
    key = _key(who)
    handle = Handle(kind=KIND, value=key, evidence=Evidence.CHANNEL_ID)
    return Sender(name=(who.name or "")[:MAX_NAME_CHARS], handles=(handle,), origin=f"{KIND}:{key}")


def _key(who: Account) -> str:
    return who.aad_object_id or who.id


def _said(told: Told) -> Sequence[Inbound]:
    return [_message(told) or told.unknown("message without content")]


def _message(told: Told) -> NewMessage | None:
    activity, sender = told.activity, told.sender
    if not activity.id or not told.place or sender is None:
        raise Unparseable("a message without its id, its conversation or its sender")
    warnings: list[str] = []
    files = files_of(activity, warnings)
    text, kept = text_of(activity, files, warnings), attachments(files, warnings)
    if not (text or kept or warnings):
        return None
    return NewMessage(
        external_id=f"{told.place}:{activity.id}",
        sender=sender,
        content=Content(text=text, attachments=kept, language="" if text else _language(activity.locale)),
        thread=Thread(
            key=told.place,
            message_id=activity.id,
            in_reply_to=f"{told.place}:{activity.reply_to_id}" if activity.reply_to_id else "",
        ),
        sent_at=activity.timestamp,
        is_time_vouched=activity.timestamp is not None,
        warnings=tuple(warnings),
    )


def _updated(told: Told) -> Sequence[Inbound]:
    """The same message as it reads now, or again after it was taken back."""
    message = _message(told)
    if message is None:
        return [told.unknown()]
    at = told.activity.timestamp
    revision = (at - _EPOCH) // timedelta(microseconds=1) if at else 1
    return [EditedMessage(external_id=message.external_id, revision=revision, message=message)]


def _deleted(told: Told) -> Sequence[Inbound]:
    activity = told.activity
    if not activity.id or not told.place:
        return [told.unknown()]
    return [DeletedMessage(external_id=f"{told.place}:{activity.id}", at=activity.timestamp)]


def _reacted(told: Told) -> Sequence[Inbound]:
    activity, sender = told.activity, told.sender
    if not activity.reply_to_id or not told.place or sender is None:
        return [told.unknown()]
    found: list[Inbound] = []
    for name, raw in (("added", activity.reactions_added), ("removed", activity.reactions_removed)):
        for number, one in enumerate((read_part(raw, list[Reaction], name, []) or [])[:20]):
            emoji = _EMOJI.get(one.type, f":{one.type[:64]}:")
            found.append(
                inbound.Reaction(
                    external_id=f"{told.id}:{name}:{number}",
                    target_id=f"{told.place}:{activity.reply_to_id}",
                    sender=sender,
                    emoji=emoji if name == "added" else "",
                    before="" if name == "added" else emoji,
                    sent_at=activity.timestamp,
                )
            )
    return found or [told.unknown()]


def _installed(told: Told) -> Sequence[Inbound]:
    """Somebody put the bot into their own chats, or took it out: then nothing reaches them."""
    conversation = told.activity.conversation
    is_own = conversation is not None and conversation.conversation_type == "personal"
    action = told.activity.action or ""
    if told.sender is None or not is_own or not action.startswith(("add", "remove")):
        return [told.unknown(f"installationUpdate: {action}" if action else "")]
    return [
        Reachability(
            external_id=f"event:{told.id}",
            sender=told.sender,
            is_reachable=action.startswith("add"),
            sent_at=told.activity.timestamp,
        )
    ]


def _language(locale: str | None) -> str:
    code = (locale or "")[:2].lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


_READERS: dict[str, Callable[[Told], Sequence[Inbound]]] = {
    "message": _said,
    "messageUpdate": _updated,
    "messageDelete": _deleted,
    "messageReaction": _reacted,
    "installationUpdate": _installed,
}
