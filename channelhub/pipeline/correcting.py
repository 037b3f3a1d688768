"""A journey event is corrected: another revision under its id. The highest is what holds, whatever came first."""

from dataclasses import replace

from channelhub.pipeline.arrival import Arrived
from channelhub.pipeline.desk import Desk
from channelhub.pipeline.entries import edited, entry
from channelhub.store.events import NewEvent
from channelhub.store.message_texts import Version
from channelhub.store.messages import Message

CORRECTED = "corrected"  # a mark: more than one revision is known


def correct(desk: Desk, arrived: Arrived, known: Message, fresh: Message, version: Version) -> None:
    """Keep the revision; where it is the highest, `fresh` takes the place of `known`, even elsewhere."""
    versions = desk.versions.get(known.id, [])
    desk.written.versions.append(version)
    desk.versions[known.id] = sorted([*versions, version], key=lambda one: -one.revision)
    is_newer = fresh.revision > known.revision
    changed = replace(fresh if is_newer else known, id=known.id, inbox_id=known.inbox_id, marks=(CORRECTED,))
    if is_newer:
        desk.written.outdated += versions[:1]
    desk.messages[changed.key] = changed
    desk.written.corrected[changed.id] = changed
    if (known.identity_id, known.at_us) != (changed.identity_id, changed.at_us):
        desk.move_entry((known.identity_id, known.at_us, known.id))
    desk.add_entry(entry(changed, desk.versions[known.id][0], attachments=0))
    if is_newer:
        _tell(desk, arrived, changed)


def _tell(desk: Desk, arrived: Arrived, changed: Message) -> None:
    desk.written.events.append(
        NewEvent(
            at=arrived.received_at,
            account=changed.account,
            identity_id=changed.identity_id,
            data=edited(desk, changed),
        )
    )
