"""Reads Chatline's events. Pure: the same bytes give the same values."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from channelhub.domain.inbound import Content, Inbound, NewMessage, Thread, Unknown
from channelhub.domain.people import Evidence, Handle, Sender
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable


class Event(msgspec.Struct):
    event_id: str
    type: str
    user: str = ""
    name: str = ""
    chat: str = ""
    text: str = ""
    at: int | None = None  # seconds UTC


def parse(raw: RawMessage) -> Sequence[Inbound]:
    try:
        event = msgspec.json.decode(raw.body, type=Event)
        sent_at = None if event.at is None else datetime.fromtimestamp(event.at, UTC)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, OverflowError, OSError, ValueError) as exc:
        raise Unparseable(f"not an event of Chatline: {exc}") from exc
    if not event.event_id:
        raise Unparseable("the event has no id")
    if event.type != "message" or not event.user:
        return [Unknown(external_id=event.event_id, shape=event.type, sent_at=sent_at)]
    handle = Handle(kind="chatline", value=event.user, evidence=Evidence.CHANNEL_ID)
    return [
        NewMessage(
            external_id=event.event_id,
            sender=Sender(name=event.name, handles=(handle,)),
            content=Content(text=event.text),
            thread=Thread(key=event.chat),
            sent_at=sent_at,
            is_time_vouched=sent_at is not None,
        )
    ]
