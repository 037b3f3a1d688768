"""Which language a message is read in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.language import guess, of_word


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Не могу войти в кабинет, объясните", "ru"),
        ("Не можу увійти до кабінету", "uk"),
        ("I cannot sign in", "en"),
        ("почему так долго", "ru"),
        ("чому так довго", "uk"),
        ("Не открывается страница checkout", "ru"),
        ("", ""),
        ("12345 !!!", ""),
    ],
)
def test_letters_and_common_words_decide(text: str, language: str) -> None:
    assert guess(text) == language


@pytest.mark.parametrize(
    ("text", "stated", "language"),
    [
        ("карта", "uk-UA", "uk"),
        ("карта", "ua", "uk"),
        ("карта", "ru_RU", "ru"),
        ("карта", "", "ru"),
        ("карта", "en", "ru"),
        ("їжа", "ru", "uk"),
        ("hola amigos", "es", "es"),
        ("card", "ru", "en"),
        ("42", "uk", "uk"),
        ("42", "no such tag!", ""),
    ],
)
def test_stated_language_decides_only_what_letters_leave_open(text: str, stated: str, language: str) -> None:
    assert guess(text, stated) == language


def test_words_of_a_mixed_text_are_read_in_their_own_language() -> None:
    assert [of_word(word, "ru") for word in ("login", "вход", "вхід", "выход")] == ["en", "ru", "uk", "ru"]
    assert of_word("вода", "uk") == "uk"


@given(st.text(max_size=300), st.text(max_size=8))
def test_any_text_gets_an_answer(text: str, stated: str) -> None:
    found = guess(text, stated)

    assert found == guess(text, stated)
    assert found == "" or found.isalpha()
