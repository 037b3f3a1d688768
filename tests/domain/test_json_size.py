"""A JSON text is weighed before it is read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.json_size import has_more_marks

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text('",:\\[]{}aж', max_size=8),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text('",:\\a', max_size=4), inner, max_size=6),
    max_leaves=30,
)


def marks(value: object) -> int:
    """Strings and separators, counted in the value instead of the text."""
    if isinstance(value, str):
        return 1
    if isinstance(value, list):
        return sum(map(marks, value)) + max(0, len(value) - 1)
    if isinstance(value, dict):
        return sum(2 + marks(inner) for inner in value.values()) + max(0, len(value) - 1)
    return 0


@given(VALUES, st.booleans())
def test_counts_strings_and_separators_but_nothing_inside_strings(value: object, is_ascii: bool) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii).encode()
    count = marks(value)

    assert not has_more_marks(text, count)
    assert count == 0 or has_more_marks(text, count - 1)


@pytest.mark.parametrize("text", [b"", b'"', b'"\\', b'"\\"', b"\\" * 9, b'"a"b"', b"\xff,"])
def test_takes_any_bytes(text: bytes) -> None:
    assert not has_more_marks(text, 9)
    assert has_more_marks(b",:" * 9 + text, 9)
