"""The address of a file of an answer: whose signature it has, and what it leads to."""

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.outbound import OutgoingFile
from channelhub.rules.file_links import TOKEN_CHARS, path, read

SECRET = b"of a test"
PHOTO = OutgoingFile(filename="Чек 7.jpg", content_type="image/jpeg", size=3, sha256="ab" * 32)


def parts(**changes: object) -> tuple[str, str]:
    """Token and name of the photo's address."""
    address = path(7, 0, replace(PHOTO, **changes), until_s=1_800_000_000, secret=SECRET)  # type: ignore[arg-type]
    _, folder, token, name = address.split("/")
    assert folder == "files"
    return token, name


def test_an_address_names_its_answer_place_and_end() -> None:
    token, name = parts()
    link = read(token, secret=SECRET)

    assert link is not None
    assert (link.outbox_id, link.place, link.until_s) == (7, 0, 1_800_000_000)
    assert link.leads_to(PHOTO, name)
    assert (len(token), name) == (TOKEN_CHARS, "7.jpg")


@pytest.mark.parametrize("change", [{"sha256": "cd" * 32}, {"filename": "Акт 7.jpg"}, {"content_type": "text/html"}])
def test_another_file_at_the_same_place_is_not_led_to(change: dict[str, str]) -> None:
    token, name = parts()
    link = read(token, secret=SECRET)

    assert link is not None
    assert not link.leads_to(replace(PHOTO, **change), name)  # type: ignore[arg-type]
    assert not link.leads_to(PHOTO, "other.jpg")


@given(place=st.integers(0, 38), bit=st.integers(0, 7))
def test_no_bit_of_an_address_can_be_changed(place: int, bit: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(parts()[0]))
    raw[place] ^= 1 << bit

    assert read(base64.urlsafe_b64encode(raw).decode(), secret=SECRET) is None


@given(st.text(max_size=60) | st.text("ABCabc-_=", min_size=TOKEN_CHARS, max_size=TOKEN_CHARS))
def test_what_we_did_not_sign_is_no_address(token: str) -> None:
    assert read(token, secret=SECRET) is None


def test_the_secret_of_another_hub_signs_nothing_here() -> None:
    assert read(parts()[0], secret=b"another") is None
