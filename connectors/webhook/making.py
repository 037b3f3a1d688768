"""The value that a mapping gives: a message or its end, a journey event, a call, a customer, a receipt."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from channelhub.content.html import read as read_html
from channelhub.domain.inbound import (
    CallEvent,
    Content,
    CustomerProfile,
    DeletedMessage,
    DeliveryStatus,
    EditedMessage,
    Inbound,
    JourneyEvent,
    NewMessage,
    Thread,
)
from channelhub.domain.journey_in import MAX_REVISION
from channelhub.domain.people import Evidence, Handle, Sender
from connectors.webhook.item import Faulty, Item

_TEXT_CHARS: Final = 100_000
_NOTE_CHARS: Final = 2000
_DETAIL_CHARS: Final = 300
_TOKEN_CHARS: Final = 500
_SUBJECT_CHARS: Final = 1000
_LANGUAGE_CHARS: Final = 35
_SEGMENT_CHARS: Final = 40
_LONGEST_CALL_S: Final = 7 * 86_400
_MOST_WARNINGS: Final = 10


def make(item: Item, *, fallback_id: str) -> Inbound:
    """The item's value; `fallback_id` names it where the mapping finds no id. Raises Faulty."""
    return _MAKERS[item.reader.gives](item, item.id_or(fallback_id))


def _message(item: Item, external_id: str) -> Inbound:
    markup = item.text("html", _TEXT_CHARS)
    page = read_html(markup) if markup else None
    text = item.text("text", _TEXT_CHARS) or (page.text if page else "")
    subject, files = item.text("subject", _SUBJECT_CHARS), item.files()
    if not text and not subject and not files:
        raise Faulty("it says nothing: no text, subject or file was found")
    handles = item.handles() or (Handle(kind="device", value=external_id),)  # nobody named: it stands alone
    name, sent_at, revision = item.text("name"), item.time(), _revision(item)
    message = NewMessage(
        external_id=external_id,
        sender=Sender(name=name, handles=handles),
        content=Content(
            subject=" ".join(subject.split()),
            text=text,
            html=page.safe if page else "",
            attachments=files,
            language=item.text("language", _LANGUAGE_CHARS),
        ),
        thread=Thread(key=item.text("conversation")),
        sent_at=sent_at,
        is_time_vouched=item.is_trusted and sent_at is not None,
        order_id=item.text("order_id"),
        extra=item.attributes(),
        warnings=tuple(item.scope.notes[:_MOST_WARNINGS]),
    )
    return EditedMessage(external_id=external_id, revision=revision, message=message) if revision else message


def _deletion(item: Item, external_id: str) -> Inbound:
    if not item.text("id"):
        raise Faulty("it doesn't say which message was taken back: no id was found")
    return DeletedMessage(external_id=external_id, at=item.time())


def _journey(item: Item, external_id: str) -> Inbound:
    return JourneyEvent(
        external_id=external_id,
        sender=item.sender(),
        name=item.type(),
        revision=_revision(item),
        sent_at=item.time(),
        is_time_vouched=item.is_trusted,
        text=item.text("text", _NOTE_CHARS),
        attributes=item.attributes(),
    )


def _call(item: Item, external_id: str) -> Inbound:
    return CallEvent(
        external_id=external_id,
        sender=item.sender(),
        state=item.type(),
        sent_at=item.time() if item.is_trusted else None,
        duration_s=item.count("duration", _LONGEST_CALL_S),
    )


def _customer(item: Item, external_id: str) -> Inbound:
    if not item.is_trusted:
        raise Faulty('the account isn\'t trusted with saying who its customers are: that takes trust = "verified"')
    sender, updated_at = item.sender(), item.time()
    believed = tuple(one for one in sender.handles if one.evidence is not Evidence.CLAIMED)
    if not believed:
        raise Faulty("no identity in it is believed")
    if updated_at is None:
        raise Faulty("it doesn't say when the customer's record changed: no time was found")
    claimed = tuple(one for one in sender.handles if one.evidence is Evidence.CLAIMED)
    return CustomerProfile(
        external_id=external_id,
        sender=Sender(name=sender.name, handles=believed + claimed),
        updated_at=updated_at,
        language=item.text("language", _LANGUAGE_CHARS),
        segment=item.text("segment", _SEGMENT_CHARS),
        attributes=item.attributes(),
    )


def _receipt(item: Item, external_id: str) -> Inbound:
    """What became of a message that was sent: named by what we signed and had sent along, or by the channel's id."""
    handles, sent, about = item.handles(), item.text("sent"), item.text("about", _TOKEN_CHARS)
    if not about and not (sent and handles):
        raise Faulty("it doesn't say which message it is about: no about, or not both of sent and an identity")
    status = item.type()
    return DeliveryStatus(
        external_id=external_id,
        about=(about,) if about else (),
        status=status,
        recipient=handles[0].value if handles else "",
        is_permanent=status == "failed",
        at=item.time(),
        detail=" ".join(item.text("text", _DETAIL_CHARS).split()),
        sent_id=sent if handles else "",
        sent_to=handles[0] if handles and sent else None,
    )


_MAKERS: Mapping[str, Callable[[Item, str], Inbound]] = MappingProxyType(
    {
        "message": _message,
        "deletion": _deletion,
        "journey": _journey,
        "call": _call,
        "customer": _customer,
        "receipt": _receipt,
    }
)


def _revision(item: Item) -> int:
    """A counter as it is, or a time of the mapping's format in milliseconds; 0 where there is neither."""
    counter = item.count("revision", MAX_REVISION)
    if counter is not None:
        return counter
    moment = item.reader.clock.read(item.text("revision"))
    return int(moment.timestamp() * 1000) if moment else 0
