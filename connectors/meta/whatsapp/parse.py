"""From a stored post to what it says. Pure: the same bytes give the same values, whenever and wherever."""

from collections.abc import Iterator, Sequence

import msgspec

from channelhub.domain.inbound import MAX_SHAPE_CHARS, DeliveryStatus, Direction, Inbound, Unknown
from channelhub.domain.raw import RawMessage
from connectors.meta.delivery import places_of
from connectors.meta.reading import Change, digest, moment, read, read_post
from connectors.meta.whatsapp.delivery import number_of
from connectors.meta.whatsapp.people import addressee, person, writer
from connectors.meta.whatsapp.said import Said, read_said
from connectors.meta.whatsapp.shapes import ErrorPart, Message, Status, Value

_ECHOES = "smb_message_echoes"

#: What WhatsApp says of a message of ours, and what that is here (`sent` only settles what was uncertain).
_STATUSES = {"sent": "sent", "delivered": "delivered", "read": "read", "played": "read", "failed": "failed"}


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """What a post says to this account; fields and types that we don't know are Unknowns.

    A piece that can't be read takes no other with it. Raises Unparseable for what is no post at all.
    """
    _, entries = read_post(raw.body)
    mine = places_of(raw)
    found: list[Inbound] = []
    for piece in (piece for entry in entries for piece in entry.changes):
        change = read(piece, Change)
        if change is None:
            found.append(Unknown(external_id=digest(piece), shape="change that can't be read"))
        elif not mine or number_of(change) in mine:
            found += _read_change(change, piece)
    return found or [Unknown(external_id=digest(raw.body), shape="post without changes")]


def _read_change(change: Change, piece: msgspec.Raw) -> Iterator[Inbound]:
    value = read(change.value, Value)
    if change.field not in ("messages", _ECHOES) or value is None:
        yield Unknown(external_id=digest(piece), shape=f"field: {change.field}"[:MAX_SHAPE_CHARS])
        return
    for message in value.messages:
        yield _read_message(message, value)
    for echo in value.message_echoes:
        yield _read_message(echo, value, is_ours=True)
    for status in value.statuses:
        yield _read_status(status)
    if value.errors and not value.messages:
        error = read(value.errors[0], ErrorPart)
        yield Unknown(external_id=digest(piece), shape=f"error {error.code}" if error else "error")
    if not (value.messages or value.message_echoes or value.statuses or value.errors):
        yield Unknown(external_id=digest(piece), shape=f"field: {change.field} without content")


def _read_message(piece: msgspec.Raw, value: Value, *, is_ours: bool = False) -> Inbound:
    message = read(piece, Message)
    parts = read(piece, dict[str, msgspec.Raw])
    if message is None or parts is None or not message.id:
        return Unknown(external_id=digest(piece), shape="message that can't be read")
    sender = addressee(message) if is_ours else writer(message, value.contacts)
    if not sender.handles[0].value:
        return Unknown(external_id=message.id, shape="message of nobody", sent_at=moment(message.timestamp))
    direction = Direction.OUT if is_ours else Direction.IN
    return read_said(Said(message=message, parts=parts, sender=sender, direction=direction))


def _read_status(piece: msgspec.Raw) -> Inbound:
    status = read(piece, Status)
    if status is None:
        return Unknown(external_id=digest(piece), shape="status that can't be read")
    name, at = f"{status.id}:{status.status}", moment(status.timestamp)
    if status.status not in _STATUSES:
        return Unknown(external_id=name, shape=f"status: {status.status}"[:MAX_SHAPE_CHARS], sent_at=at)
    return DeliveryStatus(
        external_id=name,
        about=(status.biz_opaque_callback_data,),
        sent_id=status.id,
        sent_to=person((status.recipient_user_id, status.recipient_id)).handles[0],
        status=_STATUSES[status.status],
        is_permanent=status.status == "failed",
        at=at,
        detail="; ".join(error.words for error in status.errors[:3]),
    )
