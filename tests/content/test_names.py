"""Names compared by what all their spellings have in common."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.names import NAMESAKES, fold, skeleton

WRITTEN = st.text(st.characters(codec="utf-8"), max_size=40)


@pytest.mark.parametrize(
    "spellings",
    [
        "шевченко Shevchenko SZEWCZENKO", "щербак Shcherbak Щербак", "Наталія Наталья Nataliia Nataliya",
        "Євген Yevhen", "Христина Khrystyna", "Юлія Юлия Yuliia Julia", "Зоя Zoya", "Їжакевич Yizhakevych",
        "Анна Ana ANNA", "Ольга Ol'ga Olha", "Фёдоров Федоров Fedorov", "Цой Tsoy", "Соловйов Soloviov",
    ],
)  # fmt: skip
def test_spellings_of_a_name_have_one_skeleton(spellings: str) -> None:
    assert len({skeleton(fold(one)) for one in spellings.split()}) == 1


@pytest.mark.parametrize("names", ["Шевчук Шевченко", "Іван Інна", "Марія Марта", "Коваль Ковач", "Гриць Ганс"])
def test_different_names_keep_different_skeletons(names: str) -> None:
    assert len({skeleton(fold(one)) for one in names.split()}) == 2


@pytest.mark.parametrize("names", ["Олександр Александр Oleksandr Alexander", "Олена Елена Helen", "Микола Nicholas"])
def test_a_given_name_has_its_namesakes(names: str) -> None:
    first, *others = (skeleton(fold(one)) for one in names.split())

    assert {first, *others} <= NAMESAKES[first]


def test_namesakes_are_so_both_ways() -> None:
    assert all(one in NAMESAKES[other] for one, others in NAMESAKES.items() for other in others)


def test_digits_and_signs_stay_as_they_are() -> None:
    assert skeleton(fold("+380 677 111-00")) == "+380 677 111-00"


@given(WRITTEN)
def test_any_text_folds_to_what_can_be_seen(text: str) -> None:
    folded = fold(text)

    assert folded == " ".join(folded.split())
    assert folded.isprintable()
    assert fold(folded) == folded


@given(st.text("абвгґдеєжзиіїйклмнопрстуфхцчшщьюяёъыэ abcxyz", max_size=30))
def test_case_changes_nothing(text: str) -> None:
    assert fold(text.upper()) == fold(text) == fold(text.title())
