"""What the affected have in common stands out against the others, by an exact test."""

from fractions import Fraction
from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.outage.traits import MAX_P, MIN_AFFECTED, MIN_OTHERS, MOST, Traits, common_traits, happened, tail


def slow_tail(at_least: int, drawn: int, marked: int, total: int) -> Fraction:
    """By its definition, in whole numbers."""
    ways = sum(
        comb(marked, count) * comb(total - marked, drawn - count)
        for count in range(max(at_least, 0), min(drawn, marked) + 1)
        if drawn - count <= total - marked
    )
    return Fraction(ways, comb(total, drawn))


@pytest.mark.parametrize("at_least", [0, 1, 2])
def test_the_likeliest_count_is_counted_from_one_side(at_least: int) -> None:
    assert tail(at_least, drawn=1, marked=1, total=2) == pytest.approx(float(slow_tail(at_least, 1, 1, 2)))


@given(st.data(), st.integers(1, 400))
def test_the_tail_is_the_exact_one(data: st.DataObject, total: int) -> None:
    drawn = data.draw(st.integers(0, total))
    marked = data.draw(st.integers(0, total))
    at_least = data.draw(st.integers(0, total + 1))

    assert tail(at_least, drawn=drawn, marked=marked, total=total) == pytest.approx(
        float(slow_tail(at_least, drawn, marked, total)), rel=1e-9, abs=1e-250
    )


def test_a_large_hub_costs_no_precision() -> None:
    exact = float(slow_tail(41, 43, 41 + 240, 43 + 2000))

    assert tail(41, drawn=43, marked=281, total=2043) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("at_least", [1, 700, 750, 751, 800])
def test_thousands_of_customers_neither_underflow_nor_overflow(at_least: int) -> None:
    exact = float(slow_tail(at_least, 1500, 1500, 3000))

    assert tail(at_least, drawn=1500, marked=1500, total=3000) == pytest.approx(exact, rel=1e-8, abs=1e-300)


def people(name: str, **values: int) -> list[Traits]:
    return [{name: value} for value, count in values.items() for _ in range(count)]


def test_a_value_that_nearly_all_affected_have_and_few_others_stands_out() -> None:
    affected = people("payment_method", apple_pay=41, card=2)
    others = people("payment_method", apple_pay=60, card=440)
    (found,) = common_traits(affected, others)

    assert (found.name, found.value) == ("payment_method", "apple_pay")
    assert (found.affected, found.affected_known, found.others, found.others_known) == (41, 43, 60, 500)
    assert found.lift == pytest.approx(41 / 43 / 0.12, abs=0.01)
    assert found.p < 1e-20


def test_what_is_as_usual_is_not_told() -> None:
    affected = people("payment_method", card=39, cash=4)

    assert common_traits(affected, people("payment_method", card=450, cash=50)) == ()


def test_a_few_customers_or_nothing_to_compare_with_say_nothing() -> None:
    few = people("city", kyiv=MIN_AFFECTED - 1)
    alone = people("city", kyiv=30)

    assert common_traits(few, people("city", lviv=500)) == ()
    assert common_traits(alone, people("city", lviv=MIN_OTHERS - 1)) == ()
    assert common_traits([], people("city", lviv=500)) == ()
    assert common_traits(alone, []) == ()


def test_who_says_nothing_is_in_no_share() -> None:
    affected = [*people("app", v52=9), *({} for _ in range(50))]
    (found,) = common_traits(affected, people("app", v51=100))

    assert (found.affected, found.affected_known, found.others_known) == (9, 9, 100)


def test_the_same_customers_under_two_names_are_told_once() -> None:
    affected: list[Traits] = [{"channel": "telegram", "account": "bot"} for _ in range(20)]
    others: list[Traits] = [{"channel": "email", "account": "mail"} for _ in range(200)]

    assert [(one.name, one.value) for one in common_traits(affected, others)] == [("channel", "telegram")]


def test_many_values_tried_find_none_by_chance() -> None:
    """A hundred hubs without anything in common: the correction keeps false findings as rare as it says."""
    random, found = Random(7), 0
    for _ in range(100):
        crowd = [{f"a{name}": str(random.randrange(3)) for name in range(30)} for _ in range(230)]
        found += bool(common_traits(crowd[:30], crowd[30:]))

    assert found <= 100 * MAX_P + 4


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.sampled_from("xyz")), max_size=60))
def test_the_order_of_customers_changes_nothing_and_the_answer_is_bounded(crowd: list[Traits]) -> None:
    affected, others = crowd[::2], crowd[1::2]
    found = common_traits(affected, others)

    assert found == common_traits(affected[::-1], others[::-1])
    assert len(found) <= MOST
    assert all(one.p <= MAX_P and one.affected <= one.affected_known for one in found)


def test_a_journey_event_says_its_attributes_and_what_came_last_of_its_kind() -> None:
    assert happened("payment.failed", {"Payment method": "Apple Pay"}) == {
        "payment_method": "Apple Pay",
        "last_payment": "payment.failed",
    }
