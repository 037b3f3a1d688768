"""Forms of one word meet in one stem; different words stay apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.stems import stem


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("uk", "оплата оплати оплату оплатою оплаті"),
        ("uk", "картка картки картку картками"),
        ("uk", "замовлення замовленням замовленнями"),
        ("uk", "рахунок рахунок"),
        ("uk", "працює працюють працювати працювало працював"),
        ("uk", "підключитися підключилась підключити"),
        ("uk", "кабінет кабінету кабінеті кабінетом"),
        ("uk", "новий нового новому новими новій"),
        ("uk", "зв'язок зв’язок звязок"),
        ("ru", "оплата оплаты оплату оплатой"),
        ("ru", "счёт счет"),
        ("ru", "перевод переводы переводом"),
        ("en", "payment payments"),
        ("en", "connect connects connected connecting"),
    ],
)
def test_forms_of_a_word_share_a_stem(language: str, forms: str) -> None:
    assert len({stem(form, language) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [("uk", "карта картина вода лист ліс"), ("ru", "карта картина вода водитель"), ("en", "card cart pay play")],
)
def test_different_words_keep_different_stems(language: str, words: str) -> None:
    assert len({stem(word, language) for word in words.split()}) == len(words.split())


def test_unknown_language_leaves_the_word() -> None:
    assert stem("zahlungen", "de") == "zahlungen"


@given(st.text(alphabet="абвгґдеєжзиіїйклмнопрстуфхцчшщьюя'", min_size=1, max_size=30))
def test_ukrainian_stem_is_a_beginning_of_the_word(word: str) -> None:
    bare = word.replace("'", "")

    assert bare.startswith(stem(word, "uk"))
    assert stem(word, "uk") or bare in ("", "ь")
