"""Incidents and outages as the API shows them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from channelhub.domain.times import from_us
from channelhub.pipeline.explaining import Explained
from channelhub.rules.incident import Incident
from channelhub.rules.lifecycle import ALLOWED
from channelhub.rules.outage.emerging import Emerging
from channelhub.rules.outage.phrasing import sentences
from channelhub.store.outages import Counts, ListedMember, Outage
from channelhub.store.ratings import Scores
from channelhub.store.timeline import Entry
from channelhub.web.views.alerts import DeliveryView
from channelhub.web.views.explanation import (
    AffectedView,
    ChartPoint,
    ExplanationView,
    GrowthView,
    RepresentativeView,
    TraitView,
    WordView,
    explanation_fields,
)
from channelhub.web.views.monitoring import RelatedAlertView
from channelhub.web.views.ratings import RatingSummary, summary


class IncidentView(msgspec.Struct, frozen=True, kw_only=True):
    """A registered contact. Send `version` back to change it; `next_states` are those it can go to."""

    id: str
    number: int
    state: str
    version: int
    priority: str
    priority_reasons: list[str]
    service: str
    subject: str
    language: str
    order_id: str
    assignee: str
    conversation_id: str
    opened_at: datetime
    changed_at: datetime
    state_times: dict[str, datetime]
    next_states: list[str]
    customer_id: str = ""
    account: str
    channel: str
    tags: list[str]
    snoozed: bool
    snoozed_until: datetime | None  # null while it is snoozed: until the customer writes


class IncidentPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is what to pass as `before`; null at the end."""

    items: list[IncidentView]
    next: str | None


class OutageView(msgspec.Struct, frozen=True, kw_only=True):
    """A mass incident: what it is about, since when, and how many different customers report it."""

    id: str
    state: str
    version: int
    title: str
    terms: list[str]
    reasons: list[str]
    customers: int
    messages: int
    began_at: datetime
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    last_report_at: datetime | None
    merged_into: str | None
    level: str  # the highest escalation level reached, or empty
    split_from: str | None


class OutagePage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is what to pass as `before`; null at the end."""

    items: list[OutageView]
    next: str | None


class EmergingView(msgspec.Struct, frozen=True, kw_only=True):
    """A burst that may become an outage: from the score `needed` on, and with enough customers, it is suspected.

    `text` is its newest report.
    """

    customers: int
    score: float
    needed: float
    terms: list[str]
    messages: list[str]
    text: str
    first_at: datetime
    last_at: datetime


class EmergingList(msgspec.Struct, frozen=True, kw_only=True):
    """The strongest first."""

    items: list[EmergingView]


class MemberView(msgspec.Struct, frozen=True, kw_only=True):
    """One report of an outage, with why it belongs there."""

    message_id: str
    customer_id: str
    channel: str
    account: str
    subject: str
    language: str
    weight: float
    reasons: list[str]
    at: datetime


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """How many of the reports have this channel or language."""

    value: str
    messages: int


class OutageDetail(OutageView, frozen=True, kw_only=True):
    """An outage with its newest reports and what explains it. `chart_interval_s` is null without reports."""

    explanation: ExplanationView
    growth: GrowthView | None
    chart: list[ChartPoint]
    chart_interval_s: int | None
    representatives: list[RepresentativeView]
    distinguishing: list[WordView]
    common: list[TraitView]
    affected: list[AffectedView]

    members: list[MemberView]
    channels: list[Share]
    languages: list[Share]
    ratings: RatingSummary  # of the customers who were asked once it was over
    alerts: list[RelatedAlertView]  # of monitoring, in the same minutes or about the same
    told: list[DeliveryView]  # what each alert target was told last, or is going to be told


def incident(one: Incident, *, customer_id: int | None = None, tags: Sequence[str] = ()) -> IncidentView:
    return IncidentView(**incident_fields(one, customer_id=customer_id, tags=tags))


def incident_fields(one: Incident, *, customer_id: int | None, tags: Sequence[str]) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "number": one.number,
        "state": str(one.state),
        "version": one.version,
        "priority": str(one.priority),
        "priority_reasons": list(one.priority_reasons),
        "service": one.service,
        "subject": one.subject,
        "language": one.language,
        "order_id": one.order_id,
        "assignee": one.assignee,
        "conversation_id": str(one.conversation_id),
        "opened_at": from_us(one.opened_us),
        "changed_at": from_us(one.changed_us),
        "state_times": {state: from_us(at_us) for state, at_us in one.state_times.items()},
        "next_states": sorted(str(state) for state in ALLOWED[one.state]),
        "account": one.account,
        "channel": one.channel,
        "tags": list(tags),
        "snoozed": one.is_snoozed,
        "snoozed_until": from_us(one.snoozed_until_us) if one.snoozed_until_us is not None else None,
        "customer_id": "" if customer_id is None else str(customer_id),
    }


def emerging(one: Emerging, texts: Mapping[int, Entry]) -> EmergingView:
    newest = texts.get(one.messages[0]) if one.messages else None
    return EmergingView(
        customers=one.customers,
        score=one.score,
        needed=one.needed,
        terms=[term.removeprefix("#") for term in one.terms],
        messages=[str(message_id) for message_id in one.messages],
        text=newest.preview if newest else "",
        first_at=from_us(one.first_us),
        last_at=from_us(one.last_us),
    )


def outage(one: Outage, counts: Mapping[int, Counts], language: str = "en") -> OutageView:
    return OutageView(**_outage_fields(one, counts.get(one.id), language))


def outage_detail(
    one: Outage,
    counts: Mapping[int, Counts],
    members: Sequence[ListedMember],
    rated: Scores | None,
    alerts: Sequence[RelatedAlertView],
    told: Sequence[DeliveryView],
    explained: Explained,
    language: str,
) -> OutageDetail:
    return OutageDetail(
        **_outage_fields(one, counts.get(one.id), language),
        **explanation_fields(one, explained, members, language),
        members=[_member(member, language) for member in members],
        channels=_shares([member.channel for member in members]),
        languages=_shares([member.language or "?" for member in members]),
        ratings=summary(rated),
        alerts=list(alerts),
        told=list(told),
    )


def _outage_fields(one: Outage, count: Counts | None, language: str) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "state": str(one.state),
        "version": one.version,
        "title": one.title,
        "terms": list(one.terms),
        "reasons": sentences(one.reasons, language),
        "customers": count.customers if count else 0,
        "messages": count.messages if count else 0,
        "began_at": from_us(one.began_us),
        "opened_at": from_us(one.opened_us),
        "changed_at": from_us(one.changed_us),
        "closed_at": from_us(one.closed_us) if one.closed_us is not None else None,
        "last_report_at": from_us(count.last_us) if count else None,
        "merged_into": str(one.merged_into) if one.merged_into is not None else None,
        "level": one.level,
        "split_from": str(one.split_from) if one.split_from is not None else None,
    }


def _member(one: ListedMember, language: str) -> MemberView:
    return MemberView(
        message_id=str(one.message_id),
        customer_id=str(one.customer_id),
        channel=one.channel,
        account=one.account,
        subject=one.subject,
        language=one.language,
        weight=one.weight,
        reasons=sentences(one.reasons, language),
        at=from_us(one.at_us),
    )


def _shares(values: Sequence[str]) -> list[Share]:
    counted: dict[str, int] = {}
    for value in values:
        counted[value] = counted.get(value, 0) + 1
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return [Share(value=value, messages=count) for value, count in ordered]
