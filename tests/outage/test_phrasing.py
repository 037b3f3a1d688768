"""Reasons are stored as codes and said in the reader's language, in the words that customers used."""

from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from channelhub.rules.outage.decided import Deed
from channelhub.rules.outage.phrasing import LANGUAGES, sentences
from channelhub.rules.outage.reasons import (
    AnyReason,
    BeforeNoticed,
    Burst,
    ByPerson,
    ByRule,
    Channels,
    Escalated,
    Grew,
    NamesNothing,
    Quiet,
    Reasons,
    SameBurst,
    SameMatter,
    SharedTerms,
    WentOn,
    decoded,
    encoded,
    in_words,
    terms_of,
)

EVERY: Reasons = (
    "12 customers in 20 min",
    Burst(customers=9, window_min=20, expected=0.43, background=0.001),
    SharedTerms(terms=("оплат", "#card")),
    SharedTerms(terms=("оплат",), similarity=0.816),
    Channels(reports={"email": 2, "chat": 3}),
    BeforeNoticed(),
    SameBurst(),
    NamesNothing(),
    Grew(customers=22, channels=1),
    SameMatter(outage_id=7, terms=("elev",)),
    Quiet(hours=24.0),
    WentOn(customers=4, minutes=21),
    ByRule(rule="customers", value=20),
    Escalated(level="major", customers=12, weighed=52.0),
    ByPerson(action="resolve"),
)
WORDS = {"оплат": "оплата", "#card": "карта", "elev": "elevator"}


def test_what_was_stored_comes_back() -> None:
    assert decoded(encoded(EVERY)) == EVERY
    assert {type(reason) for reason in EVERY} == set(get_args(AnyReason))


def test_the_terms_that_need_words_are_known() -> None:
    assert terms_of(EVERY) == {"оплат", "#card", "elev"}


def test_the_expected_stands_beside_the_seen_with_its_window() -> None:
    burst = EVERY[1:2]

    assert sentences(burst) == ["9 different customers in 20 minutes, 0.4 expected at this hour’s traffic"]
    assert sentences(burst, "ru") == ["9 разных клиентов за 20 минут, при таком потоке обращений ожидается 0,4"]
    assert sentences(burst, "uk") == ["9 різних клієнтів за 20 хвилин, за такого потоку звернень очікується 0,4"]


def test_words_are_whole_and_alikeness_is_in_percent() -> None:
    assert sentences(in_words(EVERY, WORDS)[2:4]) == [
        "shared words: оплата, карта",
        "shared words: оплата; 82 % like the average report",
    ]
    assert sentences(in_words((SharedTerms(terms=("оплат", "#login")),), WORDS), "ru") == ["общие слова: оплата, login"]


def test_two_terms_of_one_word_say_it_once() -> None:
    assert sentences(in_words((SharedTerms(terms=("card", "#card")),), {"card": "card", "#card": "card"})) == [
        "shared words: card"
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_a_sentence_in_every_language(language: str) -> None:
    said = sentences(EVERY, language)

    assert len(said) == len(EVERY)
    assert all(sentence.strip() and "{" not in sentence for sentence in said)
    deeds = [deed for deed in Deed if deed is not Deed.ALERT]  # nobody's either, as a tick is: no reason names them
    assert len(set(sentences([ByPerson(action=str(deed)) for deed in deeds], language))) == len(deeds)
    if language != "en":
        assert not set(said[1:]) & set(sentences(EVERY))


def test_an_unknown_language_is_answered_in_english() -> None:
    assert sentences(EVERY, "de") == sentences(EVERY)


@pytest.mark.parametrize(
    ("hours", "said"), [(1.0, "1 час"), (3.0, "3 часа"), (24.0, "24 часа"), (1.5, "1,5 часа"), (48.0, "48 часов")]
)
def test_quiet_hours_are_counted_as_the_language_does(hours: float, said: str) -> None:
    assert sentences((Quiet(hours=hours),), "ru") == [f"нет сообщений уже {said}"]


@example("#", "en")
@given(st.text(max_size=40), st.sampled_from(LANGUAGES))
def test_a_customers_braces_are_no_format(word: str, language: str) -> None:
    (said,) = sentences(in_words((SharedTerms(terms=("t",)),), {"t": word}), language)

    assert (word or "t") in said
