"""An album shows its parts as one."""

from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.albums import Part, compose

PARTS = st.lists(
    st.builds(
        Part,
        message_id=st.integers(1, 1000),
        text=st.sampled_from(["", "зламалось", "ось чек"]),
        attachments=st.integers(0, 3),
        is_deleted=st.booleans(),
    ),
    min_size=1,
    max_size=10,
    unique_by=lambda part: part.message_id,
)


def part(message_id: int, text: str = "", *, attachments: int = 1, is_deleted: bool = False) -> Part:
    return Part(message_id=message_id, text=text, attachments=attachments, is_deleted=is_deleted)


def test_the_part_with_words_stands_for_all() -> None:
    album = compose([part(1), part(2, "зламалось"), part(3)])

    assert (album.message_id, album.text, album.attachments) == (2, "зламалось", 3)


def test_without_words_the_first_stands_for_all() -> None:
    assert compose([part(4), part(5)]).message_id == 4


def test_words_of_several_parts_are_lines() -> None:
    assert compose([part(1, "зламалось"), part(2), part(3, "ось чек")]).text == "зламалось\nось чек"


def test_what_was_taken_back_shows_nothing() -> None:
    album = compose([part(1, "зламалось", is_deleted=True), part(2), part(3)])

    assert (album.message_id, album.text, album.attachments, album.is_deleted) == (2, "", 2, False)


def test_album_taken_back_whole_is_deleted_and_keeps_what_it_said() -> None:
    album = compose([part(1, is_deleted=True), part(2, "ось чек", is_deleted=True)])

    assert (album.message_id, album.text, album.attachments, album.is_deleted) == (2, "ось чек", 2, True)


@given(PARTS)
def test_album_stands_under_one_of_its_parts_and_loses_no_file(parts: list[Part]) -> None:
    album = compose(parts)
    shown = [one for one in parts if album.is_deleted or not one.is_deleted]

    assert album.message_id in {one.message_id for one in shown}
    assert album.attachments == sum(one.attachments for one in shown)
    assert album.is_deleted == all(one.is_deleted for one in parts)
