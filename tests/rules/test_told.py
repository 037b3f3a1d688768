"""What customers told of themselves, in fields and in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.told import MAX_FACTS, MAX_VALUE, SHOWN_OF_A_TOPIC, Fact, Told, Topic, merged, of_fields, of_text


def read(text: str) -> list[tuple[str, str]]:
    return [(str(one.topic), one.value) for one in of_text(text, default_region="UA")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Де моє замовлення 12345?", [("order", "12345")]),
        ("заказ №557 не пришёл", [("order", "557")]),
        ("Order #A-1234 is late", [("order", "a-1234")]),
        ("My order number is 998877", [("order", "998877")]),
        ("замовлення 12345 від 25.11.2026", [("order", "12345")]),
        ("ТТН 20 4500 1234 5678, не йде", [("parcel", "20450012345678")]),
        ("мій номер 067 123 45 67", [("phone", "+380671234567")]),
        ("call +380 (67) 111-22-33", [("phone", "+380671112233")]),
        ("пишіть на Ann@Example.com.", [("email", "ann@example.com")]),
        ("замовлення 1234567890 та 0501234567", [("order", "1234567890"), ("phone", "+380501234567")]),
    ],
)
def test_numbers_and_addresses_are_found_in_words(text: str, expected: list[tuple[str, str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    ["купив заказ 2500 грн", "заказ 3 дня назад", "25.11.2026 12.12.2026", "карта 4111 1111 1111 1111", "order it now"],
)
def test_sums_dates_and_cards_are_nothing_to_be_kept(text: str) -> None:
    assert read(text) == []


def test_fields_are_known_by_their_names_in_three_languages() -> None:
    fields = {"City": " Київ ", "delivery_address": "вул. Садова, 1", "Модель": "Pixel 9", "phone": "12", "гість": "x"}
    found = of_fields(fields, "№ 77", default_region="UA")

    assert [(one.topic, one.value, one.shown) for one in found] == [
        (Topic.ORDER, "77", "№ 77"), (Topic.CITY, "київ", "Київ"), (Topic.ADDRESS, "вул. садова, 1", "вул. Садова, 1"),
        (Topic.DEVICE, "pixel 9", "Pixel 9"),
    ]  # fmt: skip


def told(topic: Topic, value: str, at_us: int) -> Told:
    fact = Fact(topic=topic, value=value, shown=value)
    return Told(fact=fact, message_id=at_us, identity_id=1, at_us=at_us, is_verified=True)


def test_each_value_is_shown_once_as_told_last_and_few_of_a_topic() -> None:
    every = [told(Topic.ORDER, str(number % 5), number) for number in range(20)]
    every += [told(Topic.PHONE, "+380671112233", 1), told(Topic.EMAIL, "ann@example.com", 2)]
    found = merged(every, known=[("email", "ann@example.com")])

    assert [(one.fact.value, one.at_us) for one in found] == [("4", 19), ("3", 18), ("2", 17), ("+380671112233", 1)]
    assert SHOWN_OF_A_TOPIC == 3


@given(st.text(max_size=300) | st.text("0123456789+-() .@замовленняorder№#", max_size=300))
def test_any_text_is_read_within_bounds(text: str) -> None:
    found = of_text(text, default_region="UA")

    assert len(found) <= MAX_FACTS
    assert all(one.value and len(one.shown) <= MAX_VALUE for one in found)
