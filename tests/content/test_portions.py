"""Long texts in parts."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.portions import split, utf16_units


def utf8_bytes(text: str) -> int:
    return len(text.encode())


@pytest.mark.parametrize("size", [utf16_units, len, utf8_bytes])
@given(text=st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=300), limit=st.integers(4, 60))
def test_parts_fit_and_lose_only_white_space(size: Callable[[str], int], text: str, limit: int) -> None:
    parts = split(text, limit, size=size)

    assert all(part.strip() and size(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_line_end_is_the_best_cut_and_a_space_the_next() -> None:
    assert split("один два\nтри чотири", 12) == ["один два", "три чотири"]
    assert split("один два три", 9) == ["один два", "три"]
    assert split("безпробілу", 4) == ["безп", "робі", "лу"]


def test_characters_beyond_the_basic_plane_count_twice() -> None:
    assert [utf16_units(part) for part in split("🙁" * 10, 10)] == [10, 10]
