"""What a stored message shows: its version's words, its line on the timeline, its event."""

from collections.abc import Sequence

from msgspec import UNSET, UnsetType

from channelhub.content.features import Features
from channelhub.domain.events.messages import MessageEdited, MessageReceived
from channelhub.domain.inbound import FLAGGED_EXTRAS, NewMessage
from channelhub.domain.people import Evidence
from channelhub.domain.times import from_us, to_us
from channelhub.pipeline.arrival import Arrived
from channelhub.pipeline.desk import Desk
from channelhub.pipeline.rulebook import Rulebook
from channelhub.rules import delays, incident, ownership
from channelhub.rules import identity as identity_rules
from channelhub.rules.identity import Claim
from channelhub.rules.outage.report import Report
from channelhub.store.message_texts import Version
from channelhub.store.messages import Message
from channelhub.store.timeline import Entry, preview

MAX_SUBJECT = 500


def message_of(
    arrived: Arrived, book: Rulebook, message: NewMessage, claims: Sequence[Claim], *, key: str, revision: int
) -> Message:
    """What the bytes of a delivery say of a message; its conversation and incident are decided elsewhere."""
    channel = book.account(arrived.raw.account).channel
    at = delays.timeline_at(
        sent_at=message.sent_at,
        received_at=arrived.received_at,
        is_vouched=message.is_time_vouched,
        is_backfill=arrived.raw.is_backfill,
    )
    return Message(
        id=arrived.id,
        inbox_id=arrived.inbox_id,
        account=arrived.raw.account,
        channel=channel,
        type="message",
        key=key,
        external_id=message.external_id,
        message_ref=message.thread.message_id,
        direction=str(ownership.direction(message, channel=channel)),
        identity_id=identity_rules.identity_id(claims[0].key),
        conversation_id=None,
        incident_id=None,
        at_us=to_us(at),
        received_us=to_us(arrived.received_at),
        sent_us=to_us(message.sent_at) if message.sent_at else None,
        subject=message.content.subject[:MAX_SUBJECT],
        language=arrived.features.language if arrived.features else message.content.language,
        evidence=claims[0].evidence,
        revision=revision,
        automatic=message.automatic,
        spam_score=message.spam_score,
        order_id=message.order_id[:100],
        origin=message.sender.origin,
        extra=message.extra,
        warnings=message.warnings,
        marks=ownership.marks(
            message, channel=channel, writer=claims[0].key.value, own_addresses=book.own_addresses, secret=book.secret
        ),
    )


def report_of(stored: Message, features: Features, *, customer_id: int, is_history: bool, is_blocked: bool) -> Report:
    """What outage detection is told. Machines, spam and blocked senders have no vote."""
    return Report(
        message_id=stored.id,
        at_us=stored.at_us if is_history else stored.received_us,
        customer=customer_id,
        channel=stored.channel,
        origin=stored.origin,
        is_verified=stored.evidence.is_verified,
        is_automatic=(
            is_blocked
            or stored.automatic.is_any
            or stored.spam_score >= incident.SPAM_SCORE
            or ownership.is_ours(stored.marks)
        ),
        is_backfill=is_history,
        features=features,
    )


def version_of(arrived: Arrived, message: NewMessage, message_id: int, revision: int) -> Version:
    content = message.content
    return Version(
        id=arrived.id,
        message_id=message_id,
        revision=revision,
        at_us=to_us(arrived.received_at),
        inbox_id=arrived.inbox_id,
        subject=content.subject[:MAX_SUBJECT],
        text=content.text,
        reply_text=content.reply_text,
        html=content.html,
        hidden=content.hidden,
    )


def entry(stored: Message, version: Version, *, attachments: int, state: str = "") -> Entry:
    """A message's line on the timeline."""
    shown = version.text if version.reply_text is None else version.reply_text
    words, is_cut = preview(shown)
    flags = [
        word
        for word, holds in (
            ("edited", stored.revision > 0 and stored.type == "message"),
            ("deleted", stored.deleted_us is not None),
            ("automatic", stored.automatic.is_any),
            ("spam", stored.spam_score >= incident.SPAM_SCORE),
            ("quoted", version.reply_text is not None and version.reply_text != version.text),
            *((flag, stored.channel == "email" and key in stored.extra) for key, flag in FLAGGED_EXTRAS.items()),
        )
        if holds
    ]
    return Entry(
        identity_id=stored.identity_id,
        at_us=stored.at_us,
        id=stored.id,
        type=stored.type,
        channel=stored.channel,
        account=stored.account,
        direction=stored.direction,
        is_verified=stored.evidence is not Evidence.CLAIMED,
        subject=stored.subject,
        preview=words,
        conversation_id=stored.conversation_id,
        incident_id=stored.incident_id,
        is_cut=is_cut,
        attachments=attachments,
        state=state,
        flags=(*flags, *stored.marks),
    )


def received(desk: Desk, stored: Message) -> MessageReceived:
    """What is told of a message that came: ids and facts; its words stay in the database."""
    return MessageReceived(
        message_id=str(stored.id),
        customer_id=str(desk.customer_of(stored.identity_id)),
        conversation_id=str(stored.conversation_id) if stored.conversation_id else None,
        incident_id=str(stored.incident_id) if stored.incident_id else None,
        account=stored.account,
        channel=stored.channel,
        direction=stored.direction,
        at=from_us(stored.at_us),
        language=stored.language,
        type=stored.type,
    )


def edited(desk: Desk, stored: Message, *, fields: list[str] | UnsetType = UNSET) -> MessageEdited:
    """What is told of a message that changed. `fields`: what a replay reads differently."""
    return MessageEdited(
        message_id=str(stored.id),
        customer_id=str(desk.customer_of(stored.identity_id)),
        conversation_id=str(stored.conversation_id) if stored.conversation_id else None,
        incident_id=str(stored.incident_id) if stored.incident_id else None,
        account=stored.account,
        channel=stored.channel,
        direction=stored.direction,
        at=from_us(stored.at_us),
        language=stored.language,
        revision=stored.revision,
        deleted=stored.deleted_us is not None,
        fields=fields,
    )
