"""Nothing in a text stays unseen, and what people write stays as it is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.visible import visible


@pytest.mark.parametrize(
    "hidden",
    [
        *("\x1b", "\r", "\u200b", "\u200d", "\u202e", "\u2066", "\ufeff", "\u00ad", "\u2028", "\u3164"),
        *("\ufe00", "\U000e0041", "\U000e0100", "\ud800", "\ue000", "\u0600"),
    ],
)
def test_what_shows_nothing_is_written_out(hidden: str) -> None:
    assert visible(f"a{hidden}b") == f"a⟨U+{ord(hidden):04X}⟩b"


@pytest.mark.parametrize("text", ["", "Оплата не проходить\n\tкартка", "naïve café", "❤️ ok", "日本語", "a\xa0b"])
def test_what_people_write_stays(text: str) -> None:
    assert visible(text) == text


def test_only_one_emoji_style_in_a_row_is_believed() -> None:
    assert visible("❤\ufe0f\ufe0f") == "❤\ufe0f⟨U+FE0F⟩"


@given(st.text())
def test_no_control_or_format_character_is_left_and_it_is_done_once(text: str) -> None:
    shown = visible(text)

    assert not any(unicodedata.category(one) in ("Cc", "Cf", "Cs") for one in shown if one not in "\n\t")
    assert visible(shown) == shown
