"""Sealed values: read again with the key and for their purpose only, and changed by nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules.sealing import MAX_BYTES, NONCE_BYTES, seal, unseal

NONCE = bytes(range(NONCE_BYTES))
values = st.binary(max_size=MAX_BYTES)


@given(values, st.binary(min_size=1, max_size=64), st.binary(min_size=NONCE_BYTES, max_size=NONCE_BYTES))
def test_what_was_sealed_is_read_again(value: bytes, key: bytes, nonce: bytes) -> None:
    sealed = seal(value, key=key, nonce=nonce, purpose="a")

    assert unseal(sealed, key=key, purpose="a") == value
    assert unseal(sealed, key=key + b"\1", purpose="a") is None
    assert unseal(sealed, key=key, purpose="b") is None


@given(values, st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_change_of_any_byte_shows(value: bytes, place: int, change: int) -> None:
    sealed = bytearray(seal(value, key=b"k", nonce=NONCE, purpose="a"))
    sealed[place % len(sealed)] ^= change

    assert unseal(bytes(sealed), key=b"k", purpose="a") is None


@given(st.binary(max_size=100))
def test_what_was_never_sealed_is_nothing(text: bytes) -> None:
    assert unseal(text, key=b"k", purpose="a") is None


def test_the_value_does_not_show() -> None:
    assert b"a secret of mine" not in seal(b"a secret of mine", key=b"k", nonce=NONCE, purpose="a")


@pytest.mark.parametrize(("value", "nonce"), [(b"x" * (MAX_BYTES + 1), NONCE), (b"", NONCE[1:])])
def test_too_much_and_a_short_nonce_are_refused(value: bytes, nonce: bytes) -> None:
    with pytest.raises(ValueError, match="at most 32 bytes"):
        seal(value, key=b"k", nonce=nonce, purpose="a")
