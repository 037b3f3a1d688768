"""The record of an outage: its course, its numbers, how long everything took. Made of the tables alone, so the same
tables give the same record."""

from collections.abc import Sequence
from dataclasses import dataclass

from channelhub.domain.notices import NoticeState
from channelhub.domain.ratings import RatedKind
from channelhub.pipeline.monitoring import alerts_of
from channelhub.rules.outage.alerts import RelatedAlert
from channelhub.rules.outage.postmortem import Moment, Spans, Step, course, spans
from channelhub.store import notices, outage_decisions, outages, ratings, recipients, timeline
from channelhub.store import postmortem as store
from channelhub.store.database import Session
from channelhub.store.notices import Notice
from channelhub.store.outages import Counts, ListedMember, Outage
from channelhub.store.postmortem import Tally
from channelhub.store.ratings import Scores
from channelhub.store.recipients import Count

MOST_DECISIONS = 1000
MOST_REPORTS = 500
PREVIEW = 300  # characters of a report
_CONFIRM = "confirm"
_TOLD = frozenset({"sent", "delivered", "read", "delayed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedWords:
    """One report, where customers' words are asked for."""

    member: ListedMember
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentNotice:
    """A notice of the outage and what became of it."""

    notice: Notice
    counts: Sequence[Count]


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmortem:
    """Everything there is to record. Times in microseconds UTC."""

    outage: Outage
    counts: Counts | None
    channels: Sequence[Tally]
    languages: Sequence[Tally]
    spans: Spans
    course: Sequence[Step]
    told: int  # customers
    notices: Sequence[SentNotice]
    ratings: Scores | None
    alerts: Sequence[RelatedAlert]
    reports: Sequence[ReportedWords]


async def record(session: Session, outage_id: int, *, has_reports: bool) -> Postmortem | None:
    """The record of an outage as it stands; None when there is none of this id. With `has_reports`, the newest reports
    with the beginning of their words."""
    outage = await outages.get(session, outage_id)
    if outage is None:
        return None
    counts = (await outages.counts(session, [outage_id])).get(outage_id)
    sent = [
        SentNotice(notice=one, counts=await recipients.counts(session, one.id))
        for one in reversed(await notices.of_outage(session, outage_id))
        if one.approved_us is not None
    ]
    until_us = outage.closed_us or (counts.last_us if counts else outage.opened_us)
    alerts = await alerts_of(session, terms=outage.terms, began_us=outage.began_us, until_us=until_us)
    telling = [begun_us for begun_us in (_begun_us(one) for one in sent) if begun_us is not None]
    return Postmortem(
        outage=outage,
        counts=counts,
        channels=await store.by_channel(session, outage_id),
        languages=await store.by_language(session, outage_id),
        spans=spans(
            first_us=counts.first_us if counts else None,
            suspected_us=outage.opened_us,
            confirmed_us=await store.first_decided(session, outage_id, _CONFIRM),
            telling_us=min(telling, default=None),
            over_us=outage.closed_us,
        ),
        course=course([*await _decisions(session, outage_id), *_reports(counts), *_told(sent), *_alerts(alerts)]),
        told=await store.told(session, outage_id),
        notices=sent,
        ratings=(await ratings.scores(session, RatedKind.OUTAGE, [outage_id])).get(outage_id),
        alerts=alerts,
        reports=await _words(session, outage_id) if has_reports else (),
    )


async def _decisions(session: Session, outage_id: int) -> list[Step]:
    made = await outage_decisions.of_outage(session, outage_id, limit=MOST_DECISIONS)
    return [
        Step(at_us=one.at_us, moment=Moment.DECISION, word=one.decision, actor=one.actor, customers=one.customers)
        for one in made
    ]


def _reports(counts: Counts | None) -> list[Step]:
    if counts is None:
        return []
    return [
        Step(at_us=counts.first_us, moment=Moment.FIRST_REPORT),
        Step(at_us=counts.last_us, moment=Moment.LAST_REPORT),
    ]


def _told(sent: Sequence[SentNotice]) -> list[Step]:
    steps = []
    for one in sent:
        notice, word = one.notice, str(one.notice.kind)
        assert notice.approved_us is not None
        steps.append(Step(at_us=notice.approved_us, moment=Moment.APPROVED, word=word, actor=notice.approver))
        begun_us = _begun_us(one)
        if begun_us is not None:
            steps.append(Step(at_us=begun_us, moment=Moment.TELLING, word=word))
        if notice.finished_us is not None:
            told = sum(count.addresses for count in one.counts if count.state in _TOLD)
            steps.append(Step(at_us=notice.finished_us, moment=Moment.TOLD, word=word, customers=told))
        if notice.state is NoticeState.CANCELLED and notice.closed_us is not None:
            steps.append(Step(at_us=notice.closed_us, moment=Moment.CANCELLED, word=word, actor=notice.closed_by))
    return steps


def _begun_us(one: SentNotice) -> int | None:
    """When the first message of a notice was handed to its channel."""
    return min((count.first_us for count in one.counts if count.first_us is not None), default=None)


def _alerts(alerts: Sequence[RelatedAlert]) -> list[Step]:
    return [
        Step(at_us=one.alert.started_us, moment=Moment.ALERT, word=one.alert.name, actor=one.alert.account)
        for one in alerts
    ]


async def _words(session: Session, outage_id: int) -> list[ReportedWords]:
    members = await outages.members(session, outage_id, limit=MOST_REPORTS)
    entries = await timeline.get_many(session, [one.message_id for one in members])
    return [
        ReportedWords(member=one, words=entries[one.message_id].preview[:PREVIEW] if one.message_id in entries else "")
        for one in sorted(members, key=lambda one: (one.at_us, one.message_id))
    ]
