"""Ten tries within some 76 hours, each near its time, never sooner than the endpoint asked."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.webhooks.schedule import JITTER, SCHEDULE_S, is_hopeless, wait_s

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = 3600


def test_the_schedule_is_that_of_standard_webhooks() -> None:
    assert SCHEDULE_S == (0, 5, 300, 1800, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)


@given(delivery_id=st.integers(1, 2**62), tries=st.integers(0, 30))
def test_each_wait_is_near_its_place_in_the_schedule_and_the_same_when_asked_again(
    delivery_id: int, tries: int
) -> None:
    wait = wait_s(delivery_id, tries)

    assert wait == wait_s(delivery_id, tries)
    if tries >= len(SCHEDULE_S):
        assert wait is None
    else:
        assert wait is not None
        assert (1 - JITTER) * SCHEDULE_S[tries] <= wait <= (1 + JITTER) * SCHEDULE_S[tries]


def test_what_failed_together_is_not_tried_together() -> None:
    waits = {wait_s(number, 2) for number in range(100)}

    assert len(waits) == 100


@given(delivery_id=st.integers(1, 1000), tries=st.integers(0, 9), asked=st.floats(0, 1e9))
def test_never_sooner_than_asked_up_to_a_day(delivery_id: int, tries: int, asked: float) -> None:
    wait, usual = wait_s(delivery_id, tries, asked_s=asked), wait_s(delivery_id, tries)

    assert wait is not None
    assert usual is not None
    assert wait >= min(asked, 24 * HOUR)
    assert wait <= max(usual, 24 * HOUR)


def test_five_days_of_nothing_but_failures_are_hopeless() -> None:
    assert not is_hopeless(failing_since=None, now=NOW)
    assert not is_hopeless(failing_since=NOW - timedelta(days=5) + timedelta(seconds=1), now=NOW)
    assert is_hopeless(failing_since=NOW - timedelta(days=5), now=NOW)
