"""A message that is known comes again: another version, better evidence, or word that its sender deleted it."""

from dataclasses import replace

from channelhub.domain.inbound import DeletedMessage, NewMessage
from channelhub.domain.people import Evidence
from channelhub.domain.times import to_us
from channelhub.pipeline.arrival import Arrived, claims_of, key_of
from channelhub.pipeline.desk import Desk
from channelhub.pipeline.entries import MAX_SUBJECT, edited, entry, version_of
from channelhub.pipeline.files import names_files
from channelhub.pipeline.rulebook import Rulebook
from channelhub.store.events import NewEvent
from channelhub.store.messages import Message


def come_again(
    desk: Desk, book: Rulebook, arrived: Arrived, known: Message, message: NewMessage, *, revision: int
) -> None:
    """Take what is new in a redelivery or an edit; nothing where there is nothing new."""
    desk.written.sources.append((arrived.inbox_id, known.id))
    claims = claims_of(arrived, book)
    writer = desk.meet(claims, name=message.sender.name, language=_language(arrived, message), at_us=known.at_us)
    if writer.id == known.identity_id and claims[0].evidence.strength < known.evidence.strength:
        known = _believe(desk, known, claims[0].evidence)
    _add_version(desk, arrived, known, message, revision)


def delete(desk: Desk, book: Rulebook, arrived: Arrived, item: DeletedMessage) -> None:
    """Mark a message as deleted by its sender, or remember it until the message comes. What it said is kept."""
    key = key_of(arrived, book)
    deleted_us = to_us(item.at or arrived.received_at)
    known = desk.messages.get(key)
    if known is None:
        deleted_us = min(deleted_us, desk.deletions.get(key, deleted_us))
        desk.deletions[key] = deleted_us
        desk.written.deletions.append((key, arrived.inbox_id, deleted_us))
        return
    if known.deleted_us is not None and known.deleted_us <= deleted_us:
        return
    changed = replace(known, deleted_us=deleted_us)
    _show(desk, changed)
    if known.deleted_us is None:
        _tell(desk, arrived, changed)


def _believe(desk: Desk, known: Message, evidence: Evidence) -> Message:
    """The same words came over a way that proves more."""
    changed = replace(known, evidence=evidence)
    _show(desk, changed)
    return changed


def _add_version(desk: Desk, arrived: Arrived, known: Message, message: NewMessage, revision: int) -> None:
    """Another version, or nothing when we have it. The newest revision is what is shown."""
    versions = desk.versions.get(known.id, [])
    if any(version.revision == revision for version in versions):
        return
    version = version_of(arrived, message, known.id, revision)
    newest = max(versions, key=lambda one: one.revision, default=None)
    desk.written.versions.append(version)
    desk.versions[known.id] = sorted([*versions, version], key=lambda one: -one.revision)
    desk.written.further_attachments.append((known.id, message.content.attachments))
    if names_files(message.content.attachments):
        desk.written.media.append((known.id, known.account, to_us(arrived.received_at)))
    if newest is not None and revision < newest.revision:
        return
    if newest is not None:
        desk.written.outdated.append(newest)
    desk.attachments[known.id] = len(message.content.attachments)
    desk.written.album_sizes.append((known.id, len(message.content.attachments)))
    changed = replace(
        known,
        revision=revision,
        subject=message.content.subject[:MAX_SUBJECT],
        language=_language(arrived, message),
    )
    _show(desk, changed)
    _tell(desk, arrived, changed)


def _show(desk: Desk, changed: Message) -> None:
    desk.messages[changed.key] = changed
    desk.written.changed_messages[changed.id] = changed
    versions = desk.versions.get(changed.id)
    if versions:
        desk.add_entry(entry(changed, versions[0], attachments=desk.attachments.get(changed.id, 0)))


def _tell(desk: Desk, arrived: Arrived, changed: Message) -> None:
    desk.written.events.append(
        NewEvent(
            at=arrived.received_at,
            account=changed.account,
            identity_id=changed.identity_id,
            data=edited(desk, changed),
        )
    )


def _language(arrived: Arrived, message: NewMessage) -> str:
    return arrived.features.language if arrived.features else message.content.language
