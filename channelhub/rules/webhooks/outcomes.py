"""What an attempt means: for the delivery, and for the endpoint as a whole."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from channelhub.domain.times import from_us, to_us
from channelhub.domain.webhooks import (
    Attempt,
    DeliveryState,
    DisabledReason,
    Endpoint,
    EndpointState,
    WebhookDelivery,
)
from channelhub.rules.webhooks.schedule import is_hopeless, wait_s

GONE: Final = 410
THROTTLING: Final = frozenset({429, 502, 503, 504})
THROTTLED_S: Final = 5.0  # how long an endpoint that says so is left alone, where it doesn't say how long


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """How one post went. `retry_after_s` is what the answer asked for."""

    attempt: Attempt
    retry_after_s: float | None = None

    @property
    def is_taken(self) -> bool:
        return not self.attempt.error


def error_of(status: int) -> str:
    """The word for an answer; empty for 2xx. A redirect is a failure: it is not followed."""
    if 200 <= status < 300:
        return ""
    if status == GONE:
        return "gone"
    return "redirect" if 300 <= status < 400 else "status"


def delivery_after(one: WebhookDelivery, posted: Posted, *, now: datetime) -> WebhookDelivery:
    """The delivery after an attempt: taken, to be tried again, or a dead letter."""
    now_us = to_us(now)
    tried = replace(one, attempts=posted.attempt.number, tries=one.tries + 1, changed_us=now_us)
    if posted.is_taken:
        return replace(tried, state=DeliveryState.DELIVERED, error="")
    pause_s = wait_s(one.id, tried.tries, asked_s=posted.retry_after_s)
    if pause_s is None or posted.attempt.status == GONE:
        return replace(tried, state=DeliveryState.FAILED, error=posted.attempt.error)
    return replace(tried, due_us=now_us + int(pause_s * 1_000_000), error=posted.attempt.error)


def endpoint_after(one: Endpoint, posted: Posted, *, now: datetime) -> Endpoint:
    """The endpoint after an attempt: well, failing, left alone for a while, or disabled."""
    now_us = to_us(now)
    if posted.is_taken:
        return replace(one, failing_since_us=None, delivered_us=now_us, error="")
    failing = replace(one, failing_since_us=one.failing_since_us or now_us, error=posted.attempt.error)
    if posted.attempt.status in THROTTLING:
        pause_s = THROTTLED_S if posted.retry_after_s is None else posted.retry_after_s
        failing = replace(failing, hold_until_us=max(one.hold_until_us, now_us + int(pause_s * 1_000_000)))
    if one.state is not EndpointState.ENABLED:
        return failing
    if posted.attempt.status == GONE:
        return _disabled(failing, DisabledReason.GONE, now_us)
    since = None if one.failing_since_us is None else from_us(one.failing_since_us)
    if is_hopeless(failing_since=since, now=now):
        return _disabled(failing, DisabledReason.FAILING, now_us)
    return failing


def _disabled(one: Endpoint, reason: DisabledReason, now_us: int) -> Endpoint:
    return replace(
        one, state=EndpointState.DISABLED, disabled_reason=reason, version=one.version + 1, changed_us=now_us
    )
