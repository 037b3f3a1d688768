"""What is kept of people, and what is asked: whatever they are called and whatever is typed."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from channelhub.content.names import NAMESAKES, fold, skeleton
from channelhub.domain.people import Evidence, Identity, IdentityKey
from channelhub.rules.people_search import expression, kept_words, mistyped, nearest

ANY_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
NAME = st.text("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", min_size=6, max_size=12)


def identity(name: str, value: str = "someone@example.com", kind: str = "email") -> Identity:
    return Identity(
        id=1, key=IdentityKey(kind=kind, scope="", value=value), shown=value, name=name, name_us=1, language="",
        language_us=1, first_us=1, evidence=Evidence.CLAIMED, customer_id=1,
    )  # fmt: skip


class Index:
    """The index of the migration, with one person in it at a time."""

    def __init__(self) -> None:
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            "CREATE VIRTUAL TABLE people USING fts5 (words, tokenize = 'trigram case_sensitive 1', columnsize = 0)"
        )

    def holds(self, kept: str, wanted: str) -> bool:
        if not wanted:
            return False
        self._database.execute("DELETE FROM people")
        self._database.execute("INSERT INTO people (rowid, words) VALUES (1, ?)", (kept,))
        return bool(self._database.execute("SELECT rowid FROM people WHERE people MATCH ?", (wanted,)).fetchall())

    def close(self) -> None:
        self._database.close()


@pytest.fixture(scope="module")
def index() -> Iterator[Index]:
    made = Index()
    yield made
    made.close()


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_nothing_typed_or_named_breaks_the_index(index: Index, name: str, value: str, question: str) -> None:
    kept = kept_words(identity(name, value))
    index.holds(kept, expression(question))
    index.holds(kept, mistyped(question))

    assert nearest(question, [(1, kept)]) in ([], [1])


@given(st.lists(NAME, min_size=1, max_size=3), st.data())
def test_every_part_of_a_name_finds_it_in_any_case_and_order(
    index: Index, words: list[str], data: st.DataObject
) -> None:
    parts = []
    for word in data.draw(st.permutations(words)):
        start = data.draw(st.integers(0, len(word) - 3))
        parts.append(word[start : data.draw(st.integers(start + 3, len(word)))])
    assume(all(len(fold(part)) >= 3 for part in parts))

    assert index.holds(kept_words(identity(" ".join(words).title())), expression(" ".join(parts).upper()))


@given(st.text("абвгдезиклмнопрстуф", min_size=6, max_size=14), st.data())
def test_a_slip_in_a_long_word_finds_it_still(index: Index, word: str, data: st.DataObject) -> None:
    sounds = skeleton(fold(word))
    assume(len(sounds) >= 5)
    at = data.draw(st.integers(0, len(sounds) - 2))
    slip = data.draw(st.sampled_from(["missing", "wrong", "many", "swapped"]))
    typed = {
        "missing": sounds[:at] + sounds[at + 1 :],
        "wrong": sounds[:at] + "o" + sounds[at + 1 :],
        "many": sounds[:at] + "o" + sounds[at:],
        "swapped": sounds[:at] + sounds[at + 1] + sounds[at] + sounds[at + 2 :],
    }[slip]
    assume(typed not in NAMESAKES and typed.islower() and len(typed) >= 5 and skeleton(fold(typed)) == typed)
    kept = kept_words(identity(word))

    assert index.holds(kept, mistyped(typed))
    assert nearest(typed, [(1, kept)]) == [1]


@given(NAME, st.data())
def test_a_slip_in_one_word_leaves_a_part_of_another_found(index: Index, word: str, data: st.DataObject) -> None:
    """Which of the two was mistyped, nobody knows beforehand."""
    sounds = skeleton(fold(word))
    assume(len(sounds) >= 6 and sounds.islower())
    begin = data.draw(st.integers(1, len(sounds) - 5))
    part = sounds[begin : begin + 5]
    assume(part not in NAMESAKES and skeleton(fold(part)) == part)
    kept = kept_words(identity(f"{word} Гончаренко"))

    for question in (f"{part} hontarenko", f"hontarenko {part}"):
        assert index.holds(kept, mistyped(question))
        assert nearest(question, [(1, kept)]) == [1]


@given(st.text("0123456789", min_size=12, max_size=12), st.data())
def test_any_three_digits_of_a_phone_find_it_however_they_are_grouped(
    index: Index, digits: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, 9))
    part = digits[start : data.draw(st.integers(start + 3, 12))]
    typed = "".join(data.draw(st.sampled_from(["", " ", "(", ") ", "-"])) + digit for digit in part)

    assert index.holds(kept_words(identity("", f"+{digits}", "phone")), expression(typed))


def test_a_given_name_that_is_right_is_not_taken_for_a_slip() -> None:
    assert mistyped("Марина") == ""
    assert nearest("Марина Шевчк", [(1, "  marija  SevCuk  "), (2, "  marina  SevCuk  ")]) == [2]


def test_what_is_kept_and_asked_is_bounded() -> None:
    kept = kept_words(identity(" ".join(f"{'x' * 500}{number}" for number in range(500))))

    assert len(kept) < 6000
    assert len(expression("слово " * 100)) < 1000
    assert len(expression("ж" * 5000)) < 500


def test_the_fewest_slips_come_first() -> None:
    kept = [(1, "  SevCenkos  "), (2, "  SevCenko  "), (3, "  bondar  ")]

    assert nearest("Шевчинко", kept) == [2, 1]
