"""Events of files that messages only named: fetched, or not to be had."""

from typing import Annotated, ClassVar

import msgspec

from channelhub.domain.events.payload import Account, Channel, ConversationId, CustomerId, EventType, MessageId, Payload
from channelhub.domain.media import MediaReason, MediaState


class AttachmentData(Payload, frozen=True, kw_only=True):
    """What is told of a file."""

    message_id: MessageId
    n: Annotated[int, msgspec.Meta(ge=0, description="Its number among the message's attachments.")]
    customer_id: CustomerId
    conversation_id: ConversationId
    account: Account
    channel: Channel


class AttachmentStored(AttachmentData, frozen=True, kw_only=True):
    """A file that a message only named was fetched from its channel: it is here now."""

    TYPE: ClassVar[str] = "attachment.stored"
    size: Annotated[int, msgspec.Meta(ge=0, description="Bytes.")]
    sha256: Annotated[str, msgspec.Meta(description="Its digest in hex.")]


class AttachmentFailed(AttachmentData, frozen=True, kw_only=True):
    """A file that a message only named isn't fetched, unless a person asks for another try."""

    TYPE: ClassVar[str] = "attachment.failed"
    status: Annotated[MediaState, msgspec.Meta(description="refused: we don't want it; failed: it can't be had.")]
    reason: Annotated[MediaReason, msgspec.Meta(description="One word: too-large, expired, unreachable, …")]


TYPES = (
    EventType(
        payload=AttachmentStored,
        when="In the commit that gives the message its file, some time after `message.received`.",
        example=AttachmentStored(
            message_id="40963",
            n=0,
            customer_id="7215530814720",
            conversation_id="40960",
            account="bot",
            channel="telegram",
            size=84_113,
            sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        ),
    ),
    EventType(
        payload=AttachmentFailed,
        when="When the settings refuse the file, or after the last try to fetch it.",
        example=AttachmentFailed(
            message_id="40963",
            n=1,
            customer_id="7215530814720",
            conversation_id="40960",
            account="bot",
            channel="telegram",
            status=MediaState.FAILED,
            reason=MediaReason.EXPIRED,
        ),
    ),
)
