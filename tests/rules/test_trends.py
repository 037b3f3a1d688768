"""A trend is called only where chance does not explain it."""

from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.topics.trends import Change, Trend, against, trends, two_sided


def slowly(seen: int, of: int, share: float) -> float:
    chances = [comb(of, count) * share**count * (1 - share) ** (of - count) for count in range(of + 1)]
    return min(1.0, 2 * min(sum(chances[: seen + 1]), sum(chances[seen:])))


@given(st.integers(0, 60).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))), st.floats(0.01, 0.99))
def test_the_chance_is_that_of_the_whole_computation(counts: tuple[int, int], share: float) -> None:
    seen, of = counts

    assert two_sided(seen, of, share) == pytest.approx(slowly(seen, of, share), rel=1e-6, abs=1e-12)


def test_neither_a_busy_week_nor_another_topics_rush_nor_a_quiet_one_is_a_change() -> None:
    usual, wrote = [10, 10, 10, 10], [1000, 1000, 1000, 1000]
    busy, rush, quiet = against(40, 4000, usual, wrote), against(10, 4000, usual, wrote), against(3, 300, usual, wrote)

    assert trends([busy, rush, quiet]) == [Trend.STEADY] * 3
    assert busy is not None
    assert (busy.before, busy.ratio) == (10.0, 4.0)


def test_a_large_change_is_called_and_a_small_one_is_not() -> None:
    grown = against(40, 1000, [10, 12, 9, 11], [1000] * 4)
    fallen = against(1, 1000, [20, 22, 19, 21], [1000] * 4)
    alike = against(13, 1000, [10, 12, 9, 11], [1000] * 4)

    assert trends([grown, fallen, alike, None]) == [Trend.UP, Trend.DOWN, Trend.STEADY, Trend.UNKNOWN]


def test_a_rush_that_is_most_of_the_traffic_is_still_called() -> None:
    rush = against(120, 130, [10, 10, 10, 10], [20, 20, 20, 20])

    assert trends([rush]) == [Trend.UP]


def test_what_nobody_complained_of_before_has_no_ratio() -> None:
    change = against(12, 500, [0, 0], [500, 400])

    assert change is not None
    assert change.ratio is None
    assert trends([change]) == [Trend.UP]


def test_weeks_in_which_nobody_wrote_are_left_out() -> None:
    assert against(5, 100, [0, 0], [0, 0]) is None
    assert against(0, 0, [5], [100]) is None
    change = against(5, 100, [4, 0], [100, 0])
    assert change is not None
    assert change.before == 4.0


def test_one_chance_in_twenty_among_fifty_topics_is_no_trend() -> None:
    lucky, others = Change(before=10, ratio=2.0, p=0.04), [Change(before=10, ratio=1.0, p=0.9)] * 49

    assert trends([lucky]) == [Trend.UP]
    assert trends([lucky, *others])[0] is Trend.STEADY


def test_among_many_topics_without_a_change_hardly_one_is_called() -> None:
    random = Random(7)

    def drawn() -> int:
        return sum(random.random() < 0.02 for _ in range(500))

    changes = [against(drawn(), 500, [drawn() for _ in range(4)], [500] * 4) for _ in range(60)]
    called = [one for one in trends(changes) if one is not Trend.STEADY]

    assert len(called) <= 1
    assert all(isinstance(one, Change) for one in changes)
