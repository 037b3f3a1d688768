"""From a post, or a message of the list, to the raw message that is stored. Both name a message by its id."""

import hashlib
from datetime import datetime
from typing import Final

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.json_parts import UNREADABLE
from connectors.helpdesk.chatwoot.shapes import Event, Line, Message
from connectors.helpdesk.said import TRUST, moment, moment_s

CREATED: Final = "message_created"
UPDATED: Final = "message_updated"
#: Documented events that no customer is told of.
IGNORED: Final = frozenset(
    {
        "conversation_created", "conversation_updated", "conversation_status_changed", "conversation_typing_on",
        "conversation_typing_off", "contact_created", "contact_updated", "webwidget_triggered", "inbox_created",
        "inbox_updated",
    }
)  # fmt: skip
LISTED: Final = "listed"  # of the envelope: it came by the list
ACTIVITY: Final = (
    "activity"  # what Chatwoot itself writes between the messages: who took the conversation, and the like
)


def posted(body: bytes, *, account: str, trust: str, peer: str = "") -> RawMessage | None:
    """What is stored of a post. None for what tells nobody anything, changes of a message's state among it."""
    name, at = hashlib.sha256(body).hexdigest(), None
    try:
        event = msgspec.json.decode(body, type=Event).event
        if event in IGNORED:
            return None
        if event in (CREATED, UPDATED):
            message = msgspec.json.decode(body, type=Message)
            if message.kind == ACTIVITY or (event == UPDATED and not message.is_deleted):
                return None
            name, at = name_of(message), moment_of(message.created_at)
    except UNREADABLE:
        pass
    return RawMessage(
        account=account,
        delivery_id=name,
        body=body,
        content_type="application/json",
        envelope=Envelope(peer=peer, extra={TRUST: trust}),
        channel_time=at,
    )


def listed(message: Message, line: Line, *, account: str, trust: str) -> RawMessage:
    """The same delivery as the post that never came."""
    return RawMessage(
        account=account,
        delivery_id=name_of(message),
        body=msgspec.json.encode(line),
        content_type="application/json",
        envelope=Envelope(extra={TRUST: trust, LISTED: "yes"}),
        channel_time=moment_of(message.created_at),
        is_backfill=True,
    )


def name_of(message: Message) -> str:
    return f"message:{message.id}:deleted" if message.is_deleted else f"message:{message.id}"


def moment_of(at: str | int | float | None) -> datetime | None:
    """Seconds in the API, ISO 8601 in posts; None for anything else."""
    return moment(at) if isinstance(at, str) else moment_s(at)
