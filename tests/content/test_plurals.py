"""Counted things in three languages."""

import pytest

from channelhub.content.plurals import amount, counted

RUSSIAN = ("{n} клиент", "{n} клиента", "{n} клиентов")


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 клиентов"), (1, "1 клиент"), (2, "2 клиента"), (5, "5 клиентов"), (11, "11 клиентов"), (12, "12 клиентов"),
     (21, "21 клиент"), (22, "22 клиента"), (111, "111 клиентов"), (1001, "1001 клиент")],
)  # fmt: skip
def test_slavic_numbers_ask_for_three_forms(number: int, said: str) -> None:
    assert counted("ru", number, RUSSIAN) == said
    assert counted("uk", number, RUSSIAN) == said


def test_other_languages_have_two_forms() -> None:
    assert [counted("en", number, ("{n} hour", "{n} hours")) for number in (0, 1, 2)] == [
        "0 hours",
        "1 hour",
        "2 hours",
    ]


def test_decimals_have_the_mark_of_their_language() -> None:
    assert (amount("en", 0.44), amount("uk", 0.44), amount("ru", 2.5, digits=2)) == ("0.4", "0,4", "2,50")
