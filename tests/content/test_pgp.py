"""OpenPGP armour inside a text: recognised, and taken off where it only signs."""

import pytest

from channelhub.content import pgp

SIGNED = (
    "before\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nHello\n- -- \n- dash\n"
    "-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\nafter"
)


def test_signed_text_loses_its_armour_only() -> None:
    assert pgp.cleartext(SIGNED) == "before\nHello\n-- \ndash\nafter"


def test_a_cut_signature_leaves_the_words() -> None:
    assert pgp.cleartext(SIGNED.partition("iQEz")[0]) == "before\nHello\n-- \ndash"


@pytest.mark.parametrize("text", ["plain", "> -----BEGIN PGP SIGNED MESSAGE-----\n> x", ""])
def test_other_text_is_left_alone(text: str) -> None:
    assert pgp.cleartext(text) is None


@pytest.mark.parametrize(
    ("text", "is_encrypted"),
    [
        ("x\n-----BEGIN PGP MESSAGE-----\n\nhQ\n-----END PGP MESSAGE-----", True),
        ("> -----BEGIN PGP MESSAGE-----", False),
        ("about PGP", False),
    ],
)
def test_encrypted_text_is_recognised(text: str, is_encrypted: bool) -> None:
    assert pgp.is_encrypted(text) is is_encrypted
