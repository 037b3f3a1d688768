"""From a stored event to what it says. Pure: the same bytes give the same values, whenever and wherever."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import msgspec

from channelhub.domain.inbound import MAX_SHAPE_CHARS, DeletedMessage, Inbound, Reaction, Unknown
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE, read_part
from connectors.discord.config import Places
from connectors.discord.delivery import Circumstances, circumstances_of
from connectors.discord.said import read_message
from connectors.discord.shapes import Deleted, Frame, Member, Message, Reacted, Snowflake, User
from connectors.discord.writer import sender

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event, and what was known around it."""

    raw: RawMessage
    kind: str
    event: msgspec.Raw
    around: Circumstances
    places: Places

    def read(self, shape: type[T]) -> T:
        """Raises Unparseable."""
        try:
            return msgspec.json.decode(self.event, type=shape)
        except UNREADABLE as exc:
            raise Unparseable(f"{self.kind}: not in the documented shape: {str(exc)[:300]}") from exc

    def unknown(self, shape: str = "", user: str = "") -> Unknown:
        """What is kept and shown by its name."""
        return Unknown(
            external_id=f"event:{self.raw.delivery_id}",
            shape=(shape or self.kind)[:MAX_SHAPE_CHARS],
            sender=sender(user) if user else None,
            sent_at=self.raw.channel_time,
        )


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """What one event says. A kind that we don't know is an Unknown; what is no event raises Unparseable."""
    try:
        frame = msgspec.json.decode(raw.body, type=Frame)
    except UNREADABLE as exc:
        raise Unparseable(f"no event of Discord: {str(exc)[:300]}") from exc
    if not frame.t:
        raise Unparseable("a frame of Discord's gateway that is no event")
    told = Told(raw=raw, kind=frame.t, event=frame.d, around=circumstances_of(raw), places=_places(raw.settings))
    reads = _READERS.get(frame.t)
    return reads(told) if reads else [told.unknown(user=_who(frame.d))]


def _message(told: Told) -> Sequence[Inbound]:
    message = told.read(Message)
    if message.author is None:
        return [told.unknown(f"{told.kind} without its author")]
    item = read_message(message, told.around, told.places)
    return [told.unknown(item, user=message.author.id) if isinstance(item, str) else item]


def _deleted(told: Told) -> Sequence[Inbound]:
    deleted = told.read(Deleted)
    ids = dict.fromkeys((*((deleted.id,) if deleted.id else ()), *deleted.ids))
    return [DeletedMessage(external_id=one, at=told.raw.channel_time) for one in ids] or [told.unknown()]


def _reacted(told: Told) -> Sequence[Inbound]:
    reacted = told.read(Reacted)
    member = read_part(reacted.member, Member, "member", []) or Member()
    is_wanted = not reacted.guild_id or told.places.takes(reacted.channel_id, told.around.parent)
    is_ours = reacted.user_id in (told.around.bot, *told.places.colleagues)
    if not is_wanted or is_ours or set(member.roles) & set(told.places.colleague_roles):
        return [told.unknown(user=reacted.user_id)]
    name = (reacted.emoji.name or "emoji")[:100]
    emoji = f":{name}:" if reacted.emoji.id else name
    is_put = told.kind == "MESSAGE_REACTION_ADD"
    return [
        Reaction(
            external_id=told.raw.delivery_id,
            target_id=reacted.message_id,
            sender=sender(reacted.user_id),
            emoji=emoji if is_put else "",
            before="" if is_put else emoji,
            sent_at=told.raw.channel_time,
        )
    ]


class _Somebody(msgspec.Struct, frozen=True):
    user_id: Snowflake = ""
    user: User | None = None


def _who(event: msgspec.Raw) -> str:
    """Whom an event is about, where it says so in a usual place."""
    try:
        found = msgspec.json.decode(event, type=_Somebody)
    except UNREADABLE:
        return ""
    return found.user.id if found.user else found.user_id


@lru_cache(maxsize=64)
def _places(settings: bytes) -> Places:
    return msgspec.json.decode(settings, type=Places) if settings else Places()


_READERS: dict[str, Callable[[Told], Sequence[Inbound]]] = {
    "MESSAGE_CREATE": _message,
    "MESSAGE_UPDATE": _message,
    "MESSAGE_DELETE": _deleted,
    "MESSAGE_DELETE_BULK": _deleted,
    "MESSAGE_REACTION_ADD": _reacted,
    "MESSAGE_REACTION_REMOVE": _reacted,
}
