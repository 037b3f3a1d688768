"""What arrives beside messages: shared contacts, journey events, calls, reactions, blocks of us, unknown shapes."""

from collections.abc import Sequence
from datetime import datetime

from channelhub.domain.inbound import (
    CallEvent,
    ContactShared,
    JourneyEvent,
    Reachability,
    Reaction,
    Unknown,
)
from channelhub.domain.times import to_us
from channelhub.pipeline import noting, reaching
from channelhub.pipeline.arrival import Arrived, claims_of, key_of
from channelhub.pipeline.correcting import correct
from channelhub.pipeline.desk import Desk
from channelhub.pipeline.entries import entry, received
from channelhub.pipeline.rulebook import Rulebook
from channelhub.rules import delays
from channelhub.rules.identity import Claim, identity_id
from channelhub.store.events import NewEvent
from channelhub.store.message_texts import Version
from channelhub.store.messages import Message

Happening = ContactShared | JourneyEvent | CallEvent | Reaction | Reachability | Unknown
JOURNEY = "journey"
_TYPES = {
    ContactShared: "contact",
    JourneyEvent: JOURNEY,
    CallEvent: "call",
    Reaction: "reaction",
    Reachability: "reach",
    Unknown: "unknown",
}


class Unplaceable(Exception):
    """It names no sender, so it can stand on nobody's timeline; it is parked, where it is seen."""


def note(desk: Desk, book: Rulebook, arrived: Arrived, item: Happening) -> None:
    """Put a happening on its sender's timeline, once; a correction takes the place of what it corrects.

    Raises Unplaceable.
    """
    key = key_of(arrived, book)
    known = desk.messages.get(key)
    if known is not None:
        desk.written.sources.append((arrived.inbox_id, known.id))
        if not isinstance(item, JourneyEvent):
            return
    claims = claims_of(arrived, book)
    if not claims or item.sender is None:
        raise Unplaceable(f"{words(item)} names no sender")
    if isinstance(item, JourneyEvent):
        noting.note_journey(desk, book, arrived, item)
    stored = happening_of(arrived, book, item, claims, key=key)
    if known is not None:
        if all(one.revision != stored.revision for one in desk.versions.get(known.id, [])):
            desk.meet(claims, name=item.sender.name, language="", at_us=stored.at_us)
            correct(desk, arrived, known, stored, happening_version(arrived, item, known.id))
        return
    desk.meet(claims, name=item.sender.name, language="", at_us=stored.at_us)
    if isinstance(item, Reachability):
        reaching.note(desk, stored, item)
    version = happening_version(arrived, item, stored.id)
    desk.messages[key] = stored
    desk.versions[stored.id] = [version]
    desk.written.messages.append(stored)
    desk.written.versions.append(version)
    desk.written.sources.append((arrived.inbox_id, stored.id))
    desk.add_entry(entry(stored, version, attachments=0))
    desk.written.events.append(
        NewEvent(
            at=arrived.received_at,
            account=stored.account,
            identity_id=stored.identity_id,
            data=received(desk, stored),
        )
    )


def happening_of(arrived: Arrived, book: Rulebook, item: Happening, claims: Sequence[Claim], *, key: str) -> Message:
    """What the bytes of a delivery say of a happening."""
    at = _at(item, arrived)
    return Message(
        id=arrived.id,
        inbox_id=arrived.inbox_id,
        account=arrived.raw.account,
        channel=book.account(arrived.raw.account).channel,
        type=_TYPES[type(item)],
        key=key,
        external_id=item.external_id,
        message_ref="",
        direction="in",
        identity_id=identity_id(claims[0].key),
        conversation_id=None,
        incident_id=None,
        at_us=to_us(at),
        received_us=to_us(arrived.received_at),
        sent_us=to_us(item.sent_at) if item.sent_at else None,
        subject=_subject(item),
        language="",
        evidence=claims[0].evidence,
        revision=revision_of(item),
        extra=_extra(item),
    )


def happening_version(arrived: Arrived, item: Happening, message_id: int) -> Version:
    """Its words; only a journey event can have several versions."""
    return Version(
        id=arrived.id,
        message_id=message_id,
        revision=revision_of(item),
        at_us=to_us(arrived.received_at),
        inbox_id=arrived.inbox_id,
        subject=_subject(item),
        text=words(item),
        reply_text=None,
        html="",
    )


def revision_of(item: Happening) -> int:
    return item.revision if isinstance(item, JourneyEvent) else 0


def words(item: Happening) -> str:
    """A happening in one line; what kind of journey event it is stands in the subject."""
    if isinstance(item, ContactShared):
        return "shared a contact: " + ", ".join(handle.value for handle in item.sender.handles[1:])
    if isinstance(item, JourneyEvent):
        return " ".join([*filter(None, [item.text]), *(f"{name}={value}" for name, value in item.attributes.items())])
    if isinstance(item, CallEvent):
        return f"call {item.state}" + (f", {item.duration_s} s" if item.duration_s is not None else "")
    if isinstance(item, Reaction):
        return _reacted(item)
    if isinstance(item, Reachability):
        return "let us write to them again" if item.is_reachable else "blocked us: nothing can be sent to them"
    return f"something this hub does not know yet: {item.shape}"


def _reacted(item: Reaction) -> str:
    if not item.emoji:
        return f"took back the reaction {item.before}".rstrip()
    return f"reacted {item.emoji}" + (f" (before: {item.before})" if item.before else "")


def _extra(item: Happening) -> dict[str, str]:
    if isinstance(item, Reaction):
        return {"to": item.target_id}
    return item.attributes if isinstance(item, JourneyEvent) else {}


def _subject(item: Happening) -> str:
    return item.name if isinstance(item, JourneyEvent) else ""


def _at(item: Happening, arrived: Arrived) -> datetime:
    is_vouched = not isinstance(item, ContactShared | JourneyEvent) or item.is_time_vouched
    return delays.timeline_at(sent_at=item.sent_at, received_at=arrived.received_at, is_vouched=is_vouched)
