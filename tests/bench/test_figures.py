"""The benchmark's arithmetic. Nothing here is timed."""

import pytest

from bench.figures import Goal, PeerCheck, Sense, Verdict, judge, missing, order_of, ratios
from bench.report import document, is_reached, table

GOAL = Goal(id="X1", title="things", must=2.0)
ROUNDS = [{"hub": 30.0, "bare": 10.0}, {"hub": 5.0, "bare": 10.0}, {"hub": 20.0, "bare": 10.0}]


def test_a_ratio_is_taken_within_its_round() -> None:
    assert ratios(ROUNDS, "hub", "bare") == (3.0, 0.5, 2.0)


def test_the_median_decides_not_the_best_round() -> None:
    assert judge(GOAL, ratios(ROUNDS, "hub", "bare")).verdict is Verdict.OK
    assert judge(GOAL, (9.0, 1.9, 1.0)).verdict is Verdict.MISSED


@pytest.mark.parametrize(("figure", "verdict"), [(1.19, Verdict.OK), (1.2, Verdict.MISSED)])
def test_a_limit_must_be_stayed_below(figure: float, verdict: Verdict) -> None:
    limit = Goal(id="X2", title="slower", must=1.2, sense=Sense.BELOW)

    assert judge(limit, (figure,)).verdict is verdict


@pytest.mark.parametrize(("measured", "verdict"), [(0.1, Verdict.OK), (0.0999, Verdict.INVALID)])
def test_a_peer_below_half_its_published_ratio_makes_the_run_invalid(measured: float, verdict: Verdict) -> None:
    check = PeerCheck(name="a commit per message", published=0.2, measured=measured)

    outcome = judge(GOAL, (50.0,), checks=[check])

    assert outcome.verdict is verdict
    assert not is_reached([outcome]) or verdict is Verdict.OK


def test_what_could_not_be_measured_is_not_reached() -> None:
    outcome = missing(GOAL, "no compiler")

    assert not is_reached([judge(GOAL, (3.0,)), outcome])
    assert "no compiler" in table([outcome])


def test_a_wish_is_shown_and_fails_no_run() -> None:
    wish = Goal(id="X3", title="more", must=9.0, is_wish=True)

    outcome = judge(wish, (3.0,))

    assert outcome.verdict is Verdict.SHORT
    assert is_reached([judge(GOAL, (3.0,)), outcome])
    assert not is_reached([judge(GOAL, (1.0,)), outcome])


def test_every_second_round_runs_backward() -> None:
    assert order_of(("a", "b", "c"), 0) == ["a", "b", "c"]
    assert order_of(("a", "b", "c"), 1) == ["c", "b", "a"]


def test_the_table_shows_must_median_and_range() -> None:
    outcome = judge(GOAL, (3.0, 0.5, 2.0))

    assert "| X1 | things | ≥ 2× | 2× (0.5–3)" in " ".join(table([outcome]).split()).replace(" |", " |")
    assert document([outcome])["goals"][0]["median"] == 2.0
