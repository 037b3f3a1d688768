"""What a message is reduced to for grouping."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.features import FEATURES_VERSION, MAX_TERMS, Features, features, is_concept, renewed


def terms(text: str, subject: str = "") -> tuple[str, ...]:
    return features(subject=subject, text=text).terms


def test_greetings_links_mentions_and_numbers_are_dropped() -> None:
    plain = terms("invoice is empty")

    assert terms("Hello dear team! invoice 44821 is empty https://shop.example/i/1 @support me@example.org") == plain


def test_three_languages_meet_in_concepts() -> None:
    russian, ukrainian, english = (
        {term for term in terms(text) if is_concept(term)}
        for text in ("Пропала оплата картой", "Зникла оплата карткою", "My card payment vanished")
    )

    assert russian == ukrainian == english == {"#pay", "#card", "#missing"}


def test_concepts_are_marked_apart_from_stems() -> None:
    found = terms("password")

    assert found == ("password", "#password")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Мобильная версия не открывается", 1.0),
        ("Застосунок не працює", 1.0),
        ("The map doesn't load", 1.0),
        ("Ошибка при оплате", 1.0),
        ("Сервер впав", 1.0),
        ("It doesn’t open", 1.0),
        ("Я не из Киева", 0.5),
        ("How do I change my address?", 0.0),
        ("Какой у вас график?", 0.0),
    ],
)
def test_problem_wording_is_recognised(text: str, problem: float) -> None:
    assert features(subject="", text=text).problem == problem


def test_template_is_the_same_whatever_digits_and_order() -> None:
    first = features(subject="", text="Order 17 of garden chairs leaves our warehouse towards Lviv on 3 May")
    second = features(subject="", text="On 9 May order 88 of garden chairs leaves towards Lviv our warehouse")

    assert first.template
    assert first.template == second.template


def test_short_texts_have_no_template() -> None:
    assert features(subject="", text="no light again").template == ""


def test_long_texts_give_their_first_terms_only() -> None:
    found = features(subject="", text=" ".join(f"{a}{b}zok" for a in "bcdfghjk" for b in "lmnprstvw"))

    assert len([term for term in found.terms if not is_concept(term)]) == MAX_TERMS
    assert found.words == 72


def test_subject_counts() -> None:
    assert "router" in terms("nothing", subject="Router")


@given(st.text(max_size=500), st.text(max_size=50), st.sampled_from(["", "ru", "uk", "en", "de"]))
def test_features_are_plain_values_and_repeatable(text: str, subject: str, language: str) -> None:
    found = features(subject=subject, text=text, language=language)

    assert found == features(subject=subject, text=text, language=language)
    assert found.version == FEATURES_VERSION
    assert len(set(found.terms)) == len(found.terms)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=Features) == found


@pytest.mark.parametrize("text", ["Пропала оплата картой", "Водою затопило ліфт", "no parcel arrived, app crashes"])
def test_older_features_get_the_concepts_and_the_wording_of_today(text: str) -> None:
    today = features(subject="", text=text)
    stems = tuple(term for term in today.terms if not is_concept(term))
    older = replace(today, version=FEATURES_VERSION - 1, terms=stems, problem=0.0)

    assert set(renewed(older).terms) >= set(today.terms)
    assert renewed(older).problem == today.problem
    assert renewed(today) is today
