"""What an attempt means for its delivery and its endpoint."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.times import to_us
from channelhub.domain.webhooks import (
    Attempt,
    DeliveryState,
    DisabledReason,
    Endpoint,
    EndpointState,
    WebhookDelivery,
)
from channelhub.rules.webhooks.outcomes import Posted, delivery_after, endpoint_after, error_of
from channelhub.rules.webhooks.schedule import SCHEDULE_S

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOW_US = to_us(NOW)
WAITING = WebhookDelivery(
    id=7, webhook_id=1, message_key="evt_1_a", event_type="outage.suspected", state=DeliveryState.QUEUED, attempts=0,
    tries=0, due_us=NOW_US, error="", created_us=NOW_US, changed_us=NOW_US,
)  # fmt: skip


def posted(status: int | None, *, number: int = 1, retry_after_s: float | None = None) -> Posted:
    error = "timeout" if status is None else error_of(status)
    attempt = Attempt(number=number, at_us=NOW_US, took_ms=5, headers=(), status=status, answer="", error=error)
    return Posted(attempt=attempt, retry_after_s=retry_after_s)


@given(st.integers(100, 599))
def test_every_status_but_2xx_is_a_failure(status: int) -> None:
    assert (error_of(status) == "") is (200 <= status < 300)


@given(tries=st.integers(0, 9), status=st.sampled_from([None, 200, 204, 301, 404, 410, 429, 500, 503]))
def test_a_delivery_is_taken_tried_again_or_dead(tries: int, status: int | None) -> None:
    after = delivery_after(replace(WAITING, tries=tries), posted(status, number=tries + 1), now=NOW)

    assert (after.attempts, after.tries) == (tries + 1, tries + 1)
    if status in (200, 204):
        assert (after.state, after.error) == (DeliveryState.DELIVERED, "")
    elif status == 410 or tries + 1 == len(SCHEDULE_S):
        assert after.state is DeliveryState.FAILED
    else:
        assert after.state is DeliveryState.QUEUED
        assert after.due_us > NOW_US
    assert after.message_key == WAITING.message_key


def test_a_success_makes_an_endpoint_well_again() -> None:
    sick = Endpoint(id=1, url="", failing_since_us=NOW_US - 1, error="timeout")
    after = endpoint_after(sick, posted(200), now=NOW)

    assert (after.failing_since_us, after.error, after.delivered_us) == (None, "", NOW_US)


def test_the_first_failure_is_remembered_and_the_last_one_named() -> None:
    first = endpoint_after(Endpoint(id=1, url=""), posted(500), now=NOW)
    second = endpoint_after(first, posted(None), now=NOW + timedelta(hours=1))

    assert (first.failing_since_us, first.error) == (NOW_US, "status")
    assert (second.failing_since_us, second.error) == (NOW_US, "timeout")
    assert second.state is EndpointState.ENABLED


@pytest.mark.parametrize(
    ("status", "asked_s", "held_s"), [(429, None, 5), (503, 60.0, 60), (502, None, 5), (500, None, 0), (500, 60.0, 0)]
)
def test_who_says_that_it_is_too_much_is_left_alone(status: int, asked_s: float | None, held_s: int) -> None:
    after = endpoint_after(Endpoint(id=1, url=""), posted(status, retry_after_s=asked_s), now=NOW)

    assert max(0, after.hold_until_us - NOW_US) == held_s * 1_000_000


def test_an_endpoint_that_is_disabled_already_is_not_disabled_again() -> None:
    off = Endpoint(id=1, url="", state=EndpointState.DISABLED, disabled_reason=DisabledReason.BY_HAND)
    after = endpoint_after(off, posted(410), now=NOW)

    assert (after.disabled_reason, after.version) == (DisabledReason.BY_HAND, off.version)
