"""The affected are counted by what several of them share; nobody is named by a value of their own."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.outage.affected import MIN_SHARED, MOST_NAMES, MOST_VALUES, affected_by

TRAITS = st.dictionaries(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), st.sampled_from(["", *"1234567890xyz"]))


def test_counts_customers_by_value_and_the_rest_together() -> None:
    cities = ["Kyiv"] * 3 + ["Lviv"] * 2 + ["Odesa"]
    found = affected_by([{"city": city, "channel": "api"} for city in cities] + [{"channel": "email"}])

    assert [(one.name, one.known, one.others) for one in found] == [("channel", 7, 1), ("city", 6, 1)]
    assert [(one.value, one.customers) for one in found[1].values] == [("Kyiv", 3), ("Lviv", 2)]


def test_an_attribute_that_differs_with_each_customer_is_left_out() -> None:
    assert affected_by([{"order_id": str(number)} for number in range(50)]) == ()


@given(st.lists(TRAITS, max_size=60))
def test_values_and_others_together_are_all_who_are_known(customers: list[dict[str, str]]) -> None:
    found = affected_by(customers)
    known = Counter(name for traits in customers for name, value in traits.items() if value)

    assert len(found) <= MOST_NAMES
    for one in found:
        assert len(one.values) <= MOST_VALUES
        assert one.known == known[one.name] == sum(each.customers for each in one.values) + one.others
        assert all(each.customers >= MIN_SHARED for each in one.values)
