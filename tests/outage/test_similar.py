"""Similar messages are found by rare words, then ordered by text."""

from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.features import features
from channelhub.rules.outage.similar import MAX_CANDIDATES, Similar, SimilarIndex

_TEXTS = (
    "The parcel locker in Odesa does not open",
    "Locker will not open, my parcel is inside",
    "Please change my tariff to the family one",
    "The family tariff costs more than promised",
    "Поштомат не відчиняється, посилка всередині",
)


def _index(max_messages: int = 100) -> SimilarIndex:
    index = SimilarIndex(max_messages)
    for number, text in enumerate(_TEXTS):
        index.add(number, features(subject="", text=text), text)
    return index


def _nearest(index: SimilarIndex, text: str, limit: int = 10) -> list[Similar]:
    return index.nearest(features(subject="", text=text), text, limit)


def test_nearest_are_those_that_share_telling_words() -> None:
    found = _nearest(_index(), "the parcel locker doesn't open")

    assert [similar.id for similar in found[:2]] == [0, 1]
    assert "locker" in found[0].shared_terms
    assert 2 not in {similar.id for similar in found}
    assert 0 < found[1].score <= found[0].score <= 1


def test_concepts_find_across_languages() -> None:
    assert 4 in {similar.id for similar in _nearest(_index(), "locker")}


def test_limit_holds_and_nothing_shared_finds_nothing() -> None:
    assert len(_nearest(_index(), "parcel locker", limit=1)) == 1
    assert _nearest(_index(), "weather forecast") == []
    assert _nearest(SimilarIndex(), "anything") == []


def test_same_id_replaces() -> None:
    index = _index()
    index.add(0, features(subject="", text="weather forecast"), "weather forecast")

    assert [similar.id for similar in _nearest(index, "weather forecast")] == [0]
    assert [similar.id for similar in _nearest(index, "Odesa")] == []
    assert len(index) == len(_TEXTS)


def test_oldest_leave_a_full_index() -> None:
    index = _index(max_messages=2)

    assert len(index) == 2
    assert {similar.id for similar in _nearest(index, "parcel locker family tariff посилка")} <= {3, 4}


def test_words_of_every_message_find_nothing() -> None:
    index = SimilarIndex()
    for number in range(50):
        index.add(number, features(subject="", text=f"invoice word{'abcdefghij'[number % 10]}x"), "invoice")

    assert _nearest(index, "invoice") == []


@given(st.lists(st.text(alphabet="abcd ", max_size=12), max_size=150), st.text(alphabet="abcd ", max_size=12))
def test_answers_are_ordered_bounded_and_present(texts: list[str], asked: str) -> None:
    index = SimilarIndex(40)
    for number, text in enumerate(texts):
        index.add(number % 60, features(subject="", text=text), text)
    found = _nearest(index, asked, limit=200)

    assert len(found) <= min(MAX_CANDIDATES, 40)
    assert [similar.score for similar in found] == sorted((similar.score for similar in found), reverse=True)
    assert all(0 <= similar.score <= 1 and similar.shared_terms for similar in found)
    assert len(index) <= 40
