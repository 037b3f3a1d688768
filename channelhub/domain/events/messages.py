"""Events of messages: come, changed, unreadable, and what became of ours."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from channelhub.domain.events.payload import (
    Account,
    Channel,
    ConversationId,
    CustomerId,
    EventType,
    IncidentIdOrNone,
    MessageId,
    Moment,
    Payload,
)
from channelhub.domain.outbound import OutboxState


class MessageData(Payload, frozen=True, kw_only=True):
    """What is told of a message."""

    message_id: MessageId
    customer_id: CustomerId
    conversation_id: ConversationId
    incident_id: IncidentIdOrNone
    account: Account
    channel: Channel
    direction: Annotated[str, msgspec.Meta(description="in: from the customer; out: from us.")]
    at: Annotated[Moment, msgspec.Meta(description="Where it stands on the timeline.")]
    language: Annotated[str, msgspec.Meta(description="ru, uk, en, …; empty where it isn't known.")]


class MessageReceived(MessageData, frozen=True, kw_only=True):
    """A message, or something else that happened to a customer, stands on their timeline."""

    TYPE: ClassVar[str] = "message.received"
    type: Annotated[str, msgspec.Meta(description="message; or contact, journey, call, reaction, reach, unknown.")] = (
        "message"
    )


class MessageEdited(MessageData, frozen=True, kw_only=True):
    """A message has another version, was deleted by its sender, or is read differently by now."""

    TYPE: ClassVar[str] = "message.edited"
    revision: Annotated[int, msgspec.Meta(ge=0, description="Of the version that is shown; 0 is the first.")]
    deleted: Annotated[bool, msgspec.Meta(description="Its sender deleted it; what it said is kept.")]
    fields: (
        Annotated[list[str], msgspec.Meta(description="Of a replay or a person's word: what differs from before.")]
        | UnsetType
    ) = UNSET


class MessageParked(Payload, frozen=True, kw_only=True):
    """A delivery can't be read. It is kept as it came, and a person has to look."""

    TYPE: ClassVar[str] = "message.parked"
    inbox_id: Annotated[str, msgspec.Meta(description="Digits, to be kept as text: the id of the delivery.")]
    reason: Annotated[str, msgspec.Meta(description="One word: unparseable, timeout, undecidable, …")]
    detail: Annotated[str, msgspec.Meta(description="A sentence for an operator.")]


class MessageStatus(Payload, frozen=True, kw_only=True):
    """What became of a message of ours: a bounce or receipt says so, or its channel refused it or may have taken it."""

    TYPE: ClassVar[str] = "message.status"
    message_id: MessageId
    customer_id: CustomerId
    conversation_id: ConversationId
    incident_id: IncidentIdOrNone
    account: Account
    channel: Channel
    reported: Annotated[
        OutboxState,
        msgspec.Meta(
            description="What is said of it: sent (where that was uncertain), delayed, delivered, failed, read, or "
            "uncertain: nobody knows whether the channel took it."
        ),
    ]
    state: Annotated[OutboxState, msgspec.Meta(description="The message's state now.")]
    permanent: Annotated[bool, msgspec.Meta(description="Trying again is of no use.")]


class LoopStopped(Payload, frozen=True, kw_only=True):
    """A machine answers each of our automatic answers, or our own mail came back: the hub stops writing to it."""

    TYPE: ClassVar[str] = "loop.stopped"
    customer_id: CustomerId
    message_id: MessageId
    account: Account
    reason: Annotated[str, msgspec.Meta(description="too many automatic answers; or our own mail came back.")]


class MessagesExpired(Payload, frozen=True, kw_only=True):
    """Messages older than `[[retention.messages]]` allows are being removed, with the events that told of them."""

    TYPE: ClassVar[str] = "message.expired"
    erasure_id: Annotated[
        str, msgspec.Meta(description="Digits, to be kept as text: `GET /erasures/{erasure_id}` says how far it is.")
    ]
    messages: Annotated[int, msgspec.Meta(ge=0, description="How many.")]
    accounts: Annotated[list[str], msgspec.Meta(description="Those that have a rule.")]


_AT = datetime(2026, 3, 2, 9, 0, 12, tzinfo=UTC)
_RECEIVED = MessageReceived(
    message_id="40963",
    customer_id="7215530814720",
    conversation_id="40960",
    incident_id="40963",
    account="support-mailbox",
    channel="email",
    direction="in",
    at=_AT,
    language="uk",
)

TYPES = (
    EventType(
        payload=MessageReceived,
        when="In the commit that puts a message on its customer's timeline, once whatever is redelivered.",
        example=_RECEIVED,
    ),
    EventType(
        payload=MessageEdited,
        when="When the channel tells of an edit or deletion, and when a replay after a parser fix changes it.",
        example=MessageEdited(
            message_id="40963",
            customer_id="7215530814720",
            conversation_id="40960",
            incident_id="40963",
            account="bot",
            channel="telegram",
            direction="in",
            at=_AT,
            language="uk",
            revision=1,
            deleted=False,
        ),
    ),
    EventType(
        payload=MessageParked,
        when="After the third failure to read it, or at once where its bytes can't be read at all.",
        example=MessageParked(inbox_id="41", reason="unparseable", detail="the JSON ends early"),
    ),
    EventType(
        payload=MessageStatus,
        when="When a report comes in that belongs to a message of ours.",
        example=MessageStatus(
            message_id="41984",
            customer_id="7215530814720",
            conversation_id="40960",
            incident_id="40963",
            account="support-mailbox",
            channel="email",
            reported=OutboxState.FAILED,
            state=OutboxState.FAILED,
            permanent=True,
        ),
    ),
    EventType(
        payload=LoopStopped,
        when="At most once a day for each sender.",
        example=LoopStopped(
            customer_id="7215530814720",
            message_id="43008",
            account="support-mailbox",
            reason="too many automatic answers",
        ),
    ),
    EventType(
        payload=MessagesExpired,
        when="At most once an hour, when some are too old.",
        example=MessagesExpired(erasure_id="3318020441", messages=412, accounts=["support-mailbox"]),
    ),
)
