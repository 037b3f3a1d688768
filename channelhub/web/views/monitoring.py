"""Alerts of monitoring systems as the API and the pages show them."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from channelhub.domain.times import from_us
from channelhub.rules.monitoring import FiredAlert
from channelhub.rules.outage.alerts import RelatedAlert, lead_words


class AlertView(msgspec.Struct, frozen=True, kw_only=True):
    """One time that an alert fired; `ended_at` null: it still does. `severity` is in its system's own word."""

    id: str
    account: str
    name: str
    severity: str
    summary: str
    labels: dict[str, str]
    url: str
    started_at: datetime
    ended_at: datetime | None


class AlertPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is what to pass as `before`; null at the end."""

    items: list[AlertView]
    next: str | None


class RelatedAlertView(AlertView, frozen=True, kw_only=True):
    """An alert of an outage's minutes. `lead_seconds`: how much later than the first report it began to fire, below 0
    when monitoring was first; `words` says so. `shared_terms`: what both are about; without any, only the time fits."""

    lead_seconds: int
    words: str
    shared_terms: list[str]


def alert(one: FiredAlert) -> AlertView:
    return AlertView(
        id=str(one.id),
        account=one.account,
        name=one.name,
        severity=one.severity,
        summary=one.summary,
        labels=one.labels,
        url=one.url,
        started_at=from_us(one.started_us),
        ended_at=None if one.ended_us is None else from_us(one.ended_us),
    )


def related_alerts(found: Iterable[RelatedAlert], language: str) -> list[RelatedAlertView]:
    return [
        RelatedAlertView(
            **msgspec.structs.asdict(alert(one.alert)),
            lead_seconds=one.lead_us // 1_000_000,
            words=lead_words(one.lead_us, language),
            shared_terms=[term.removeprefix("#") for term in one.shared],
        )
        for one in found
    ]
