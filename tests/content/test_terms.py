"""What words are found by: folded, and by stems that all forms of a word have in common."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content import terms

FORMS = (
    "код коду кодом коди кодами кодів",
    "замовлення замовленням замовленню замовлень",
    "оператор оператора операторами операторів операторы",
    "экран экрана экраном экраны",
    "посилка посилку посилки посилкою",
    "списали списано списала",
    "refund refunds refunded refunding",
    "Café cafe CAFÉ",
    "п'ять п’ять пять",
    "Ёлка елка ЕЛКА",
    "ґудзик гудзик",
    "за\u0301мок замок",
)


@pytest.mark.parametrize("forms", FORMS)
def test_forms_of_a_word_have_a_term_in_common(forms: str) -> None:
    first, *others = forms.split()

    assert [one for one in others if set(terms.of(one)).isdisjoint(terms.of(first))] == []


@pytest.mark.parametrize(("one", "other"), [("код", "кіт"), ("order", "border"), ("12", "123"), ("платіж", "плата")])
def test_other_words_have_none(one: str, other: str) -> None:
    assert set(terms.of(one)).isdisjoint(terms.of(other))


@given(st.text())
def test_terms_of_any_text_are_letters_and_digits_and_each_stands_once(text: str) -> None:
    found = terms.terms(text)

    assert len(set(found)) == len(found)
    assert [one for one in found if not one.isalnum() or len(one) > 64 or one != one.lower()] == []


@given(st.text())
def test_a_word_is_found_by_its_own_folded_form_in_any_case(word: str) -> None:
    assert all(terms.of(one)[:1] == terms.of(one.lower())[:1] for _, _, one in terms.words(word))


def test_a_huge_text_is_looked_at_up_to_a_bound() -> None:
    text = " ".join(f"w{number}" for number in range(100_000))

    assert sum(map(len, terms.terms(text))) < terms.MOST_CHARS


def test_the_edition_is_raised_when_words_are_read_otherwise() -> None:
    """What is in an index is taken out by the same terms. When this fails, raise EDITION; then renew the digest."""
    sample = " ".join(FORMS) + " A-1234/5 ½ x² don't naïve İstanbul straße Ǆ ящики ключі оплачено замовник"
    digest = hashlib.sha256(" ".join(terms.terms(sample)).encode()).hexdigest()

    assert (terms.EDITION, digest[:16]) == (1, "25de4eda67547330")
