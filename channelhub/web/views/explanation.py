"""What explains an outage, as the API shows it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from channelhub.domain.times import from_us
from channelhub.pipeline.explaining import Explained
from channelhub.rules.outage.affected import AffectedBy
from channelhub.rules.outage.course import Course
from channelhub.rules.outage.distinguishing import Distinguishing
from channelhub.rules.outage.phrasing import sentences
from channelhub.rules.outage.reasons import AnyReason
from channelhub.rules.outage.trait_phrasing import trait_in_words
from channelhub.rules.outage.traits import CommonTrait
from channelhub.store.outage_decisions import Decided
from channelhub.store.outage_words import Opening
from channelhub.store.outages import ListedMember, Outage


class DecisionView(msgspec.Struct, frozen=True, kw_only=True):
    """One decision. `reasons` in words, `codes` the same for machines. `actor` is empty for the hub itself; `about` is
    the other outage or the message; `customers` the distinct ones by then, null where nobody counted."""

    at: datetime
    decision: str
    actor: str
    about: str | None
    customers: int | None
    reasons: list[str]
    codes: list[AnyReason]


class ExplanationView(msgspec.Struct, frozen=True, kw_only=True):
    """When it was first reported and when it was noticed, and every decision since, the newest 200 in order."""

    first_report_at: datetime
    suspected_at: datetime
    decisions: list[DecisionView]


class ChartPoint(msgspec.Struct, frozen=True, kw_only=True):
    """An interval's reports, and how many unrelated messages such words would usually take in (null: not known)."""

    at: datetime
    reports: int
    expected: float | None


class RepresentativeView(msgspec.Struct, frozen=True, kw_only=True):
    """A report that says what the outage is about, in its customer's own words (at most 600 characters)."""

    message_id: str
    customer_id: str
    channel: str
    language: str
    at: datetime
    subject: str
    text: str


class WordView(msgspec.Struct, frozen=True, kw_only=True):
    """A word that tells the reports from usual messages. `customers` of `of` affected ones wrote it; `usual_share` of
    the others; `certainty` is the z-score of its log-odds."""

    word: str
    customers: int
    of: int
    usual_share: float
    certainty: float


class TraitView(msgspec.Struct, frozen=True, kw_only=True):
    """What stands out among the affected: `customers` of the `of` whose value is known; `usual_share` of the others
    have it. `lift`: how many times as frequent; `p`: how likely by chance, corrected for all that was compared."""

    name: str
    value: str
    customers: int
    of: int
    usual_share: float
    lift: float
    p: float
    words: str


class ValueCountView(msgspec.Struct, frozen=True, kw_only=True):
    """So many affected customers have this value."""

    value: str
    customers: int


class AffectedView(msgspec.Struct, frozen=True, kw_only=True):
    """The affected customers by one attribute, which is known of `known` of them: its most frequent values, each of two
    customers or more, and how many `others` have another one."""

    name: str
    known: int
    values: list[ValueCountView]
    others: int


class GrowthView(msgspec.Struct, frozen=True, kw_only=True):
    """Reports of the last hour and of the hour before it, at `at`: now, or when the last thing was heard."""

    at: datetime
    last_hour: int
    hour_before: int


def explanation_fields(one: Outage, found: Explained, members: Sequence[ListedMember], language: str) -> dict[str, Any]:
    """The fields of an outage's detail that explain it."""
    by_id = {member.message_id: member for member in members}
    course = found.course
    return {
        "explanation": ExplanationView(
            first_report_at=from_us(one.began_us),
            suspected_at=from_us(one.opened_us),
            decisions=[_decision(decided, language) for decided in found.decisions],
        ),
        "growth": _growth(course),
        "chart": chart_points(course),
        "chart_interval_s": None if course is None else course.step_us // 1_000_000,
        "representatives": [
            _representative(said, by_id) for said in found.compared.representatives if said.message_id in by_id
        ],
        "distinguishing": [_word(word, told) for word, told in found.compared.words],
        "common": [_trait(trait, language) for trait in found.compared.common],
        "affected": [_affected(one) for one in found.compared.affected],
    }


def _decision(one: Decided, language: str) -> DecisionView:
    return DecisionView(
        at=from_us(one.at_us),
        decision=one.decision,
        actor=one.actor,
        about=str(one.subject_id) if one.subject_id else None,
        customers=one.customers or None,
        reasons=sentences(one.reasons, language),
        codes=list(one.reasons),
    )


def _growth(course: Course | None) -> GrowthView | None:
    if course is None:
        return None
    return GrowthView(at=from_us(course.heard_us), last_hour=course.last_hour, hour_before=course.hour_before)


def chart_points(course: Course | None) -> list[ChartPoint]:
    """The intervals of a course; none of no course."""
    return [
        ChartPoint(
            at=from_us(each.at_us),
            reports=each.reports,
            expected=None if each.expected is None else round(each.expected, 4),
        )
        for each in (course.intervals if course else ())
    ]


def _representative(one: Opening, members: Mapping[int, ListedMember]) -> RepresentativeView:
    member = members[one.message_id]
    return RepresentativeView(
        message_id=str(one.message_id),
        customer_id=str(member.customer_id),
        channel=member.channel,
        language=one.language,
        at=from_us(member.at_us),
        subject=one.subject,
        text=one.text,
    )


def _word(word: str, one: Distinguishing) -> WordView:
    return WordView(
        word=word,
        customers=one.reports,
        of=one.of_reports,
        usual_share=round(one.usual / one.of_usual, 5),
        certainty=round(one.z, 2),
    )


def _affected(one: AffectedBy) -> AffectedView:
    return AffectedView(
        name=one.name,
        known=one.known,
        values=[ValueCountView(value=each.value, customers=each.customers) for each in one.values],
        others=one.others,
    )


def _trait(one: CommonTrait, language: str) -> TraitView:
    return TraitView(
        name=one.name,
        value=one.value,
        customers=one.affected,
        of=one.affected_known,
        usual_share=round(one.others / one.others_known, 5),
        lift=one.lift,
        p=one.p,
        words=trait_in_words(one, language),
    )
