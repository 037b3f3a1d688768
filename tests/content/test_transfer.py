"""Transfer encodings: whatever stands there, something comes out."""

from hypothesis import example, given
from hypothesis import strategies as st

from channelhub.content.transfer import decode


@given(st.text(alphabet="ABCDwxyz0189+/= \r\n-", max_size=200))
@example("iVBORw0KG=V")
def test_base64_with_padding_anywhere_is_decoded_without_complaint(text: str) -> None:
    assert isinstance(decode(text.encode(), "base64"), bytes)


def test_padding_before_the_last_letter_keeps_what_came_before() -> None:
    assert decode(b"aGVsbG8=V", "base64").startswith(b"hello")
