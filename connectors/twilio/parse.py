"""From a stored post to what it says. Pure: the same bytes give the same values, whenever and wherever."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl

import msgspec

from channelhub.domain.inbound import (
    MAX_SHAPE_CHARS,
    Content,
    DeliveryStatus,
    Inbound,
    NewMessage,
    Reachability,
    Thread,
    Unknown,
)
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.twilio import content, shapes
from connectors.twilio.delivery import ABOUT, JSON, LISTED, WAY, Line
from connectors.twilio.people import SMS, WHATSAPP, channel_of, handle, person
from connectors.twilio.signature import MOST_FIELDS
from connectors.twilio.verdict import reason

MAX_WORD_CHARS: Final = 200
#: What becomes of a message; whatever stands before `sent` says that Twilio has it
#: (twilio.com/docs/messaging/api/message-resource#message-status-values).
_STATUSES: Final = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "sent"), "sent"),
    "delivered": "delivered",
    "read": "read",
    **dict.fromkeys(("undelivered", "failed", "canceled"), "failed"),
}
_REACH: Final = {"STOP": False, "START": True}  # OptOutType: Twilio itself answers these words, and obeys them


def parse_sms(raw: RawMessage) -> Sequence[Inbound]:
    """What a post to a number for SMS says. Raises Unparseable."""
    return _parse(raw, SMS)


def parse_whatsapp(raw: RawMessage) -> Sequence[Inbound]:
    """What a post to a WhatsApp sender says. Raises Unparseable."""
    return _parse(raw, WHATSAPP)


def _parse(raw: RawMessage, channel: str) -> Sequence[Inbound]:
    if raw.envelope.extra.get(WAY) == LISTED:
        return [_listed(raw)]
    if raw.content_type == JSON:
        return [Unknown(external_id=f"event:{raw.delivery_id}", shape="a JSON event")]
    fields = _fields(raw.body)
    if fields.get("MessageStatus"):
        return [_status(raw, fields)]
    sid = fields.get("MessageSid") or fields.get("SmsSid") or ""
    if not sid:
        return [_unknown(raw, fields, fields.get("EventType") or _first_name(fields))]
    address = fields.get("From", "")
    if not address or len(address) > MAX_WORD_CHARS:
        raise Unparseable("a message without its sender")
    if channel_of(address) != channel:
        return [_unknown(raw, fields, f"message of {channel_of(address)}, which is not this account's channel")]
    return [_said(raw, fields, sid[:MAX_WORD_CHARS], address)]


def _said(raw: RawMessage, fields: Mapping[str, str], sid: str, address: str) -> NewMessage | Reachability | Unknown:
    sender = person(
        address,
        name=fields.get("ProfileName", ""),
        opaque=fields.get("ExternalUserId", "")[:MAX_WORD_CHARS],
        number=fields.get("WaId", ""),
    )
    opted = fields.get("OptOutType", "").upper()
    if opted in _REACH:
        return Reachability(external_id=f"{sid}:{opted.lower()}", sender=sender, is_reachable=_REACH[opted])
    said, files = content.text(fields), content.attachments(fields)
    if not said and not files:
        return _unknown(raw, fields, f"message without content: {fields.get('MessageType', '')}")
    return NewMessage(
        external_id=sid,
        sender=sender,
        content=Content(text=said, attachments=files),
        thread=Thread(
            key=address, message_id=sid, in_reply_to=fields.get("OriginalRepliedMessageSid", "")[:MAX_WORD_CHARS]
        ),
        extra=content.facts(fields),
        warnings=content.warnings(said),
    )


def _listed(raw: RawMessage) -> NewMessage | Unknown:
    """A message that no post brought, as Twilio's list shows it: with its time, without the writer's name."""
    try:
        line = msgspec.json.decode(raw.body, type=Line)
        message = msgspec.json.decode(line.message, type=shapes.Message)
        media = [msgspec.json.decode(one, type=shapes.Media) for one in line.media]
    except UNREADABLE as exc:
        raise Unparseable(f"no message of Twilio's list: {str(exc)[:300]}") from exc
    if not message.sender or len(message.sender) > MAX_WORD_CHARS or not message.sid:
        raise Unparseable("a listed message without its sid or its sender")
    files = tuple(content.file(one.uri.removesuffix(".json"), one.content_type) for one in media[: content.MOST_FILES])
    sender, said = person(message.sender), message.body or ""
    if not said and not files:
        return Unknown(external_id=f"event:{raw.delivery_id}", shape="message without content", sender=sender)
    return NewMessage(
        external_id=message.sid[:MAX_WORD_CHARS],
        sender=sender,
        content=Content(text=said, attachments=files),
        thread=Thread(key=message.sender, message_id=message.sid[:MAX_WORD_CHARS]),
        sent_at=message.created_at,
        is_time_vouched=message.created_at is not None,
        extra={"number": message.to[:MAX_WORD_CHARS]} if message.to else {},
        warnings=content.warnings(said),
    )


def _status(raw: RawMessage, fields: Mapping[str, str]) -> DeliveryStatus | Unknown:
    """What became of a message of ours. Reports overtake each other; the hub keeps what is furthest."""
    sid, told, to = fields.get("MessageSid") or fields.get("SmsSid") or "", fields["MessageStatus"], fields.get("To")
    status = _STATUSES.get(told)
    if status is None or not sid or not to:
        return _unknown(raw, fields, f"status: {told}")
    about = raw.envelope.extra.get(ABOUT, "")
    code = fields.get("ErrorCode", "")
    return DeliveryStatus(
        external_id=f"{sid[:MAX_WORD_CHARS]}:{told[:MAX_SHAPE_CHARS]}",
        about=(about,) if about else (),
        status=status,
        recipient=to[:MAX_WORD_CHARS],
        is_permanent=status == "failed",
        detail=reason(code) if status == "failed" else "",
        sent_id=sid[:MAX_WORD_CHARS],
        sent_to=handle(to[:MAX_WORD_CHARS]),
    )


def _unknown(raw: RawMessage, fields: Mapping[str, str], shape: str) -> Unknown:
    """What is kept and shown by its name."""
    address = fields.get("From", "")
    is_ours = bool(fields.get("MessageStatus"))
    sender = person(address) if address and len(address) <= MAX_WORD_CHARS and not is_ours else None
    return Unknown(external_id=f"event:{raw.delivery_id}", shape=shape.strip(": ")[:MAX_SHAPE_CHARS], sender=sender)


def _first_name(fields: Mapping[str, str]) -> str:
    """What a post without a message is called by: a call by its state, others by their first field."""
    if fields.get("CallSid"):
        return f"call: {fields.get('CallStatus', '')}"
    return next(iter(fields), "an empty post")


def _fields(body: bytes) -> dict[str, str]:
    """The fields by name. Raises Unparseable. Text that no table can hold is shown as a box."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as exc:
        raise Unparseable("no form of Twilio: not UTF-8, or too many fields") from exc
    return {name: value.replace("\x00", "\ufffd") for name, value in pairs}
