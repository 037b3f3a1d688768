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
        ("uk", "рахунок рахунку рахунком рахунка рахунків"),
        ("uk", "застосунок застосунку застосунком"),
        ("uk", "дзвінок дзвінка дзвінки"),
        ("uk", "картка карток"),
        ("uk", "покупець покупця покупцем"),
        ("uk", "зник зникла зникло зникли"),
        ("uk", "прийшов прийшла прийшло прийшли"),
        ("uk", "працює працюють працювати працювало працював"),
        ("uk", "підключитися підключилась підключити"),
        ("uk", "кабінет кабінету кабінеті кабінетом"),
        ("uk", "новий нового новому новими новій"),
        ("uk", "зв'язок зв’язок звязок"),
        ("ru", "оплата оплаты оплату оплатой"),
        ("ru", "счёт счет"),
        ("ru", "перевод переводы переводом"),
        ("ru", "лимит лимита лимиты лимитов"),
        ("ru", "канал канала каналы каналов"),
        ("ru", "обмен обмена обменом"),
        ("ru", "посылка посылки посылок"),
        ("ru", "звонок звонка звонки звонков"),
        ("ru", "продавец продавца продавцы"),
        ("ru", "завис зависла зависло зависли"),
        ("ru", "пришёл пришел пришла пришло пришли"),
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


@pytest.mark.parametrize("language", ["uk", "ru"])
@given(word=st.text(alphabet="абвгґдеєжзиіїйклмнопрстуфхцчшщыьэюя'", min_size=1, max_size=30))
def test_a_stem_has_letters_of_the_word_in_their_order(language: str, word: str) -> None:
    letters = iter(word)

    assert all(letter in letters for letter in stem(word, language))
