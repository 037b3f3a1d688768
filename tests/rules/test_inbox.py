"""The folders of the inbox part the incidents; a tag is one, however it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.incidents import IncidentState
from channelhub.rules.inbox import MAX_TAG_CHARS, Folder, TagRefused, look, tag_of


@given(st.sampled_from(IncidentState), st.booleans())
def test_an_incident_is_in_sight_asleep_or_over_and_in_no_two_of_them(state: IncidentState, snoozed: bool) -> None:
    is_snoozed = snoozed and state.is_open  # what is over is never asleep
    holding = [
        folder
        for folder in (Folder.OPEN, Folder.SNOOZED, Folder.CLOSED)
        if state in look(folder, me="ann").states and look(folder, me="ann").is_snoozed in (None, is_snoozed)
    ]

    assert len(holding) == 1


def test_new_mine_and_waiting_are_parts_of_what_is_in_sight() -> None:
    whole = look(Folder.OPEN, me="ann")
    for folder in (Folder.NEW, Folder.MINE, Folder.WAITING):
        part = look(folder, me="ann")

        assert set(part.states) <= set(whole.states)
        assert part.is_snoozed is False
    assert look(Folder.MINE, me="ann").assignee == "ann"
    assert look(Folder.NEW, me="ann").assignee is None


@pytest.mark.parametrize(("asked", "wanted"), [("", None), ("me", "ann"), ("nobody", ""), ("bob", "bob")])
def test_an_assignee_is_a_name_me_or_nobody(asked: str, wanted: str | None) -> None:
    assert look(None, me="ann", assignee=asked).assignee == wanted


@given(st.text(max_size=60))
def test_a_tag_is_kept_in_one_form_or_refused(text: str) -> None:
    try:
        tag = tag_of(text)
    except TagRefused:
        return

    assert tag_of(tag) == tag
    assert tag_of(f"  {text}\t") == tag
    assert 0 < len(tag) <= MAX_TAG_CHARS
    assert tag == tag.lower()


@pytest.mark.parametrize("text", ["", "  ", "x" * 41, "a,b", "a\u202eb", "a\u200bb", "a\x00b", "a\x1b[31m"])
def test_what_hides_something_or_is_a_list_is_no_tag(text: str) -> None:
    with pytest.raises(TagRefused):
        tag_of(text)


def test_tags_differ_by_letters_not_by_how_they_are_written() -> None:
    assert tag_of(" ВІП  клієнт ") == tag_of("віп клієнт") == "віп клієнт"
