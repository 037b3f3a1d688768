"""From a stored entry to what it says. Pure: the same bytes give the same values, whenever and wherever."""

from collections.abc import Sequence

from channelhub.domain.inbound import (
    Content,
    DeliveryStatus,
    Direction,
    EditedMessage,
    Inbound,
    NewMessage,
    Thread,
    Unknown,
)
from channelhub.domain.people import Evidence, Handle, Sender
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.reviews.delivery import REVISION, STATUS, TOKEN, WHAT
from connectors.reviews.review import Reader, Review, Strange, What, stars

MAX_NAME_CHARS = 256
MAX_SHAPE_CHARS = 64


def parse(raw: RawMessage, *, kind: str, read: Reader) -> Sequence[Inbound]:
    """A review, or the reply to it. What we don't know is an Unknown; what is none raises Unparseable."""
    review, told = read(raw.body), raw.envelope.extra
    if isinstance(review, Strange):
        return [Unknown(external_id=raw.delivery_id, shape=review.shape[:MAX_SHAPE_CHARS])]
    if told.get(WHAT) == What.REPLY:
        return [_reply(raw, review, kind)]
    return [_version(raw, _message(review, kind))]


def reviewer(review: Review, kind: str) -> Sender:
    """Stores name nobody in a way that lasts: who wrote a review is known by it alone."""
    handle = Handle(kind=kind, value=review.id, evidence=Evidence.CHANNEL_ID)
    return Sender(name=review.name[:MAX_NAME_CHARS], handles=(handle,), origin=f"{kind}:{review.id}")


def _message(review: Review, kind: str) -> NewMessage:
    """One without words says its stars."""
    facts = {"rating": str(review.rating) if review.rating else ""} | review.facts
    is_silent = not review.title.strip() and not review.text.strip()
    return NewMessage(
        external_id=review.id,
        sender=reviewer(review, kind),
        content=Content(
            subject=" ".join(review.title.split())[:MAX_NAME_CHARS],
            text=stars(review.rating) if is_silent else review.text.strip(),
            language=review.language,
        ),
        thread=Thread(key=review.id, message_id=review.id),
        sent_at=review.at,
        is_time_vouched=review.at is not None,
        extra={name: value[:1000] for name, value in facts.items() if value},
    )


def _reply(raw: RawMessage, review: Review, kind: str) -> Inbound:
    """What the hub answered (then it surely arrived), or a colleague in the store's own pages."""
    reply, told, who = review.reply, raw.envelope.extra, reviewer(review, kind)
    if reply is None:
        raise Unparseable("a review without the reply that this would be about")
    if token := told.get(TOKEN, ""):
        return DeliveryStatus(external_id=raw.delivery_id, about=(token,), status=told.get(STATUS, "sent"), at=reply.at)
    name = f"reply:{review.id}"
    return _version(
        raw,
        NewMessage(
            external_id=name,
            sender=Sender(handles=who.handles, origin=who.origin),
            content=Content(text=reply.text.strip()),
            thread=Thread(key=review.id, message_id=name, in_reply_to=review.id),
            direction=Direction.OUT,
            sent_at=reply.at,
            is_time_vouched=reply.at is not None,
        ),
    )


def _version(raw: RawMessage, message: NewMessage) -> NewMessage | EditedMessage:
    revision = raw.envelope.extra.get(REVISION, "")
    if not revision.isdecimal():
        return message
    return EditedMessage(external_id=message.external_id, revision=max(1, int(revision[:18])), message=message)
