"""Who is named in a note: people that there are, by the login that stands there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.mentions import MOST, mentioned

PEOPLE = frozenset({"kate", "olena", "o.petrenko", "jan-2"})


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@kate глянь, будь ласка", ["kate"]),
        ("спитай @Olena, вона знає", ["olena"]),
        ("@kate. @kate! (@olena)", ["kate", "olena"]),
        ("@o.petrenko, @jan-2.", ["o.petrenko", "jan-2"]),
        ("@o.petrenko.", ["o.petrenko"]),
        ("Олено,@olena", ["olena"]),
        ("write to ann@kate or x@kate.example", []),
        ("https://social.example/@kate", []),
        ("@@kate", []),
        ("@nobody @kat @katerina", []),
        ("", []),
    ],
)
def test_people_are_named_by_their_login(text: str, named: list[str]) -> None:
    assert mentioned(text, PEOPLE) == named


def test_not_everybody_is_called_at_once() -> None:
    many = [f"a{number}" for number in range(100)]

    assert mentioned(" ".join(f"@{one}" for one in many), frozenset(many)) == many[:MOST]


@given(st.text(max_size=200))
def test_only_known_people_are_named(text: str) -> None:
    assert set(mentioned(f"{text} @kate", PEOPLE)) <= PEOPLE
