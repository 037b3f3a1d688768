"""What speaks for a burst and against it, besides its count."""

from dataclasses import replace

from channelhub.rules.outage.counters import Counters
from channelhub.rules.outage.profile import Growth, Seed
from channelhub.rules.outage.reservoir import Reservoir
from channelhub.rules.outage.thresholds import HOUR_US, OutageRules
from channelhub.rules.outage.usual import Usual
from channelhub.rules.outage.votes import ALL, Vote

NOW_US = 500 * HOUR_US


def _judged(
    texts: list[tuple[str, ...]], *, words: int = 5, problem: float = 1.0, others: list[tuple[str, ...]] | None = None
) -> float:
    """The judgement of reports with these terms after two weeks in which nobody used them, among some others."""
    rules = OutageRules()
    usual, reservoir, counters = Usual(rules), Reservoir(rules), Counters(rules.origin_cap)
    for hour in range(100, 480):
        usual.learn((ALL, f"usual{hour % 50}"), hour * HOUR_US, 0.2)
        reservoir.offer((f"usual{hour % 50}",), hour * HOUR_US)
    for number, terms in enumerate([*(others or ()), *texts]):
        counters.add(
            Vote(
                message_id=number + 1, at_us=NOW_US - 100 + number, customer=number, origin="", channel="chat",
                terms=terms, problem=problem, words=words, language="en",
            )
        )  # fmt: skip
    seed = Seed(terms=(texts[0][0],), window=0, score=6.0, seen=len(texts), expected=0.05)
    return Growth(rules, counters, usual, reservoir).judge(seed, NOW_US).score


_ALIKE = [("lift", "stuck", "floor")] * 6


def test_a_busier_hour_asks_for_more() -> None:
    others = [(f"other{number}",) for number in range(200)]

    assert _judged(_ALIKE, others=others) < _judged(_ALIKE) - 1.0


def test_long_texts_pay_for_their_words() -> None:
    assert _judged(_ALIKE, words=60) < _judged(_ALIKE, words=12) - 1.0
    assert _judged(_ALIKE, words=12) == _judged(_ALIKE, words=3)


def test_problem_wording_decides_between_equal_bursts() -> None:
    assert _judged(_ALIKE, problem=0.0) < _judged(_ALIKE, problem=0.5) < _judged(_ALIKE, problem=1.0)


def test_few_customers_and_the_longest_window_need_more() -> None:
    rules = OutageRules()
    growth = Growth(rules, Counters(3), Usual(rules), Reservoir(rules))
    votes = [
        Vote(
            message_id=number, at_us=1, customer=number, origin="", channel="chat", terms=("x",), problem=1.0, words=3,
            language="en",
        )
        for number in range(7)
    ]  # fmt: skip
    seed = Seed(terms=("x",), window=0, score=6.0, seen=5, expected=0.1)
    longest = replace(seed, window=3)

    price = {count: growth._chances(seed, votes[:count], 100) for count in (3, 4, 5, 6)}
    assert price == {3: 2 * rules.scant_penalty, 4: rules.scant_penalty, 5: 0.0, 6: 0.0}
    assert growth._chances(longest, votes, 100) == rules.scant_penalty
    assert [growth._may_open(seed, votes[:count]) for count in (2, 3)] == [False, True]
    assert [growth._may_open(longest, votes[:count]) for count in (5, 6)] == [False, True]
