"""Which messages an outage takes in: before it was noticed, while it goes on, and after it."""

from collections.abc import Callable

import pytest

from channelhub.domain.outages import OutageState
from channelhub.rules.outage.burst import score
from channelhub.rules.outage.counters import Counters
from channelhub.rules.outage.grouping import Outage, comes_in_time, is_rest, usual_share
from channelhub.rules.outage.profile import Candidate, Seed
from channelhub.rules.outage.reach import Reach, Reaching
from channelhub.rules.outage.report import Joined
from channelhub.rules.outage.reservoir import Reservoir
from channelhub.rules.outage.thresholds import HOUR_US, MINUTE_US, SECOND_US, OutageRules
from channelhub.rules.outage.votes import Vote
from tests.outage.traffic import START_US, Traffic, in_order, run, suspected

NOW_US = 500 * HOUR_US
WEIGHTS = {"lift": 2.0, "floor": 1.0}


def _reach(votes: list[tuple[int, str]], *, usual: int = 10, weights: dict[str, float] = WEIGHTS) -> Reach:
    """Of votes (minutes ago, words), with `usual` past messages of 1000 that say "lift"."""
    rules = OutageRules()
    counters, reservoir = Counters(rules.origin_cap), Reservoir(rules)
    for number in range(1000):
        reservoir.offer(("lift",) if number < usual else ("other",), number * MINUTE_US)
    for number, (minutes, words) in enumerate(sorted(votes, reverse=True)):
        counters.add(
            Vote(
                message_id=number + 1, at_us=NOW_US - minutes * MINUTE_US, customer=number, origin="", channel="chat",
                terms=tuple(words.split()), problem=1.0, words=5, language="en",
            )
        )  # fmt: skip
    return Reaching(rules, counters, reservoir).of(weights, 3.0, NOW_US - 3 * HOUR_US)


_BURST = [(minute, "lift floor") for minute in range(10)]
_SINGLE_WORDS = (
    *("doors", "closed", "tower", "north", "floors", "moving", "broken", "stopped", "fourth"),
    *("elevator", "stuck", "between"),
)
_OTHERS = [(minute, f"other{minute}") for minute in range(0, 170, 2)]


def test_reports_of_fewer_words_belong_when_they_came_with_the_burst() -> None:
    found = _reach([*_BURST, *_OTHERS, (4, "lift"), (6, "lift door")])

    assert found.cut == 2.0
    assert len(found.votes) == 12
    assert found.background == 11 / 1002
    assert [vote.at_us for vote in found.votes] == sorted(vote.at_us for vote in found.votes)


@pytest.mark.parametrize(("weight", "members"), [(0.29, 10), (0.31, 12)])
def test_a_word_in_passing_makes_no_member_though_it_is_rare(weight: float, members: int) -> None:
    found = _reach([*_BURST, *_OTHERS, (4, "hello"), (6, "hello")], weights=WEIGHTS | {"hello": weight})

    assert len(found.votes) == members


def test_what_came_long_before_the_burst_does_not_belong() -> None:
    found = _reach([*_BURST, *_OTHERS, (4, "lift"), (100, "lift"), (150, "lift floor")])

    assert len(found.votes) == 11
    assert all(vote.at_us > NOW_US - 11 * MINUTE_US for vote in found.votes)


def test_words_that_many_use_anyway_are_not_enough() -> None:
    found = _reach([*_BURST, *_OTHERS, (4, "lift"), (6, "lift door")], usual=300)

    assert found.cut == 3.0
    assert len(found.votes) == 10


def _outage(reported_us: list[int]) -> Outage:
    return Outage(
        outage_id=1, state=OutageState.SUSPECTED, opened_us=NOW_US, last_us=reported_us[-1], weights=WEIGHTS, cut=1.0,
        background=0.01, recent_us=reported_us, members={}, customers={}, channels={},
    )  # fmt: skip


def _fitting(at_us: int, terms: tuple[str, ...] = ("floor",)) -> Vote:
    return Vote(
        message_id=99, at_us=at_us, customer=99, origin="", channel="chat", terms=terms, problem=1.0, words=5,
        language="en",
    )  # fmt: skip


def _since(per_minute: int, now_us: int) -> Callable[[int], int]:
    return lambda since_us: per_minute * (now_us - since_us) // MINUTE_US


def test_when_an_outage_is_over_messages_with_its_words_are_refused() -> None:
    rules = OutageRules()
    outage = _outage([NOW_US - minute * MINUTE_US for minute in (9, 7, 5, 3, 1)])
    soon, later = NOW_US + MINUTE_US, NOW_US + HOUR_US

    assert comes_in_time(outage, _fitting(soon), _since(2, soon), rules)
    assert outage.refused_us == []
    assert not comes_in_time(outage, _fitting(later), _since(2, later), rules)
    assert outage.refused_us == [later]


def test_the_heavier_a_message_the_longer_it_is_taken() -> None:
    rules = OutageRules()
    outage = _outage([NOW_US - minute * MINUTE_US for minute in (9, 7, 5, 3, 1)])
    outage.heavier = [0.002] * 3 + [0.0001] * 8
    later = NOW_US + 40 * MINUTE_US

    light, heavy = _fitting(later), _fitting(later, ("lift", "floor"))

    assert not comes_in_time(outage, light, _since(2, later), rules)
    assert comes_in_time(outage, heavy, _since(2, later), rules)
    assert [usual_share(outage, weight) for weight in (0.5, 1.0, 1.3, 3.0, 99.0)] == [0.01, 0.01, 0.002, 0.0001, 0.0001]


def test_when_enough_are_refused_in_short_time_it_is_reported_again() -> None:
    rules = OutageRules()
    outage = _outage([NOW_US - minute * MINUTE_US for minute in (9, 7, 5, 3, 1)])
    again = [NOW_US + HOUR_US + minute * MINUTE_US for minute in range(5)]

    taken = [comes_in_time(outage, _fitting(at_us), _since(2, at_us), rules) for at_us in again]

    assert taken == [False, False, False, False, True]
    assert len(outage.refused_us) == 4


def _burst(customers: int) -> Candidate:
    votes = tuple(
        Vote(
            message_id=number, at_us=NOW_US, customer=number, origin="", channel="chat", terms=("sms",), problem=1.0,
            words=5, language="en",
        )
        for number in range(customers)
    )  # fmt: skip
    seed = Seed(terms=("sms",), window=0, score=0.0, seen=customers, expected=0.02)
    strength = score(customers, 0.02, OutageRules().dispersion)
    return Candidate(
        seed=seed, weights={"sms": 3.0}, cut=3.0, votes=votes, expected=0.02, score=strength, may_open=True
    )  # fmt: skip


def test_a_few_reports_in_other_words_during_a_large_outage_are_no_second_one() -> None:
    rules = OutageRules()
    large = _outage([NOW_US - second * SECOND_US for second in range(150, 0, -1)])
    before_us = NOW_US - 20 * MINUTE_US

    assert not is_rest(_burst(4), [], before_us, rules)
    assert is_rest(_burst(4), [large], before_us, rules)
    assert not is_rest(_burst(4), [large], NOW_US, rules)
    assert not is_rest(_burst(12), [large], before_us, rules)


@pytest.mark.parametrize("word", ["doors", "closed"])
def test_a_late_message_that_only_recalls_old_reports_stays_out(word: str) -> None:
    """It shares a word with some reports of half an hour ago, which burst then, but is no burst itself."""
    traffic = Traffic()
    began_us = START_US + 60 * HOUR_US
    burst = traffic.outage("en", began_us, size=25, minutes=20)
    usual = [
        traffic.report(START_US + minutes * MINUTE_US, f"{one} {traffic.filler(3)}")
        for at, one in enumerate(_SINGLE_WORDS)
        for minutes in range(7 + at, 60 * 60, 90)
    ]
    late = traffic.report(began_us + 40 * MINUTE_US, f"{word} {traffic.filler(3)}")

    found = run(in_order(traffic.background(64, per_hour=20), burst, usual, [late]))

    assert len(suspected(found)) == 1
    assert late.message_id not in {one.message_id for one in found if isinstance(one, Joined)}


def _alarms(others: int) -> int:
    """How many are raised when so many report something in words of their own while many report one matter."""
    traffic = Traffic()
    began_us = START_US + 60 * HOUR_US
    reports = traffic.outage("en", began_us, size=150, minutes=15)
    elsewhere = traffic.outage("uk-escalator", began_us + 5 * MINUTE_US, size=others, minutes=8)
    return len(suspected(run(in_order(traffic.background(61), reports, elsewhere))))


@pytest.mark.slow
def test_a_large_outage_is_raised_once_though_some_report_it_in_other_words() -> None:
    assert _alarms(6) == 1
    assert _alarms(25) == 2
