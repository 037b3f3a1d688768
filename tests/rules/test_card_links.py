"""The signed address of a card: whose it is, until when, and that nobody can make another of it."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.card_links import MAX_IDENTITY, MAX_TOKEN_CHARS, CardLink, path, read

SECRET = b"of a test"
LINK = CardLink(identity="phone:+380671112233", until_s=1_800_000_000)


def token(link: CardLink = LINK) -> str:
    return path(link, secret=SECRET).removeprefix("/card/")


@given(st.text(max_size=MAX_IDENTITY), st.integers(0, 2**32 - 1))
def test_an_address_names_whose_card_and_its_end(identity: str, until_s: int) -> None:
    link = CardLink(identity=identity.encode("utf-8", "replace").decode(), until_s=until_s)

    assert read(token(link), secret=SECRET) == link
    assert len(token(link)) <= MAX_TOKEN_CHARS


@given(place=st.integers(0, 38), bit=st.integers(0, 7))
def test_no_bit_of_an_address_can_be_changed(place: int, bit: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(token() + "=="))
    raw[place] ^= 1 << bit

    assert read(base64.urlsafe_b64encode(raw).decode().rstrip("="), secret=SECRET) is None


@given(st.text(max_size=80) | st.text("ABCabc-_", max_size=80))
def test_what_we_did_not_sign_is_no_address(text: str) -> None:
    assert read(text, secret=SECRET) is None


def test_the_secret_of_another_hub_signs_nothing_here() -> None:
    assert read(token(), secret=b"another") is None
