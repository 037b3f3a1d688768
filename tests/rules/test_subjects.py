"""A subject is the same under whatever mail programs put before it; a new one is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules import subjects


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Lamp is broken", "RE: Re[2]: FW: lamp  is broken", "Ответ: Lamp is broken", "Відп: lamp is broken",
        "AW: WG: Lamp is broken", "Odp: Lamp is broken", "TR: Lamp is broken", "[EXTERNAL] Re: Lamp is broken",
        "re：lamp is broken",
    ],
)  # fmt: skip
def test_what_programs_add_changes_nothing(subject: str) -> None:
    assert subjects.bare(subject) == "lamp is broken"
    assert not subjects.is_changed(subject, first="Lamp is broken", seen=())


@pytest.mark.parametrize(
    ("subject", "is_changed"),
    [
        ("Invoice 44", True),
        ("Re: Invoice 44", True),
        ("", False),
        ("Re: ", False),
        ("Re: Lamp is bro", False),
        ("Re: Lamp is broken (was: light)", False),
        ("Re: Your request 7 is registered", False),
    ],
)
def test_another_subject_is_noticed(subject: str, is_changed: bool) -> None:
    seen = subjects.remembered((), "Your request 7 is registered")

    assert subjects.is_changed(subject, first="Lamp is broken", seen=seen) is is_changed


@given(st.lists(st.text(max_size=20), max_size=40))
def test_what_is_remembered_is_bounded_and_holds_the_newest(said: list[str]) -> None:
    seen: tuple[str, ...] = ()
    for one in said:
        seen = subjects.remembered(seen, one)

    assert len(seen) <= subjects.MOST_KEPT
    assert len(set(seen)) == len(seen)
    assert not said or not subjects.known_as(said[-1]) or subjects.known_as(said[-1]) in seen


@given(st.text(max_size=600))
def test_any_text_has_a_bare_form_that_is_its_own(text: str) -> None:
    once = subjects.bare(text)

    assert once == " ".join(once.split())
    assert subjects.is_changed(text, first=text, seen=()) is False
