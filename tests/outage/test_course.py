"""The course of an outage shows every report once, beside what is usual."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.outage.course import BARS, MOST_BARS, STEPS_US, course, span_of
from channelhub.rules.outage.thresholds import DAY_US, HOUR_US, MINUTE_US

BEGAN = 1_800_000_000_000_000 // DAY_US * DAY_US + 9 * HOUR_US


@pytest.mark.parametrize(
    ("lasted_us", "step_us"),
    [(0, MINUTE_US), (20 * MINUTE_US, MINUTE_US), (2 * HOUR_US, 5 * MINUTE_US), (9 * HOUR_US, 30 * MINUTE_US),
     (2 * DAY_US, HOUR_US), (30 * DAY_US, 8 * HOUR_US)],
)  # fmt: skip
def test_the_interval_follows_from_how_long_it_lasted(lasted_us: int, step_us: int) -> None:
    assert span_of([BEGAN, BEGAN + lasted_us])[0] == step_us


def test_the_usual_is_a_share_of_each_intervals_traffic() -> None:
    reports = [BEGAN + minute * MINUTE_US for minute in (0, 0, 1, 3)]
    traffic = {BEGAN + minute * MINUTE_US: 10 * minute for minute in range(12)}
    found = course(reports, traffic, 0.01)

    assert found is not None
    assert [(one.at_us - BEGAN) // MINUTE_US for one in found.intervals] == list(range(-12, 8))
    assert [one.reports for one in found.intervals] == [*[0] * 12, 2, 1, 0, 1, 0, 0, 0, 0]
    assert [one.expected for one in found.intervals][12:15] == [0, pytest.approx(0.1), pytest.approx(0.2)]


def test_what_has_not_happened_yet_is_not_shown_as_none() -> None:
    found = course([BEGAN, BEGAN + MINUTE_US], {BEGAN + 2 * MINUTE_US: 5}, 0.1)

    assert found is not None
    assert found.intervals[-1].at_us == BEGAN + 2 * MINUTE_US


def test_without_knowledge_of_the_usual_there_is_no_line_of_it() -> None:
    for traffic, background in (({}, 0.1), ({BEGAN: 1}, None)):
        found = course([BEGAN], traffic, background)

        assert found is not None
        assert {one.expected for one in found.intervals} == {None}
    assert course([], {BEGAN: 1}, 0.1) is None


@given(st.lists(st.integers(BEGAN, BEGAN + 90 * DAY_US), min_size=1, max_size=50).map(sorted))
def test_every_report_is_in_one_interval_and_there_are_not_too_many(reports: list[int]) -> None:
    found = course(reports, {}, None)

    assert found is not None
    assert sum(one.reports for one in found.intervals) == len(reports)
    assert len(found.intervals) <= (MOST_BARS if found.step_us >= STEPS_US[-1] else BARS) + 18
    assert all(
        right.at_us - left.at_us == found.step_us
        for left, right in zip(found.intervals, found.intervals[1:], strict=False)
    )
