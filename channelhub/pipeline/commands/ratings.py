"""A customer rates how their problem was handled, and may change their mind for a while."""

from dataclasses import replace

from msgspec import UNSET

from channelhub.domain.events.customers import FeedbackReceived
from channelhub.domain.people import Identity
from channelhub.domain.ratings import Asked, Rating
from channelhub.domain.times import from_us, to_us
from channelhub.pipeline.commands.acting import Acting, CommandRefused, NotFound
from channelhub.rules import ratings as rules
from channelhub.store import events, people, ratings, timeline
from channelhub.store.database import Session
from channelhub.store.events import NewEvent
from channelhub.store.timeline import Entry


async def rate(acting: Acting, asked: Asked, *, score: int, comment: str) -> Rating:
    """Store the answer of who was asked; the rating as it stands now. The same answer again changes nothing.

    `score` is 1 to 5, `comment` at most `MAX_COMMENT` characters: the caller has checked that. Raises NotFound when we
    no longer know the identity, CommandRefused when it is too late.
    """
    now_us = to_us(acting.now())

    async def write(session: Session) -> Rating:
        identity = (await people.identities(session, [asked.identity_id])).get(asked.identity_id)
        if identity is None:
            raise NotFound("there is nobody here who was asked this")
        known = await ratings.get(session, rules.rating_id(asked))
        if known is not None and (known.score, known.comment) == (score, comment):
            return known
        if not rules.is_open(asked, known, now_us=now_us):
            raise CommandRefused("it is too late for an answer to this")
        given = _given(asked, known, score=score, comment=comment, now_us=now_us)
        await ratings.save(session, given)
        await timeline.add(session, [_entry(given)])
        await events.append(session, [_event(given, known, identity)])
        return given

    given = await acting.store.writer.command(write)
    acting.written.ring()
    return given


def _given(asked: Asked, known: Rating | None, *, score: int, comment: str, now_us: int) -> Rating:
    if known is not None:
        return replace(known, score=score, comment=comment, changed_us=now_us, version=known.version + 1)
    return Rating(
        id=rules.rating_id(asked),
        kind=asked.kind,
        subject_id=asked.subject_id,
        identity_id=asked.identity_id,
        score=score,
        comment=comment,
        first_us=now_us,
        changed_us=now_us,
    )


def _entry(given: Rating) -> Entry:
    """It stands where it was first given; a change shows there."""
    words, is_cut = timeline.preview(given.comment)
    return Entry(
        identity_id=given.identity_id,
        at_us=given.first_us,
        id=given.id,
        type="rating",
        channel="",
        account="",
        direction="in",
        is_verified=True,  # who has the link was given it
        subject=f"{given.score}/5",
        preview=words,
        is_cut=is_cut,
        outage_id=given.outage_id,
        incident_id=given.incident_id,
        flags=("edited",) if given.version > 1 else (),
    )


def _event(given: Rating, before: Rating | None, identity: Identity) -> NewEvent:
    data = FeedbackReceived(
        rating_id=str(given.id),
        customer_id=str(identity.customer_id),
        score=given.score,
        previous_score=before.score if before else None,
        has_comment=bool(given.comment),
        version=given.version,
        outage_id=UNSET if given.outage_id is None else str(given.outage_id),
        incident_id=UNSET if given.incident_id is None else str(given.incident_id),
    )
    return NewEvent(at=from_us(given.changed_us), identity_id=given.identity_id, data=data)
