"""Names of one person in three languages, and of two people that only look alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.names import fold
from channelhub.rules.resemblance import Likeness, are_relatives, resemblance, sounds


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Олександр Шевченко", "Alexander Shevchenko"),
        ("Шевченко Александр Петрович", "Oleksandr Shevchenko"),
        ("ШЕВЧЕНКО САША", "олександр шевченко"),
        ("Саша Шевченко", "Шура Шевченко"),
        ("Катя Мельник", "Екатерина Мельник"),
        ("Тетяна Іванівна Гук", "Татьяна Гук"),
        ("Тетяна Іванівна Гук", "Tetiana Ivanivna Huk"),
        ("Иван Левицкий", "Ivan Levytskyi"),
        ("Bob Smith", "Robert Smith"),
    ],
)
def test_one_name_is_the_same_in_any_language_form_and_order(one: str, other: str) -> None:
    assert resemblance(one, other) is Likeness.SAME


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ("Олександр Шевчнеко", "Aleksandr Szewczenko", Likeness.SIMILAR),
        ("Ірина Кравченко", "Ірина Кравчннко", Likeness.SIMILAR),
        ("Саша", "Олександр Шевченко", Likeness.PARTIAL),
        ("О. Шевченко", "Олена Шевченко", Likeness.PARTIAL),
        ("sunny85", "Ольга Ткач", Likeness.UNKNOWN),
        ("", "Ольга Ткач", Likeness.UNKNOWN),
        ("+380 67", "Ольга Ткач", Likeness.UNKNOWN),
    ],
)
def test_slips_and_less_than_a_whole_name_say_less(one: str, other: str, likeness: Likeness) -> None:
    assert resemblance(one, other) is likeness


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Олександр Шевченко", "Олена Шевченко"),
        ("Олександр Шевченко", "Олександра Бойко"),
        ("Ivan Petrenko", "Igor Petrenko"),
        ("Ольга", "Олександр Шевченко"),
        ("Дмитро Мельник", "Дмитрий Мельников"),
    ],
)
def test_a_family_and_namesakes_are_different_people(one: str, other: str) -> None:
    assert resemblance(one, other) is Likeness.DIFFERENT


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_are_compared_alike_from_both_sides(one: str, other: str) -> None:
    assert resemblance(one, other) is resemblance(other, one)


@given(st.text(alphabet="абвгдежзиклмнопрстуфхіїєabcdefgh ", max_size=60))
def test_a_name_is_never_different_from_itself(name: str) -> None:
    assert resemblance(name, name) is not Likeness.DIFFERENT
    assert sounds(name) == sounds(fold(name))


def test_a_namesake_is_looked_for_by_given_and_family_name() -> None:
    assert sounds("Олена Петрівна Шевчук") == sounds("Shevchuk Olena") == ("SevCuk", "olena")
    assert sounds("Олена") == sounds("О. Шевчук") == ()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Софія Євтушенко", "Евтушенко Павел Иванович", True),
        ("Ruslana Diachenko", "Алексей Дьяченко", True),
        ("Саша Бойко", "Олександр Бойко", False),
        ("О. Бойко", "Ірина Бойко", False),
        ("Test User", "Ann Smith", False),
        ("Іван Бойко", "Іван Ткач", False),
        ("Іван", "Олег Бойко", False),
    ],
)
def test_relatives_have_one_family_name_and_other_given_names(one: str, other: str, expected: bool) -> None:
    assert are_relatives(one, other) is are_relatives(other, one) is expected
