"""Which levels an outage reaches by its size, and which rules confirm it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.outage.confirmation import ConfirmationRules, confirmed_by
from channelhub.rules.outage.escalation import EscalationRules, Level

RULES = EscalationRules(
    levels=(Level(name="minor", customers=10), Level(name="major", customers=50)), weights={"vip": 5.0, "trial": 0.5}
)


def test_customers_weigh_as_their_class_says() -> None:
    assert RULES.size({"": 3, "vip": 2, "trial": 4, "unknown": 1}) == 3 + 10 + 2 + 1


@pytest.mark.parametrize(
    ("before", "size", "reached"),
    [
        ("", 9.9, []),
        ("", 10, ["minor"]),
        ("", 60, ["minor", "major"]),
        ("minor", 49, []),
        ("minor", 50, ["major"]),
        ("major", 900, []),
        ("of a former configuration", 12, ["minor"]),
    ],
)
def test_levels_are_reached_in_order_and_once(before: str, size: float, reached: list[str]) -> None:
    assert [level.name for level in RULES.newly_reached(before, size)] == reached


@given(st.lists(st.floats(0, 200), max_size=20))
def test_however_the_size_moves_each_level_is_told_of_once(sizes: list[float]) -> None:
    level, told = "", []
    for size in sizes:
        for reached in RULES.newly_reached(level, size):
            told.append(reached.name)
            level = reached.name

    assert told == [one.name for one in RULES.levels if max(sizes, default=0) >= one.customers]


@pytest.mark.parametrize(
    ("rules", "rule"),
    [
        (ConfirmationRules(), None),
        (ConfirmationRules(at_once=True), "at_once"),
        (ConfirmationRules(customers=12), "customers"),
        (ConfirmationRules(customers=13), None),
        (ConfirmationRules(channels=3), "channels"),
        (ConfirmationRules(channels=4), None),
        (ConfirmationRules(score=9.0), "score"),
        (ConfirmationRules(score=9.1), None),
        (ConfirmationRules(with_alert=True), "alert"),
        (ConfirmationRules(customers=99, channels=2), "channels"),
    ],
)
def test_a_rule_confirms_from_its_figure_on(rules: ConfirmationRules, rule: str | None) -> None:
    found = confirmed_by(rules, customers=12, channels=3, score=9.0, has_alert=True)

    assert (found.rule if found else None) == rule


def test_no_alert_no_confirmation() -> None:
    rules = ConfirmationRules(with_alert=True)

    assert confirmed_by(rules, customers=900, channels=9, score=90, has_alert=False) is None
