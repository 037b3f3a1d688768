"""Stems and concepts are shown as the words that people wrote."""

from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.features import features
from channelhub.content.surface import words_of

TEXTS = [
    ("Оплата картой не проходит!", "ru"),
    ("не проходит оплата, карту не берёт", "ru"),
    ("Оплату по карте отклонили", "ru"),
    ("My card payment fails", "en"),
]


def terms_of(texts: list[tuple[str, str]]) -> set[str]:
    return {term for text, language in texts for term in features(subject="", text=text, language=language).terms}


def test_the_commonest_form_stands_for_a_stem() -> None:
    found = words_of(["оплат", "проход", "payment"], TEXTS)

    assert found == {"оплат": "оплата", "проход": "проходит", "payment": "payment"}


def test_a_concept_is_the_word_most_wrote_for_it() -> None:
    assert words_of(["#pay"], TEXTS) == {"#pay": "оплата"}


def test_every_term_of_a_text_has_words_in_it() -> None:
    assert set(words_of(terms_of(TEXTS), TEXTS)) == terms_of(TEXTS)


def test_what_nobody_wrote_has_no_word() -> None:
    assert words_of(["elev", "#login"], TEXTS) == {}


@given(st.lists(st.tuples(st.text(max_size=80), st.sampled_from(["ru", "uk", "en", ""])), max_size=4))
def test_any_text_is_taken_and_words_are_its_own(texts: list[tuple[str, str]]) -> None:
    whole = " ".join(text.lower() for text, _ in texts)
    found = words_of(terms_of(texts), texts)

    assert all(word in whole for said in found.values() for word in said.split(" "))
