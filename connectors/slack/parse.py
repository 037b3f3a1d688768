"""From a stored event to what it says. Pure: the same bytes give the same values, whenever and wherever."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeVar
from urllib.parse import parse_qs

import msgspec

from channelhub.domain.inbound import (
    MAX_SHAPE_CHARS,
    CustomerProfile,
    DeletedMessage,
    DeliveryStatus,
    EditedMessage,
    Inbound,
    NewMessage,
    Reaction,
    Unknown,
)
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.slack.config import Places
from connectors.slack.moments import moment
from connectors.slack.said import MESSAGE_TYPE, read_message, token_of
from connectors.slack.shapes import (
    HISTORY,
    PROFILE,
    Changed,
    Deleted,
    Envelope,
    Id,
    Kind,
    Message,
    Past,
    Posted,
    Profile,
    Reacted,
)
from connectors.slack.versions import edited_at, revision
from connectors.slack.writer import Office, Writer, sender

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event, and what names it."""

    id: str
    at: datetime | None
    event: msgspec.Raw
    kind: Kind
    office: Office

    def read(self, shape: type[T]) -> T:
        """Raises Unparseable."""
        try:
            return msgspec.json.decode(self.event, type=shape)
        except UNREADABLE as exc:
            raise Unparseable(f"{self.kind.type}: not in the documented shape: {str(exc)[:300]}") from exc

    def unknown(self, shape: str = "", user: str = "") -> Unknown:
        """What is kept and shown by its name."""
        name = (shape or self.kind.type)[:MAX_SHAPE_CHARS]
        who = user or _user(self.kind)
        return Unknown(external_id=f"event:{self.id}", shape=name, sender=sender(who) if who else None, sent_at=self.at)


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """What one event says. A kind that we don't know is an Unknown; what is no event raises Unparseable."""
    if not raw.body.lstrip().startswith(b"{"):
        return [_pressed(raw)]
    try:
        envelope = msgspec.json.decode(raw.body, type=Envelope)
        if envelope.type == PROFILE:
            return [_known(raw)]
        if not bytes(envelope.event) and envelope.type != "event_callback":
            return [_pressed(raw)]
        kind = msgspec.json.decode(envelope.event, type=Kind)
    except UNREADABLE as exc:
        raise Unparseable(f"no event of Slack: {str(exc)[:300]}") from exc
    told = Told(
        id=raw.delivery_id,
        at=raw.channel_time,
        event=envelope.event,
        kind=kind,
        office=Office.of(envelope, _places(raw.settings)),
    )
    if envelope.type == HISTORY:
        return [_past(told)]
    reads = _READERS.get(kind.type) if envelope.type == "event_callback" else None
    return [reads(told) if reads else told.unknown()]


def _known(raw: RawMessage) -> CustomerProfile:
    """What a customer is called. Slack vouches for the id alone."""
    person = msgspec.json.decode(raw.body, type=Profile).user
    return CustomerProfile(
        external_id=raw.delivery_id,
        sender=sender(person.id, person.shown),
        updated_at=datetime.fromtimestamp(person.updated, UTC),
        attributes={"timezone": person.tz[:64]} if person.tz else {},
    )


def _message(told: Told) -> Inbound:
    match told.kind.subtype:
        case "message_changed":
            return _changed(told)
        case "message_deleted":
            return _deleted(told)
    return _said(told, told.read(Message))


def _said(told: Told, message: Message) -> Inbound:
    if not message.channel:
        raise Unparseable("a message without its channel")
    whose = told.office.writer_of(message)
    if whose is Writer.OURSELVES:
        return _sent(message)
    if whose is Writer.MACHINE:
        return told.unknown("message of an app", user=message.user or message.bot_id or "")
    if message.subtype and message.subtype not in MESSAGE_TYPE:
        return told.unknown(f"message: {message.subtype}", user=message.user or "")
    if whose is Writer.NOBODY:
        return told.unknown(f"{message.channel_type or 'channel'}: message")
    found = read_message(message, told.office, is_ours=whose is Writer.COLLEAGUE)
    return found or told.unknown("colleague's message" if whose is Writer.COLLEAGUE else "message without content")


def _changed(told: Told) -> Inbound:
    changed = told.read(Changed)
    message = msgspec.structs.replace(changed.message, channel=changed.channel, channel_type=changed.channel_type)
    if message.subtype == "tombstone":
        return DeletedMessage(external_id=f"{changed.channel}:{message.ts}", at=moment(changed.ts))
    item = _said(told, message)
    return item if not edited_at(changed) else _edited(item, revision(changed))


def _past(told: Told) -> Inbound:
    past = told.read(Past)
    message = msgspec.structs.replace(past.message, channel=past.channel, channel_type=past.channel_type)
    item = _said(told, message)
    return _edited(item, revision(message)) if edited_at(message) else item


def _edited(item: Inbound, number: int) -> Inbound:
    if not isinstance(item, NewMessage):
        return item
    return EditedMessage(external_id=item.external_id, revision=number, message=item)


def _deleted(told: Told) -> Inbound:
    deleted = told.read(Deleted)
    at = moment(deleted.ts) if deleted.ts else told.at
    return DeletedMessage(external_id=f"{deleted.channel}:{deleted.deleted_ts}", at=at)


def _sent(message: Message) -> DeliveryStatus:
    """What we said ourselves: it surely was sent."""
    token = token_of(message.metadata)
    return DeliveryStatus(
        external_id=f"{message.channel}:{message.ts}:sent",
        about=(token,) if token else (),
        status="sent",
        sent_id=f"{message.channel}:{message.ts}",
        at=moment(message.ts),
    )


def _posted(told: Told) -> Inbound:
    posted = told.read(Posted)
    token = token_of(posted.metadata)
    if not token or posted.app_id != told.office.app_id:
        return told.unknown()
    return DeliveryStatus(
        external_id=f"{posted.channel_id}:{posted.message_ts}:sent",
        about=(token,),
        status="sent",
        sent_id=f"{posted.channel_id}:{posted.message_ts}",
        at=moment(posted.message_ts),
    )


def _reacted(told: Told) -> Inbound:
    reacted = told.read(Reacted)
    item = reacted.item
    if item.type != "message" or not item.channel or not item.ts:
        return told.unknown(f"{reacted.type}: {item.type}")
    if not told.office.takes(item.channel) or not told.office.is_customer(reacted.user):
        return told.unknown()
    emoji = f":{reacted.reaction[:100]}:"
    is_put = reacted.type == "reaction_added"
    return Reaction(
        external_id=told.id,
        target_id=f"{item.channel}:{item.ts}",
        sender=sender(reacted.user),
        emoji=emoji if is_put else "",
        before="" if is_put else emoji,
        sent_at=moment(reacted.event_ts) if reacted.event_ts else told.at,
    )


def _pressed(raw: RawMessage) -> Unknown:
    """What is no event: commands, buttons, that Slack gave up telling. It is kept and shown by name."""
    try:
        if raw.body.lstrip().startswith(b"{"):
            pressed = msgspec.json.decode(raw.body, type=_Pressed)
        else:
            fields = {name: values[0] for name, values in parse_qs(raw.body.decode(), max_num_fields=100).items()}
            pressed = (
                msgspec.json.decode(fields["payload"], type=_Pressed)
                if "payload" in fields
                else msgspec.convert(fields, _Pressed)
            )
    except (*UNREADABLE, ValueError) as exc:
        raise Unparseable(f"neither an event nor a form of Slack: {str(exc)[:300]}") from exc
    if not pressed.type and not pressed.command:
        raise Unparseable("neither an event nor a form of Slack")
    who = pressed.user.id or pressed.user_id
    return Unknown(
        external_id=f"event:{raw.delivery_id}",
        shape=(f"command: {pressed.command}" if pressed.command else pressed.type)[:MAX_SHAPE_CHARS],
        sender=sender(who) if who else None,
        sent_at=raw.channel_time,
    )


class _Person(msgspec.Struct, frozen=True):
    id: str = ""


class _Pressed(msgspec.Struct, frozen=True):
    type: str = ""
    user: _Person = _Person()
    command: str = ""
    user_id: str = ""


def _user(kind: Kind) -> str:
    """Whom an event is about, where it says so by an id."""
    try:
        user = msgspec.json.decode(kind.user, type=Id | _Person)
        return user.id if isinstance(user, _Person) else user
    except UNREADABLE:
        return ""


@lru_cache(maxsize=64)
def _places(settings: bytes) -> Places:
    return msgspec.json.decode(settings, type=Places) if settings else Places()


_READERS: dict[str, Callable[[Told], Inbound]] = {
    "message": _message,
    "app_mention": _message,
    "reaction_added": _reacted,
    "reaction_removed": _reacted,
    "message_metadata_posted": _posted,
}
