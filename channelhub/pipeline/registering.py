"""A message is registered: its sender met, its thread found, its incident opened or joined, its entry written."""

from dataclasses import replace

import msgspec

from channelhub.domain.inbound import Direction, EditedMessage, NewMessage
from channelhub.domain.times import from_us
from channelhub.pipeline import noting, reaching
from channelhub.pipeline.albums import part_of
from channelhub.pipeline.answering import answered
from channelhub.pipeline.arrival import Arrived, TakeId, claims_of, key_of
from channelhub.pipeline.changing import come_again
from channelhub.pipeline.desk import Desk
from channelhub.pipeline.entries import entry, message_of, received, report_of, version_of
from channelhub.pipeline.files import names_files
from channelhub.pipeline.loops import RETURNED
from channelhub.pipeline.placing import place
from channelhub.pipeline.rulebook import Rulebook
from channelhub.rules import delays, ownership
from channelhub.store.events import NewEvent
from channelhub.store.messages import Message


def register(
    desk: Desk, book: Rulebook, arrived: Arrived, message: NewMessage, *, revision: int, next_id: TakeId
) -> None:
    """Put a message on its customer's timeline, once whatever is redelivered."""
    noting.note(desk, book, arrived, message)
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
        stored = answered(
            desk,
            book,
            stored,
            features=arrived.features,
            own_words=message.content.own_words,
            is_history=is_history,
            at=arrived.received_at,
            next_id=next_id,
        )
    _write(desk, arrived, message, stored, is_history=is_history)
    if ownership.RETURNED in stored.marks and not is_history:
        desk.raise_alarm(
            desk.loops.alarm(stored, RETURNED, at=arrived.received_at, customer_id=desk.customer_of(stored.identity_id))
        )


def edit(desk: Desk, book: Rulebook, arrived: Arrived, item: EditedMessage, *, next_id: TakeId) -> None:
    """A later version; the original is kept. An edit that comes before its message stands in for it."""
    register(desk, book, arrived, item.message, revision=max(1, item.revision), next_id=next_id)


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
