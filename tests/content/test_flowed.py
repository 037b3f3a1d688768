"""Soft line breaks undone (RFC 3676)."""

import pytest

from channelhub.content import flowed


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("one \ntwo\nthree", "one two\nthree"),
        ("one  \n two", "one  two"),
        (" From here \nto there", "From here to there"),
        (">> deep \n>> er\n> less", ">> deep er\n> less"),
        ("> quoted \nmine", "> quoted \nmine"),
        ("bye \n-- \nAnn \nDoe", "bye \n-- \nAnn Doe"),
        (">\n> x", ">\n> x"),
        ("", ""),
        ("end ", "end "),
    ],
)
def test_paragraphs_are_joined_within_their_depth(text: str, joined: str) -> None:
    assert flowed.joined(text) == joined


def test_delsp_drops_the_space_before_a_break() -> None:
    assert flowed.joined("日本 \n語\nx \ny", drops_space=True) == "日本語\nxy"


@pytest.mark.parametrize(
    ("parameters", "is_flowed"), [({"format": " Flowed "}, True), ({"format": "fixed"}, False), ({}, False)]
)
def test_only_a_declared_flow_is_joined(parameters: dict[str, str], is_flowed: bool) -> None:
    assert flowed.is_flowed(parameters) is is_flowed
