"""The score is the negative binomial's tail; shares and samples are what was learnt."""

from math import exp, lgamma, log, log10

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelhub.rules.outage.burst import problem_evidence, score
from channelhub.rules.outage.reservoir import Reservoir, ReservoirState
from channelhub.rules.outage.sums import STEPS, Sums, bits
from channelhub.rules.outage.thresholds import DAY_US, HOUR_US, OutageRules
from channelhub.rules.outage.usual import Usual
from channelhub.rules.outage.votes import ALL
from tests.examples import examples


def _tail(seen: int, mean: float, shape: float) -> float:
    def mass(count: int) -> float:
        return exp(
            lgamma(shape + count) - lgamma(shape) - lgamma(count + 1)
            + count * log(mean / (mean + shape)) + shape * log(shape / (mean + shape))
        )  # fmt: skip

    return sum(mass(count) for count in range(seen, seen + 3000))


@settings(max_examples=examples(60))
@given(st.integers(1, 60), st.floats(0.001, 20.0), st.floats(0.5, 20.0))
def test_score_is_the_tail_of_the_negative_binomial(seen: int, mean: float, shape: float) -> None:
    expected = -log10(_tail(seen, mean, shape)) if seen > mean else 0.0

    assert score(seen, mean, shape) == pytest.approx(max(0.0, expected), abs=0.01)


@given(st.integers(1, 200), st.floats(0.0, 50.0))
def test_more_reports_are_never_less_unusual(seen: int, mean: float) -> None:
    assert 0.0 <= score(seen, mean, 2.5) <= score(seen + 1, mean, 2.5) <= 300.0


def test_problem_wording_speaks_for_an_outage_and_its_absence_against() -> None:
    def evidence(problems: list[float]) -> float:
        return problem_evidence(problems, 0.2, 0.6, floor=-4.0, ceiling=1.5)

    assert evidence([1.0] * 10) == 1.5
    assert evidence([0.0] * 30) == -4.0
    assert evidence([0.0]) < evidence([0.5]) < evidence([1.0])
    assert evidence([]) == 0.0


def test_share_follows_recent_traffic_and_forgets() -> None:
    usual = Usual(OutageRules(half_life_days=1.0))
    for hour in range(240):
        usual.learn((ALL, "old") if hour < 120 else (ALL, "new"), (hour + 1) * HOUR_US, 0.0)
    now_us = 240 * HOUR_US

    assert usual.share("new", now_us) > 0.9
    assert usual.share("old", now_us) < 0.06
    assert 0 < usual.share("never", now_us) < 0.05
    assert usual.days(now_us) == pytest.approx(239 / 24)


def test_proportional_growth_changes_no_share() -> None:
    usual = Usual(OutageRules())
    for number in range(400):
        usual.learn((ALL, "a") if number % 4 == 0 else (ALL, "b"), HOUR_US + number * HOUR_US // 10, 0.0)
    before = usual.share("a", 42 * HOUR_US)
    for number in range(4000):
        usual.learn((ALL, "a") if number % 4 == 0 else (ALL, "b"), 42 * HOUR_US + number * HOUR_US // 1000, 0.0)

    assert usual.share("a", 46 * HOUR_US) == pytest.approx(before, rel=0.02)


def test_years_of_decay_stay_finite_and_forget_terms() -> None:
    usual = Usual(OutageRules(half_life_days=1.0))
    for day in range(1, 3000):
        usual.learn((ALL, f"word{day}"), day * DAY_US, 1.0)

    assert len(usual.state.weights) < 20
    assert usual.share("word2999", 2999 * DAY_US) > usual.share("word2990", 2999 * DAY_US)
    assert usual.problem_share() == pytest.approx(1.0)


def test_usual_rates_forget_the_rarest_of_too_many_terms() -> None:
    usual = Usual(OutageRules(most_terms=100))
    for number in range(1000):
        usual.learn((ALL, f"once{number}", "often"), HOUR_US + number, 0.2)

    assert len(usual.state.weights) <= 100
    assert usual.share("often", HOUR_US + 1000) == pytest.approx(1001 / 1002)
    assert usual.problem_share() == pytest.approx(0.2)


@given(st.lists(st.lists(st.sampled_from("abcd"), unique=True, max_size=4).map(tuple), max_size=60))
def test_reservoir_holds_the_newest_and_finds_pairs(offered: list[tuple[str, ...]]) -> None:
    rules = OutageRules(reservoir_size=10, reservoir_days=0.001)
    reservoir = Reservoir(rules)
    for number, terms in enumerate(offered):
        reservoir.offer(terms, DAY_US + number)
    newest = offered[-10:]
    both = sum("a" in terms and "b" in terms for terms in newest)
    again = Reservoir(rules, ReservoirState(**{name: getattr(reservoir.state, name) for name in _FIELDS}))

    assert len(reservoir) == len(newest)
    for held in (reservoir, again):
        assert held.pair_share("a", "b") == (both + 1) / (len(newest) + 2)
        sums = held.sums({"a": 2.0, "b": 1.0})
        weighed = [2.0 * ("a" in terms) + ("b" in terms) for terms in newest]
        for cut in (0.5, 1.0, 1.5, 2.0, 3.0, 3.1, 100.0):
            assert sums.at_least(cut) == sum(weight >= cut for weight in weighed)


@given(st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.integers(1, 250), st.sets(st.integers(0, 200)))))
def test_sums_are_those_of_each_message(terms: dict[str, tuple[int, set[int]]]) -> None:
    sums, weighed = Sums(), dict.fromkeys(range(201), 0.0)
    for weight, slots in terms.values():
        sums.add(bits(slots, 201), weight / STEPS)
        for slot in slots:
            weighed[slot] += weight / STEPS

    for cut in {1 / STEPS, 0.7, 2.0, *filter(None, weighed.values())}:
        assert sums.at_least(cut) == sum(weight >= cut for weight in weighed.values())


def test_reservoir_keeps_common_and_rare_terms_alike() -> None:
    reservoir = Reservoir(OutageRules(reservoir_size=300, reservoir_days=0.001))
    for number in range(1000):
        reservoir.offer(("all", f"every{number % 2}", f"once{number}"), DAY_US + number)

    assert [reservoir.pair_share("all", other) * 302 - 1 for other in ("all", "every0", "once999", "once1")] == [
        pytest.approx(300), pytest.approx(150), pytest.approx(1), pytest.approx(0)
    ]  # fmt: skip
    for number in range(300):
        reservoir.offer(("other",), 2 * DAY_US + number)

    assert reservoir.pair_share("all", "all") == 1 / 302
    assert reservoir.sums({"all": 1.0, "every1": 1.0}).at_least(0.1) == 0


_FIELDS = ("entries", "position", "offered", "first_us")


def test_reservoir_is_thinned_to_span_its_days() -> None:
    reservoir = Reservoir(OutageRules(reservoir_size=100, reservoir_days=10.0))
    for number in range(5000):
        reservoir.offer((str(number),), DAY_US + number * DAY_US // 100)
    kept = sorted(int(terms[0]) for terms in reservoir.state.entries)

    assert kept[-1] - kept[0] > 900
