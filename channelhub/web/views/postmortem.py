"""The record of an outage as the API shows it."""

from datetime import datetime

import msgspec

from channelhub.domain.times import from_us
from channelhub.pipeline.postmortem import Postmortem
from channelhub.web.views import notices as notice_views
from channelhub.web.views.monitoring import RelatedAlertView, related_alerts
from channelhub.web.views.ratings import RatingSummary, summary


class TallyView(msgspec.Struct, frozen=True, kw_only=True):
    """How many reports of how many customers have this channel or language."""

    value: str
    messages: int
    customers: int


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the course. `moment`: first_report, decision, approved, telling, told, cancelled, last_report, alert;
    `word` says which decision, kind of notice or alert."""

    at: datetime
    moment: str
    word: str
    actor: str
    customers: int


class SpansView(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds: first report → suspected → confirmed → the first customer told; first report → over. Null: not yet."""

    to_detect: int | None
    to_confirm: int | None
    to_notice: int | None
    to_resolve: int | None


class ReportView(msgspec.Struct, frozen=True, kw_only=True):
    """A report with the beginning of its words."""

    message_id: str
    at: datetime
    channel: str
    language: str
    text: str


class PostmortemView(msgspec.Struct, frozen=True, kw_only=True):
    """An outage's record. `markdown` is the same for people. Customers' words are in it only where `reports=true` asks
    for them; the title is one report's own."""

    outage_id: str
    title: str
    state: str
    merged_into: str | None
    customers: int
    messages: int
    customers_told: int
    channels: list[TallyView]
    languages: list[TallyView]
    seconds: SpansView
    course: list[StepView]
    notices: list[notice_views.NoticeView]
    ratings: RatingSummary
    alerts: list[RelatedAlertView]
    reports: list[ReportView]
    markdown: str


def postmortem(one: Postmortem, *, markdown: str, language: str) -> PostmortemView:
    outage = one.outage
    return PostmortemView(
        outage_id=str(outage.id),
        title=outage.title,
        state=str(outage.state),
        merged_into=str(outage.merged_into) if outage.merged_into is not None else None,
        customers=one.counts.customers if one.counts else 0,
        messages=one.counts.messages if one.counts else 0,
        customers_told=one.told,
        channels=[TallyView(value=t.value, messages=t.messages, customers=t.customers) for t in one.channels],
        languages=[TallyView(value=t.value, messages=t.messages, customers=t.customers) for t in one.languages],
        seconds=SpansView(
            to_detect=_seconds(one.spans.to_detect_us),
            to_confirm=_seconds(one.spans.to_confirm_us),
            to_notice=_seconds(one.spans.to_notice_us),
            to_resolve=_seconds(one.spans.to_resolve_us),
        ),
        course=[
            StepView(
                at=from_us(step.at_us),
                moment=str(step.moment),
                word=step.word,
                actor=step.actor,
                customers=step.customers,
            )
            for step in one.course
        ],
        notices=[notice_views.notice(sent.notice, sent.counts) for sent in one.notices],
        ratings=summary(one.ratings),
        alerts=related_alerts(one.alerts, language),
        reports=[
            ReportView(
                message_id=str(report.member.message_id),
                at=from_us(report.member.at_us),
                channel=report.member.channel,
                language=report.member.language,
                text=report.words,
            )
            for report in one.reports
        ],
        markdown=markdown,
    )


def _seconds(span_us: int | None) -> int | None:
    return None if span_us is None else span_us // 1_000_000
