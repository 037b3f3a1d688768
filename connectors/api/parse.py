"""What was posted, a message, a journey event or a customer: a pure function of the raw delivery."""

import hashlib
from collections.abc import Mapping, Sequence

from channelhub.content.filenames import label
from channelhub.domain import customer_in, journey_in
from channelhub.domain.inbound import Attachment, Content, CustomerProfile, Inbound, JourneyEvent, NewMessage, Thread
from channelhub.domain.message_in import (
    AttachmentIn,
    IdentityIn,
    InvalidMessageError,
    MessageIn,
    further_fields,
    read_message,
)
from channelhub.domain.people import Evidence, Handle, Sender
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """The one message, journey event or customer of the body. Raises only `Unparseable`.

    `raw.envelope.extra["trust"]` is the account's trust at the time of receipt; without it nothing is believed.
    """
    is_trusted = raw.envelope.extra.get("trust") == "verified"
    try:
        if raw.content_type == journey_in.MEDIA_TYPE:
            return [_journey_event(raw.body, is_trusted=is_trusted)]
        if raw.content_type == customer_in.MEDIA_TYPE:
            return [_customer(raw.body, raw.delivery_id, is_trusted=is_trusted)]
        message = read_message(raw.body)
    except InvalidMessageError as exc:
        raise Unparseable(str(exc)) from exc
    further = {_clean(name): _clean(value) for name, value in further_fields(raw.body).items()}
    return [
        NewMessage(
            external_id=message.external_id,
            sender=_sender(message, is_trusted, raw.envelope.extra.get("origin", "")),
            content=Content(
                subject=_clean(message.subject),
                text=_clean(message.text),
                attachments=tuple(_attachment(item) for item in message.attachments),
                language=_clean(message.language),
            ),
            thread=Thread(key=_clean(message.conversation)),
            sent_at=message.sent_at,
            is_time_vouched=is_trusted and message.sent_at is not None,
            order_id=_clean(message.order_id),
            extra=further | _attributes(message, further),
            warnings=tuple(f"unknown field kept as it came: {name}" for name in further),
        )
    ]


def _journey_event(body: bytes, *, is_trusted: bool) -> JourneyEvent:
    event = journey_in.read_journey_event(body)
    return JourneyEvent(
        external_id=event.external_id,
        revision=event.revision,
        sender=Sender(
            name=_clean(event.name), handles=tuple(_handle(identity, is_trusted) for identity in event.identities)
        ),
        name=event.type,
        sent_at=event.occurred_at,
        is_time_vouched=is_trusted,
        text=_clean(event.text),
        attributes={_clean(name): _clean(value) for name, value in event.attributes.items()},
    )


def _customer(body: bytes, name: str, *, is_trusted: bool) -> CustomerProfile:
    if not is_trusted:
        raise Unparseable("the account isn't trusted with saying who its customers are")
    customer = customer_in.read_customer(body)
    return CustomerProfile(
        external_id=name,
        sender=Sender(
            name=_clean(customer.name), handles=tuple(_handle(identity, is_trusted) for identity in customer.known_by)
        ),
        updated_at=customer.updated_at,
        language=_clean(customer.language),
        segment=_clean(customer.segment.strip()),
        attributes={_clean(name): _clean(value) for name, value in customer.attributes.items()},
    )


def _sender(message: MessageIn, is_trusted: bool, origin: str) -> Sender:
    handles = tuple(_handle(identity, is_trusted) for identity in message.sender.identities)
    if not handles:  # nobody named: the message stands alone, under its own id
        handles = (Handle(kind="device", value=message.external_id),)
    return Sender(name=_clean(message.sender.name), handles=handles, origin=origin)


def _attributes(message: MessageIn, further: Mapping[str, str]) -> dict[str, str]:
    """The attributes; one that is named like a further field stands before it."""
    named = {_clean(name): _clean(value) for name, value in message.attributes.items()}
    return {name: f"{value}, {further[name]}" if name in further else value for name, value in named.items()}


def _handle(identity: IdentityIn, is_trusted: bool) -> Handle:
    is_believed = is_trusted and identity.verified is not False
    evidence = Evidence.TRUSTED_ACCOUNT if is_believed else Evidence.CLAIMED
    return Handle(kind=identity.kind, value=_clean(identity.value), evidence=evidence)


def _attachment(item: AttachmentIn) -> Attachment:
    return Attachment(
        filename=label(item.filename) or "file",
        content_type=_clean(item.content_type).lower(),
        size=len(item.content),
        sha256=hashlib.sha256(item.content).hexdigest(),
        content=item.content,
    )


def _clean(text: str) -> str:
    """`text` without NUL, which PostgreSQL's text type can't hold."""
    return text.replace("\x00", "\ufffd")
