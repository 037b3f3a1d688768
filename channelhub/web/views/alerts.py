"""Alert targets and what they were told, as the API and the pages show them."""

from datetime import datetime

import msgspec

from channelhub.domain.alerts import AlertDeliveryState, OutageAlert
from channelhub.domain.times import from_us
from channelhub.store.alerts import AlertDelivery

NEVER, OK, FAILING = "never", "ok", "failing"


class TargetView(msgspec.Struct, frozen=True, kw_only=True):
    """One `[alerts.NAME]`. `state`: never (nothing was told yet), ok, or failing, with the reason in `detail`."""

    name: str
    kind: str
    state: str
    detail: str
    since: datetime | None


class DeliveryView(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to tell one target. `key` is what the receiver knows the outage by; `outage_id` null: a test, or about
    an event: `event_type` is its type then, `summary` where many are summed up, else empty."""

    id: str
    target: str
    key: str
    outage_id: str | None
    event_type: str
    action: str
    state: str
    attempts: int
    may_have_arrived: bool
    customers: int
    error: str
    next_at: datetime | None
    created_at: datetime
    changed_at: datetime


class SampleView(msgspec.Struct, frozen=True, kw_only=True):
    """What a target is told of a sample event, in its language: plain text."""

    title: str
    text: str


class AlertsView(msgspec.Struct, frozen=True, kw_only=True):
    """The targets, and deliveries, the newest first. `next` is what to pass as `before`; null at the end."""

    targets: list[TargetView]
    items: list[DeliveryView]
    next: str | None


def target(name: str, kind: str, last: AlertDelivery | None) -> TargetView:
    """How a target does, by the last thing that was tried."""
    if last is None:
        return TargetView(name=name, kind=kind, state=NEVER, detail="", since=None)
    is_failing = bool(last.error) or last.state is AlertDeliveryState.FAILED
    return TargetView(
        name=name,
        kind=kind,
        state=FAILING if is_failing else OK,
        detail=last.error,
        since=from_us(last.changed_us),
    )


def delivery(one: AlertDelivery) -> DeliveryView:
    return DeliveryView(
        id=str(one.id),
        target=one.target,
        key=one.key,
        outage_id=None if one.outage_id is None else str(one.outage_id),
        event_type=one.event_type,
        action=str(one.action),
        state=str(one.state),
        attempts=one.attempts,
        may_have_arrived=one.may_have_arrived,
        customers=one.content.customers if isinstance(one.content, OutageAlert) else 0,
        error=one.error,
        next_at=None if one.due_us is None else from_us(one.due_us),
        created_at=from_us(one.created_us),
        changed_at=from_us(one.changed_us),
    )
