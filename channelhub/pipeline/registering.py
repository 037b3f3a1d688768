"""A message is registered: its sender met, its thread found, its incident opened or joined, its entry written."""

from dataclasses import replace

import msgspec

from channelhub.domain.inbound import Direction, EditedMessage, NewMessage
from channelhub.domain.people import Evidence, Identity
from channelhub.domain.times import from_us, to_us
from channelhub.pipeline.acknowledging import acknowledge
from channelhub.pipeline.arrival import Arrived, TakeId, claims_of, key_of, places_of
from channelhub.pipeline.desk import Desk
from channelhub.pipeline.opening import open_or_join
from channelhub.pipeline.rulebook import Rulebook
from channelhub.rules import acknowledgement, delays, incident
from channelhub.rules.outage.report import Report
from channelhub.store.conversations import Conversation
from channelhub.store.events import NewEvent
from channelhub.store.messages import Message, Version
from channelhub.store.timeline import Entry, preview

MAX_SUBJECT = 500


def register(
    desk: Desk, book: Rulebook, arrived: Arrived, message: NewMessage, *, revision: int, next_id: TakeId
) -> None:
    """Put a message on its customer's timeline, once whatever is redelivered."""
    key = key_of(arrived, book)
    known = desk.messages.get(key)
    if known is not None:
        desk.written.sources.append((arrived.inbox_id, known.id))
        _add_version(desk, arrived, known, message, revision)
        return
    at = delays.timeline_at(
        sent_at=message.sent_at, received_at=arrived.received_at, is_vouched=message.is_time_vouched
    )
    language = arrived.features.language if arrived.features else message.content.language
    claims = claims_of(arrived, book)
    writer = desk.meet(claims, name=message.sender.name, language=language, at_us=to_us(at))
    is_ours = message.direction is Direction.OUT or writer.key.value in book.own_addresses
    conversation = _conversation(desk, book, arrived, message, writer, to_us(at))
    stored = Message(
        id=arrived.id,
        inbox_id=arrived.inbox_id,
        account=arrived.raw.account,
        channel=book.account(arrived.raw.account).channel,
        type="message",
        key=key,
        external_id=message.external_id,
        message_ref=message.thread.message_id,
        direction=str(Direction.OUT if is_ours else Direction.IN),
        identity_id=writer.id,
        conversation_id=conversation.id,
        incident_id=None,
        at_us=to_us(at),
        received_us=to_us(arrived.received_at),
        sent_us=to_us(message.sent_at) if message.sent_at else None,
        subject=message.content.subject[:MAX_SUBJECT],
        language=language,
        evidence=claims[0].evidence,
        revision=revision,
        automatic=message.automatic,
        spam_score=message.spam_score,
        order_id=message.order_id[:100],
        origin=message.sender.origin,
        extra=message.extra,
        warnings=message.warnings,
    )
    is_history = delays.is_history(is_backfill=arrived.raw.is_backfill, at=at, received_at=arrived.received_at)
    if not is_ours:
        stored = _answerable(desk, book, arrived, message, stored, is_history=is_history, next_id=next_id)
    _write(desk, arrived, message, stored, is_history=is_history)


def edit(desk: Desk, book: Rulebook, arrived: Arrived, item: EditedMessage, *, next_id: TakeId) -> None:
    """A later version; the original is kept. An edit that comes before its message stands in for it."""
    register(desk, book, arrived, item.message, revision=max(1, item.revision), next_id=next_id)


def _conversation(
    desk: Desk, book: Rulebook, arrived: Arrived, message: NewMessage, writer: Identity, at_us: int
) -> Conversation:
    places = places_of(message, arrived, book, writer.id)
    for place in places:
        known = desk.conversations.get(place.conversation_id)
        if known is not None and known.identity_id == writer.id:
            opened_us, last_us = min(known.opened_us, at_us), max(known.last_us, at_us)
            known = replace(known, opened_us=opened_us, last_us=last_us)
            desk.save_conversation(known)
            return known
    own = places[-1]
    known = desk.conversations.get(own.conversation_id)
    if known is not None:  # a chat of several people: one conversation, whoever speaks
        known = replace(known, opened_us=min(known.opened_us, at_us), last_us=max(known.last_us, at_us))
    else:
        known = Conversation(
            id=own.conversation_id,
            account=arrived.raw.account,
            channel=book.account(arrived.raw.account).channel,
            key=own.key,
            identity_id=writer.id,
            subject=message.content.subject[:MAX_SUBJECT],
            opened_us=at_us,
            last_us=at_us,
        )
    desk.save_conversation(known)
    return known


def _answerable(
    desk: Desk,
    book: Rulebook,
    arrived: Arrived,
    message: NewMessage,
    stored: Message,
    *,
    is_history: bool,
    next_id: TakeId,
) -> Message:
    """Give the message its incident, and its sender word of it."""
    is_blocked = stored.identity_id in desk.blocked
    if not incident.wants_answer(message, is_blocked=is_blocked, is_history=is_history):
        return stored
    opened = open_or_join(desk, arrived, stored)
    account = book.account(stored.account)
    if acknowledgement.is_due(message, can_send=account.can_send, is_enabled=book.is_acknowledging, has_incident=True):
        acknowledge(desk, book, arrived, stored, opened, next_id=next_id)
    return replace(stored, incident_id=opened.id)


def _write(desk: Desk, arrived: Arrived, message: NewMessage, stored: Message, *, is_history: bool) -> None:
    version = _version(arrived, message, stored.id, stored.revision)
    desk.messages[stored.key] = stored
    desk.versions[stored.id] = [version]
    desk.written.messages.append(stored)
    desk.written.versions.append(version)
    desk.written.sources.append((arrived.inbox_id, stored.id))
    desk.written.attachments.append((stored.id, message.content.attachments))
    desk.add_entry(entry(stored, version, attachments=len(message.content.attachments)))
    desk.written.events.append(
        NewEvent(
            type="message.received",
            at=arrived.received_at,
            account=stored.account,
            identity_id=stored.identity_id,
            data=event_data(desk, stored),
        )
    )
    if arrived.features is not None and stored.direction == "in":
        report = Report(
            message_id=stored.id,
            at_us=stored.at_us if is_history else stored.received_us,
            customer=desk.customer_of(stored.identity_id),
            channel=stored.channel,
            origin=stored.origin,
            is_verified=stored.evidence.is_verified,
            is_automatic=stored.automatic.is_any or stored.spam_score >= incident.SPAM_SCORE,
            is_backfill=is_history,
            features=arrived.features,
        )
        desk.written.features.append((stored.id, arrived.features.version, msgspec.json.encode(report).decode()))


def _add_version(desk: Desk, arrived: Arrived, known: Message, message: NewMessage, revision: int) -> None:
    """Another version of a known message, or nothing when we have it. The newest revision is what is shown."""
    versions = desk.versions.get(known.id, [])
    if any(version.revision == revision for version in versions):
        return
    version = _version(arrived, message, known.id, revision)
    newest = max(versions, key=lambda one: one.revision, default=None)
    desk.written.versions.append(version)
    desk.versions[known.id] = sorted([*versions, version], key=lambda one: -one.revision)
    if newest is not None and revision < newest.revision:
        return
    if newest is not None:
        desk.written.outdated.append(newest)
    changed = replace(known, revision=revision, subject=message.content.subject[:MAX_SUBJECT])
    desk.messages[known.key] = changed
    desk.written.changed_messages[known.id] = changed
    desk.add_entry(entry(changed, version, attachments=len(message.content.attachments)))
    desk.written.events.append(
        NewEvent(
            type="message.edited",
            at=arrived.received_at,
            account=known.account,
            identity_id=known.identity_id,
            data=event_data(desk, changed),
        )
    )


def _version(arrived: Arrived, message: NewMessage, message_id: int, revision: int) -> Version:
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
