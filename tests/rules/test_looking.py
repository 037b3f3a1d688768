"""Which entries are wanted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.looking import EVERYTHING, MAX_WORDS, Wanted


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("замовленням", "Де моє ЗАМОВЛЕННЯ?"),
        ("замовлення", "немає замовлень"),
        ("заказ", "без моего заказа никак"),
        ("refunded", "I want a refund"),
        ("оплати картка", "Картка є, а оплата не йде"),
        ("елка", "Ёлки"),
        ("12345", "№12345"),
    ],
)
def test_words_are_found_in_any_form_and_case(words: str, text: str) -> None:
    assert Wanted(words=words).has_words(text)


@pytest.mark.parametrize(("words", "text"), [("каз", "мой заказ"), ("оплата доставка", "оплата"), ("34", "1234")])
def test_parts_of_words_and_some_of_them_are_not_enough(words: str, text: str) -> None:
    assert not Wanted(words=words).has_words(text)


def test_channel_and_kind_must_be_those_wanted() -> None:
    wanted = Wanted(channel="email", kind="message")

    assert wanted.admits(channel="email", kind="message")
    assert not wanted.admits(channel="email", kind="journey")
    assert not wanted.admits(channel="sms", kind="message")


def test_what_holds_no_word_wants_everything() -> None:
    assert EVERYTHING.is_everything
    assert Wanted(words=" ?! ").is_everything
    assert not Wanted(words="a").is_everything


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_text_has_its_own_words_whatever_stands_around_them(words: str, around: str) -> None:
    wanted = Wanted(words=words)

    assert len(wanted.beginnings) <= MAX_WORDS
    assert wanted.has_words(f"{around} {words} {around}")
