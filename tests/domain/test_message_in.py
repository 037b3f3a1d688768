"""The bounds of a posted message as a whole; single fields are tested through the HTTP route."""

import base64
import json

import pytest

from channelhub.domain import message_in
from channelhub.domain.message_in import InvalidMessageError, read_message


def body(**fields: object) -> bytes:
    return json.dumps({"account": "shop", "external_id": "1", "text": "x", **fields}).encode()


def test_a_heap_of_unknown_fields_is_too_large() -> None:
    heap = body(**{f"f{number}": 1 for number in range(message_in.MAX_MARKS)})

    with pytest.raises(InvalidMessageError, match="fields and values") as refused:
        read_message(heap)
    assert refused.value.is_too_large


def test_a_long_unknown_field_is_too_large() -> None:
    with pytest.raises(InvalidMessageError, match="beside the files") as refused:
        read_message(body(further="x" * message_in.MAX_BESIDE_FILES_BYTES))
    assert refused.value.is_too_large


@pytest.mark.parametrize("content", [b"\xff" * 6_000_000, b"abc" * 2_000_000, b"a" * 2_999_999])
def test_files_do_not_count_however_their_base64_is_escaped(content: bytes) -> None:
    written = body(attachments=[{"filename": "a", "content": base64.b64encode(content).decode()}])

    assert read_message(written).attachments[0].content == content
    assert read_message(written.replace(b"/", b"\\/")).attachments[0].content == content


def test_the_longest_text_fits_in_any_spelling() -> None:
    text = ',:"\\\U0001f98a' * 20_000

    assert read_message(body(text=text)).text == text
    assert read_message(body(text="\U0001f98a" * 100_000, subject="\U0001f98a" * 1000)).text
