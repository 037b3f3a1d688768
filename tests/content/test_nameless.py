"""Which messages report something without naming it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.features import features


def is_nameless(text: str, subject: str = "") -> bool:
    return features(subject=subject, text=text).is_nameless


@pytest.mark.parametrize(
    "text",
    [
        "Me too",
        "Hello, we have the same problem",
        "It still doesn't work",
        "+1",
        "++",
        "Здравствуйте, у нас тоже самое",
        "Ничего не работает уже час",
        "подтверждаю",
        "Доброго дня, і в нас так само",
        "Досі не працює",
        "підтверджую",
    ],
)
def test_echoes_and_bare_complaints_name_nothing(text: str) -> None:
    assert is_nameless(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "Thank you!",
        "17",
        "Is anyone here?",
        "The same lamp as last year",
        "Лампа тоже не работает",
        "Лампа теж не працює",
        "1+1",
        "it doesn't work " + "and it still doesn't work " * 3,
    ],
)
def test_talk_matters_and_long_texts_are_something_else(text: str) -> None:
    assert not is_nameless(text)


def test_a_matter_in_the_subject_is_a_name() -> None:
    assert is_nameless("same here", subject="Hello")
    assert not is_nameless("same here", subject="Invoices")


@given(st.sampled_from(["me too", "не работает", "у нас теж"]), st.sampled_from(["parcel", "насос", "квиток"]))
def test_one_word_that_names_a_matter_is_enough(echo: str, matter: str) -> None:
    assert is_nameless(echo)
    assert not is_nameless(f"{echo} {matter}")
    assert not is_nameless(f"{matter} {echo}")
