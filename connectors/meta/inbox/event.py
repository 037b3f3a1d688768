"""One messaging event as one of ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import msgspec

from channelhub.domain.inbound import (
    MAX_SHAPE_CHARS,
    Content,
    DeletedMessage,
    DeliveryStatus,
    Direction,
    EditedMessage,
    Inbound,
    NewMessage,
    Reaction,
    Thread,
    Unknown,
)
from channelhub.domain.people import Evidence, Handle, Sender
from channelhub.sdk.json_parts import read_part
from connectors.meta.inbox.content import files, words
from connectors.meta.inbox.shapes import (
    NOTHING,
    Body,
    EditPart,
    Event,
    File,
    Id,
    Postback,
    ReactionPart,
    Receipt,
    Referral,
    ReplyTo,
)
from connectors.meta.reading import digest, moment, read

T = TypeVar("T")
_TEST_IDS = frozenset({"", "0"})  # whom the dashboard's "Test" button writes to
_TEST_MESSAGE = "random_mid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event at a page or Instagram account, taken apart one level deep."""

    kind: str  # the account's kind, which is that of its identities too
    place: str
    app_id: str
    piece: msgspec.Raw
    event: Event
    parts: Mapping[str, msgspec.Raw]
    is_standby: bool = False

    @property
    def at(self) -> datetime | None:
        return moment(self.event.timestamp)

    @property
    def customer(self) -> str:
        """Whoever of the two is not the business."""
        is_ours = self.event.sender.key == self.place
        return self.event.recipient.key if is_ours else self.event.sender.key

    @property
    def person(self) -> Sender:
        return person(self.kind, self.customer)

    def part(self, name: str, kind: type[T]) -> T | None:
        return read(self.parts.get(name, NOTHING), kind)

    def unknown(self, shape: str) -> Unknown:
        known = self.person if self.customer else None
        return Unknown(external_id=digest(self.piece), shape=shape[:MAX_SHAPE_CHARS], sender=known, sent_at=self.at)


def person(kind: str, key: str, *, name: str = "") -> Sender:
    """A customer by the id that this page or account knows them by."""
    handle = Handle(kind=kind, value=key, evidence=Evidence.CHANNEL_ID)
    return Sender(name=name[:256], handles=(handle,), origin=f"{kind}:{key}")


def read_event(happened: Happened) -> list[Inbound]:
    """What happened; what nobody knows, or can't be read, is an Unknown."""
    if happened.place in _TEST_IDS:
        return [happened.unknown("test of the dashboard")]
    if body := happened.part("message", Body):
        return [_said(happened, body)]
    if edit := happened.part("message_edit", EditPart):
        return [_edited(happened, edit)]
    if reaction := happened.part("reaction", ReactionPart):
        return [_reacted(happened, reaction)]
    if postback := happened.part("postback", Postback):
        return [_pressed(happened, postback)]
    for name, status in (("delivery", "delivered"), ("read", "read")):
        if receipt := happened.part(name, Receipt):
            return _received(happened, receipt, status)
    known = {"sender", "recipient", "timestamp"}
    return [happened.unknown(next((name for name in happened.parts if name not in known), "empty event"))]


def _said(happened: Happened, body: Body) -> Inbound:
    if body.mid == _TEST_MESSAGE:
        return happened.unknown("test of the dashboard")
    if body.is_deleted:
        return DeletedMessage(external_id=body.mid, at=happened.at)
    if not happened.customer:
        return happened.unknown("message of nobody")
    is_ours = body.is_echo or happened.event.sender.key == happened.place
    if is_ours and (body.metadata.startswith("ch.") or (body.app_id and str(body.app_id) == happened.app_id)):
        return _own(happened, body)
    warnings: list[str] = []
    attached = read_part(body.attachments, list[File], "attachments", warnings) or []
    answered = read_part(body.reply_to, ReplyTo, "reply_to", warnings) or ReplyTo()
    extra = {
        "payload": body.quick_reply.payload if body.quick_reply else "",
        "story": (answered.story.url or str(answered.story.id)) if answered.story else "",
        "standby": "yes" if happened.is_standby else "",
    }
    return _message(
        happened,
        body.mid,
        Content(text=words(body.text, attached, is_unsupported=body.is_unsupported), attachments=files(attached)),
        answers=answered.mid,
        direction=Direction.OUT if is_ours else Direction.IN,
        extra=extra | _referred(body.referral, warnings),
        warnings=warnings,
    )


def _own(happened: Happened, body: Body) -> DeliveryStatus:
    """The echo of what we sent: it surely was."""
    return DeliveryStatus(
        external_id=f"{body.mid}:sent",
        about=(body.metadata,),
        status="sent",
        sent_id=body.mid,
        sent_to=happened.person.handles[0],
        at=happened.at,
    )


def _edited(happened: Happened, edit: EditPart) -> Inbound:
    message = _message(happened, edit.mid, Content(text=edit.text))
    return EditedMessage(external_id=edit.mid, revision=_number(edit.num_edit), message=message)


def _reacted(happened: Happened, part: ReactionPart) -> Reaction:
    return Reaction(
        external_id=digest(happened.piece),
        target_id=part.mid,
        sender=happened.person,
        emoji="" if part.action == "unreact" else part.emoji or f"[{part.reaction or 'reaction'}]",
        sent_at=happened.at,
    )


def _pressed(happened: Happened, part: Postback) -> Inbound:
    """A pressed button. In old versions of the API it has no id of its own."""
    warnings: list[str] = []
    extra = {"payload": part.payload} | _referred(part.referral, warnings)
    name = part.mid or f"postback:{digest(happened.piece)}"
    return _message(happened, name, Content(text=part.title or part.payload), extra=extra, warnings=warnings)


def _received(happened: Happened, receipt: Receipt, status: str) -> list[Inbound]:
    """Delivered or read. Where only a moment is said, it names no message, and settles none."""
    names = [name for name in (*receipt.mids, receipt.mid) if name] or [""]
    return [
        DeliveryStatus(
            external_id=f"{name or digest(happened.piece)}:{status}",
            about=(),
            status=status,
            sent_id=name,
            sent_to=happened.person.handles[0],
            at=happened.at,
        )
        for name in names
    ]


def _message(
    happened: Happened,
    name: str,
    content: Content,
    *,
    answers: str = "",
    direction: Direction = Direction.IN,
    extra: Mapping[str, str] | None = None,
    warnings: list[str] | None = None,
) -> NewMessage:
    return NewMessage(
        external_id=name,
        sender=happened.person,
        content=content,
        thread=Thread(key=happened.customer, message_id=name, in_reply_to=answers),
        direction=direction,
        sent_at=happened.at,
        is_time_vouched=happened.at is not None,
        extra={key: value[:1000] for key, value in (extra or {}).items() if value},
        warnings=tuple(warnings or ()),
    )


def _referred(raw: msgspec.Raw, warnings: list[str]) -> dict[str, str]:
    found = read_part(raw, Referral, "referral", warnings) or Referral()
    return {"ref": found.ref, "ref_source": found.source, "ad_id": str(found.ad_id)}


def _number(value: Id) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1
