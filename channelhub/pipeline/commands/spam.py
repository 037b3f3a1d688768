"""A person says that what was taken for spam is none: what would have followed from the message follows now.

The message opens or joins an incident as of the moment it came, its sender is acknowledged, and it gets its vote on
outages. The person's word stays: a replay reads the same bytes and leaves it.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from channelhub.domain.spans import without
from channelhub.domain.times import from_us, to_us
from channelhub.pipeline import albums
from channelhub.pipeline.answering import answered
from channelhub.pipeline.commands.acting import Acting, CommandRefused, NotFound
from channelhub.pipeline.desk import Desk
from channelhub.pipeline.entries import edited, entry, report_of
from channelhub.pipeline.grouping import tell_anew
from channelhub.pipeline.threads import Wanted
from channelhub.rules import delays
from channelhub.rules.incident import NOT_SPAM, SPAM_SCORE, Incident
from channelhub.rules.outage.report import Report
from channelhub.store import hub, incidents, messages, outages, reach, timeline
from channelhub.store.database import Session
from channelhub.store.events import NewEvent
from channelhub.store.messages import Message

_report = msgspec.json.Decoder(Report)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """A message that is no spam. No incident: a machine wrote it, its sender is blocked, or it is history."""

    message_id: int
    incident: Incident | None


async def clear(acting: Acting, actor: str, message_id: int) -> Cleared:
    """Take a message for what a person says it is, once; saying it again changes nothing.

    Raises NotFound, and CommandRefused for a message that isn't marked as spam.
    """
    now = acting.now()

    async def write(session: Session) -> Cleared:
        known = await messages.get(session, message_id)
        if known is None or known.direction != "in":
            raise NotFound(f"there is no customer's message {message_id}")
        if NOT_SPAM in known.marks:
            return await _cleared(session, known)
        if known.spam_score < SPAM_SCORE or known.conversation_id is None:
            raise CommandRefused(f"message {message_id} is not marked as spam")
        stored = await _take(session, acting, known, now)
        detail = {"score": f"{known.spam_score:g}", "incident": str(stored.incident_id or "")}
        await hub.record(
            session, at_us=to_us(now), actor=actor, action="message.not_spam", target=str(message_id), detail=detail
        )
        return await _cleared(session, stored)

    cleared = await acting.store.writer.command(write)
    acting.written.ring()
    return cleared


async def _take(session: Session, acting: Acting, known: Message, now: datetime) -> Message:
    """Decide about the message as when it came, and write what follows."""
    book, desk = acting.book(), Desk()
    wanted = Wanted(conversation_ids=frozenset({known.conversation_id or 0}))
    await desk.load(session, identity_ids={known.identity_id}, wanted=wanted, message_keys={known.key}, received=[now])
    await desk.loops.load_notices(session, {known.identity_id})
    features = await outages.features_of(session, known.id)
    told = None if features is None else _report.decode(features.report)
    version = desk.versions[known.id][0]
    is_recent = now - from_us(known.received_us) <= delays.LIVE_WITHIN
    stored = replace(
        known,
        spam_score=0.0,
        marks=(*known.marks, NOT_SPAM),
        conversation_id=desk.threads.here(known.conversation_id or 0),
    )
    stored = answered(
        desk,
        book,
        stored,
        features=None if told is None else told.features,
        own_words=without(version.text, version.hidden),
        is_history=told is not None and told.is_backfill,
        at=now,
        next_id=acting.store.writer.take_id,
        is_acknowledged=is_recent,
    )
    shown = await timeline.get(session, known.id)
    attachments, state = (0, "") if shown is None else (shown.attachments, shown.state)
    desk.move_entry((known.identity_id, known.at_us, known.id))  # an entry's incident is written with it only
    desk.add_entry(entry(stored, version, attachments=attachments, state=state))
    told_of = edited(desk, stored, fields=["spam_score"])
    desk.written.events.append(NewEvent(at=now, account=stored.account, identity_id=stored.identity_id, data=told_of))
    await messages.clear_of_spam(session, stored)
    if told is not None:
        await _tell_detection(session, _vote(desk, stored, told, is_recent=is_recent))
    await desk.save(session)
    await reach.save(session, desk.written.reach.new)
    await albums.show(session, desk.written, rewritten=[stored.id])
    return stored


def _vote(desk: Desk, stored: Message, told: Report, *, is_recent: bool) -> Report:
    """What outage detection is told. What came more than a day ago is history to it."""
    fresh = report_of(
        stored,
        told.features,
        customer_id=desk.customer_of(stored.identity_id),
        is_history=told.is_backfill or not is_recent,
        is_blocked=stored.identity_id in desk.blocked,
    )
    return replace(fresh, at_us=told.at_us, is_verified=told.is_verified)


async def _tell_detection(session: Session, report: Report) -> None:
    """A live report is heard now. History keeps its place: there is nothing to be raised by it."""
    if report.is_backfill:
        said = msgspec.json.encode(report).decode()
        await outages.rewrite_features(session, report.message_id, report.features.version, said)
    else:
        await tell_anew(session, report)


async def _cleared(session: Session, stored: Message) -> Cleared:
    opened = None if stored.incident_id is None else await incidents.get(session, stored.incident_id)
    return Cleared(message_id=stored.id, incident=opened)
