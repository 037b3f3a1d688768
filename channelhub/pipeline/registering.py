"""A message is registered: its sender met, its thread found, its incident opened or joined, its entry written."""

from dataclasses import replace

import msgspec

from channelhub.domain.inbound import Direction, EditedMessage, NewMessage
from channelhub.domain.times import from_us
from channelhub.pipeline import reaching
from channelhub.pipeline.acknowledging import acknowledge
from channelhub.pipeline.albums import part_of
from channelhub.pipeline.arrival import Arrived, TakeId, claims_of, key_of
from channelhub.pipeline.changing import come_again
from channelhub.pipeline.desk import Desk
from channelhub.pipeline.entries import entry, message_of, received, report_of, version_of
from channelhub.pipeline.files import names_files
from channelhub.pipeline.loops import RETURNED
from channelhub.pipeline.opening import open_or_join
from channelhub.pipeline.placing import place
from channelhub.pipeline.rulebook import Rulebook
from channelhub.rules import acknowledgement, delays, incident, ownership
from channelhub.rules.notices import optout
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
    placed = place(desk, book, arrived, message, writer, stored.at_us, is_ours=is_ours)
    stored = replace(
        stored,
        conversation_id=placed.conversation.id,
        deleted_us=desk.deletions.get(key),
        marks=(*stored.marks, *placed.marks),
    )
    at = from_us(stored.at_us)
    is_history = arrived.is_replayed or delays.is_history(
        is_backfill=arrived.raw.is_backfill, at=at, received_at=arrived.received_at
    )
    if not is_ours:
        reaching.heard(desk, stored)
        stored = _answerable(desk, book, arrived, message, stored, is_history=is_history, next_id=next_id)
    _write(desk, arrived, message, stored, is_history=is_history)
    if ownership.RETURNED in stored.marks and not is_history:
        desk.raise_alarm(desk.loops.alarm(arrived, stored, RETURNED, customer_id=desk.customer_of(stored.identity_id)))


def edit(desk: Desk, book: Rulebook, arrived: Arrived, item: EditedMessage, *, next_id: TakeId) -> None:
    """A later version; the original is kept. An edit that comes before its message stands in for it."""
    register(desk, book, arrived, item.message, revision=max(1, item.revision), next_id=next_id)


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
    if not incident.wants_answer(message, is_blocked=is_blocked, is_history=is_history, marks=stored.marks):
        return stored
    opened = open_or_join(desk, arrived, stored)
    account = book.account(stored.account)
    can_send = account.writes_to(desk.identities[stored.identity_id].key.kind) and not _is_public(desk, book, stored)
    if _only_declines(desk, message, stored):
        return replace(stored, incident_id=opened.id)
    if acknowledgement.is_due(message, can_send=can_send, is_enabled=book.is_acknowledging, has_incident=True):
        acknowledge(desk, book, arrived, stored, opened, next_id=next_id)
    return replace(stored, incident_id=opened.id)


def _is_public(desk: Desk, book: Rulebook, stored: Message) -> bool:
    """Whether it stands under a post: nothing automatic is said there."""
    here = desk.threads.known.get(stored.conversation_id or 0)
    return here is not None and book.account(stored.account).is_public(here.key)


def _only_declines(desk: Desk, message: NewMessage, stored: Message) -> bool:
    """Whether it is a word that declines, where its sender was sent a notice: that has a confirmation of its own."""
    return (
        stored.conversation_id is not None
        and optout.declines(message.content.own_words)
        and desk.loops.was_noticed(stored.identity_id, stored.conversation_id)
    )


def _write(desk: Desk, arrived: Arrived, message: NewMessage, stored: Message, *, is_history: bool) -> None:
    version = version_of(arrived, message, stored.id, stored.revision)
    desk.messages[stored.key] = stored
    desk.versions[stored.id] = [version]
    desk.attachments[stored.id] = len(message.content.attachments)
    desk.written.messages.append(stored)
    desk.written.versions.append(version)
    desk.written.sources.append((arrived.inbox_id, stored.id))
    desk.written.attachments.append((stored.id, message.content.attachments))
    if names_files(message.content.attachments):
        desk.written.media.append((stored.id, stored.account, stored.received_us))
    desk.add_entry(entry(stored, version, attachments=len(message.content.attachments)))
    if part := part_of(stored, message):
        desk.written.album_parts.append(part)
    desk.written.events.append(
        NewEvent(
            at=arrived.received_at,
            account=stored.account,
            identity_id=stored.identity_id,
            data=received(desk, stored),
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
