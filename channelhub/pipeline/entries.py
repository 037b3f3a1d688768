"""What a stored message shows: its version's words, its line on the timeline, its event."""

from channelhub.domain.inbound import NewMessage
from channelhub.domain.people import Evidence
from channelhub.domain.times import from_us, to_us
from channelhub.pipeline.arrival import Arrived
from channelhub.pipeline.desk import Desk
from channelhub.rules import incident
from channelhub.store.messages import Message, Version
from channelhub.store.timeline import Entry, preview

MAX_SUBJECT = 500


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
    )


def entry(stored: Message, version: Version, *, attachments: int, state: str = "") -> Entry:
    """A message's line on the timeline."""
    shown = version.text if version.reply_text is None else version.reply_text
    words, is_cut = preview(shown)
    flags = [
        word
        for word, holds in (
            ("edited", stored.revision > 0),
            ("deleted", stored.deleted_us is not None),
            ("automatic", stored.automatic.is_any),
            ("spam", stored.spam_score >= incident.SPAM_SCORE),
            ("quoted", version.reply_text is not None and version.reply_text != version.text),
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
        flags=tuple(flags),
    )


def event_data(desk: Desk, stored: Message) -> dict[str, object]:
    """What an event tells of a message: ids and facts; its words stay in the database."""
    return {
        "message_id": str(stored.id),
        "customer_id": str(desk.customer_of(stored.identity_id)),
        "conversation_id": str(stored.conversation_id) if stored.conversation_id else None,
        "incident_id": str(stored.incident_id) if stored.incident_id else None,
        "account": stored.account,
        "channel": stored.channel,
        "direction": stored.direction,
        "at": from_us(stored.at_us).isoformat(),
        "language": stored.language,
    }
