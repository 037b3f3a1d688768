"""A message is registered: its sender met, its thread found, its incident opened or joined, its entry written."""

from dataclasses import replace

import msgspec

from channelhub.domain.inbound import Direction, EditedMessage, NewMessage
from channelhub.domain.people import Identity
from channelhub.domain.times import from_us
from channelhub.pipeline.acknowledging import acknowledge
from channelhub.pipeline.arrival import Arrived, TakeId, claims_of, key_of, places_of
from channelhub.pipeline.changing import come_again
from channelhub.pipeline.desk import Desk
from channelhub.pipeline.entries import MAX_SUBJECT, entry, event_data, message_of, report_of, version_of
from channelhub.pipeline.opening import open_or_join
from channelhub.pipeline.rulebook import Rulebook
from channelhub.rules import acknowledgement, delays, incident
from channelhub.store.conversations import Conversation
from channelhub.store.events import NewEvent
from channelhub.store.messages import Message


def register(
    desk: Desk, book: Rulebook, arrived: Arrived, message: NewMessage, *, revision: int, next_id: TakeId
) -> None:
    """Put a message on its customer's timeline, once whatever is redelivered."""
    key = key_of(arrived, book)
    known = desk.messages.get(key)
    if known is not None:
        come_again(desk, book, arrived, known, message, revision=revision)
        return
    claims = claims_of(arrived, book)
    stored = message_of(arrived, book, message, claims, key=key, revision=revision)
    writer = desk.meet(claims, name=message.sender.name, language=stored.language, at_us=stored.at_us)
    is_ours = stored.direction == Direction.OUT
    conversation = _conversation(desk, book, arrived, message, writer, stored.at_us, is_ours=is_ours)
    stored = replace(stored, conversation_id=conversation.id, deleted_us=desk.deletions.get(key))
    at = from_us(stored.at_us)
    is_history = arrived.is_replayed or delays.is_history(
        is_backfill=arrived.raw.is_backfill, at=at, received_at=arrived.received_at
    )
    if not is_ours:
        stored = _answerable(desk, book, arrived, message, stored, is_history=is_history, next_id=next_id)
    _write(desk, arrived, message, stored, is_history=is_history)


def edit(desk: Desk, book: Rulebook, arrived: Arrived, item: EditedMessage, *, next_id: TakeId) -> None:
    """A later version; the original is kept. An edit that comes before its message stands in for it."""
    register(desk, book, arrived, item.message, revision=max(1, item.revision), next_id=next_id)


def _conversation(
    desk: Desk, book: Rulebook, arrived: Arrived, message: NewMessage, writer: Identity, at_us: int, *, is_ours: bool
) -> Conversation:
    """The thread it belongs to. Its earliest message names it and whose it is, whatever the order of arrival."""
    subject = message.content.subject[:MAX_SUBJECT]
    places = places_of(message, arrived, book, writer.id)
    for place in places:
        known = desk.conversations.get(place.conversation_id)
        if known is not None and known.identity_id == writer.id:
            return _grown(desk, known, writer, subject, at_us, is_ours=is_ours)
    own = places[-1]
    known = desk.conversations.get(own.conversation_id)
    if known is not None:  # a chat of several people: one conversation, whoever speaks
        return _grown(desk, known, writer, subject, at_us, is_ours=is_ours)
    opened = Conversation(
        id=own.conversation_id,
        account=arrived.raw.account,
        channel=book.account(arrived.raw.account).channel,
        key=own.key,
        identity_id=writer.id,
        subject=subject,
        opened_us=at_us,
        last_us=at_us,
    )
    desk.save_conversation(opened)
    return opened


def _grown(
    desk: Desk, known: Conversation, writer: Identity, subject: str, at_us: int, *, is_ours: bool
) -> Conversation:
    grown = replace(known, last_us=max(known.last_us, at_us), opened_us=min(known.opened_us, at_us))
    if not is_ours and (at_us, writer.id, subject) < (known.opened_us, known.identity_id, known.subject):
        grown = replace(grown, identity_id=writer.id, subject=subject)
    desk.save_conversation(grown)
    return grown


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
    can_send = account.writes_to(desk.identities[stored.identity_id].key.kind)
    if acknowledgement.is_due(message, can_send=can_send, is_enabled=book.is_acknowledging, has_incident=True):
        acknowledge(desk, book, arrived, stored, opened, next_id=next_id)
    return replace(stored, incident_id=opened.id)


def _write(desk: Desk, arrived: Arrived, message: NewMessage, stored: Message, *, is_history: bool) -> None:
    version = version_of(arrived, message, stored.id, stored.revision)
    desk.messages[stored.key] = stored
    desk.versions[stored.id] = [version]
    desk.attachments[stored.id] = len(message.content.attachments)
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
        is_blocked = stored.identity_id in desk.blocked
        report = report_of(
            stored,
            arrived.features,
            customer_id=desk.customer_of(stored.identity_id),
            is_history=is_history,
            is_blocked=is_blocked,
        )
        desk.written.features.append((stored.id, arrived.features.version, msgspec.json.encode(report).decode()))
