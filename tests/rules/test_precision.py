"""Precision over time: what people decided, in calendar weeks and months, with an honest interval."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.outages import OutageState as S
from channelhub.domain.times import to_us
from channelhub.rules.outage.precision import Raised, Unit, beginning, by_period, record, wilson

NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)  # a Wednesday
MINUTE_US = 60_000_000


def raised(
    state: S, at: datetime = NOW, *, detected_min: float = 10, customers: int = 5, confirmed_min: float | None = None,
    is_merged: bool = False,
) -> Raised:  # fmt: skip
    at_us = to_us(at)
    return Raised(
        state=state, began_us=at_us - int(detected_min * MINUTE_US), suspected_us=at_us, customers=customers,
        is_merged=is_merged, confirmed_us=None if confirmed_min is None else at_us + int(confirmed_min * MINUTE_US),
    )  # fmt: skip


def test_precision_is_of_what_people_decided_about() -> None:
    found = record([
        raised(S.CONFIRMED, confirmed_min=3, customers=6),
        raised(S.RESOLVED, confirmed_min=5, customers=8, detected_min=20),
        raised(S.DISMISSED, customers=40, detected_min=600),
        raised(S.SUSPECTED),
        raised(S.RESOLVED),
        raised(S.RESOLVED, is_merged=True, confirmed_min=1),
    ])  # fmt: skip

    assert (found.suspected, found.confirmed, found.dismissed, found.undecided, found.merged) == (5, 2, 1, 2, 1)
    assert found.precision == pytest.approx(2 / 3)
    assert (found.customers_to_suspicion, found.minutes_to_suspicion, found.minutes_to_confirmation) == (5.5, 10, 4)


def test_what_was_confirmed_and_then_dismissed_was_none() -> None:
    found = record([raised(S.DISMISSED, confirmed_min=1)])

    assert (found.confirmed, found.dismissed, found.precision) == (0, 1, 0.0)
    assert found.minutes_to_confirmation is None


def test_without_a_decision_there_is_no_precision() -> None:
    found = record([raised(S.SUSPECTED)])

    assert (found.precision, found.low, found.high) == (None, None, None)


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    weeks = by_period([], NOW, unit=Unit.WEEK, periods=2)
    months = by_period([], NOW, unit=Unit.MONTH, periods=3)

    assert [(one.begins.day, one.ends.day) for one in weeks] == [(2, 9), (23, 2)]
    assert [(one.begins.month, one.begins.day, one.ends.month) for one in months] == [(3, 1, 4), (2, 1, 3), (1, 1, 2)]


def test_an_outage_of_the_last_microsecond_is_in_its_week() -> None:
    edge = datetime(2026, 3, 2, tzinfo=UTC)
    found = by_period(
        [raised(S.SUSPECTED, edge), raised(S.DISMISSED, edge - timedelta(microseconds=1))],
        NOW, unit=Unit.WEEK, periods=2,
    )  # fmt: skip

    assert [(one.record.suspected, one.record.dismissed) for one in found] == [(1, 0), (1, 1)]


@given(
    st.lists(st.tuples(st.integers(0, 400 * 24), st.sampled_from(list(S)), st.booleans())),
    st.sampled_from(Unit), st.integers(1, 30),
)  # fmt: skip
def test_each_outage_since_the_beginning_is_in_one_period(
    rows: Sequence[tuple[int, S, bool]], unit: Unit, periods: int
) -> None:
    since = beginning(NOW, unit=unit, periods=periods)
    every = [raised(state, NOW - timedelta(hours=hours), is_merged=merged) for hours, state, merged in rows]
    recent = [one for one in every if one.suspected_us >= to_us(since)]
    found = by_period(recent, NOW, unit=unit, periods=periods)

    assert len(found) == periods
    assert found[-1].begins == since
    assert [one.ends for one in found[1:]] == [one.begins for one in found[:-1]]
    assert sum(one.record.suspected + one.record.merged for one in found) == len(recent)


@given(st.integers(1, 200).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_share_and_narrows(counts: tuple[int, int]) -> None:
    right, of = counts
    low, high = wilson(right, of)
    wide_low, wide_high = wilson(right * 4, of * 4)

    assert low is not None
    assert high is not None
    assert wide_low is not None
    assert wide_high is not None
    assert 0 <= low <= right / of <= high <= 1
    assert wide_high - wide_low < high - low


def test_the_interval_of_a_handful_is_wide() -> None:
    """9 of 10, as in Brown, Cai and DasGupta (2001)."""
    low, high = wilson(9, 10)

    assert (low, high) == (pytest.approx(0.596, abs=0.001), pytest.approx(0.982, abs=0.001))
