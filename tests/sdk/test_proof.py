import base64
import hashlib
import hmac
from typing import Literal

import pytest

from channelhub.domain.secrets import Secret
from channelhub.sdk.proof import has_bearer, has_password, is_fresh, is_secret, is_signed

KEY = Secret("Jefe")
SIGNED = b"what do ya want for nothing?"
RFC_4231_CASE_2 = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
RFC_2202_CASE_2 = "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"


@pytest.mark.parametrize("given", [RFC_4231_CASE_2, RFC_4231_CASE_2.upper(), f" {RFC_4231_CASE_2} "])
def test_signature_of_the_standards_own_vector_is_believed(given: str) -> None:
    assert is_signed(given, SIGNED, secret=KEY)


def test_older_digest_other_encoding_and_prefix_are_what_the_vendor_says() -> None:
    in_base64 = base64.b64encode(hmac.digest(b"Jefe", SIGNED, hashlib.sha256)).decode()

    assert is_signed(RFC_2202_CASE_2, SIGNED, secret=KEY, digest="sha1")
    assert is_signed(in_base64, SIGNED, secret=KEY, encoding="base64")
    assert is_signed(f"sha256={RFC_4231_CASE_2}", SIGNED, secret=KEY, prefix="sha256=")


@pytest.mark.parametrize("encoding", ["hex", "base64"])
@pytest.mark.parametrize(
    "given", ["", "=", "ключ", "\udc80", RFC_4231_CASE_2[:-1], f"v0={RFC_4231_CASE_2}", "0" * 9999]
)
def test_anything_else_is_not(given: str, encoding: Literal["hex", "base64"]) -> None:
    assert not is_signed(given, SIGNED, secret=KEY, encoding=encoding)
    assert not is_signed(RFC_4231_CASE_2, SIGNED + b" ", secret=KEY, encoding=encoding)


def test_case_matters_in_base64() -> None:
    in_base64 = base64.b64encode(hmac.digest(b"Jefe", SIGNED, hashlib.sha256)).decode()

    assert not is_signed(in_base64.swapcase(), SIGNED, secret=KEY, encoding="base64")


def test_empty_secret_proves_nothing() -> None:
    nothing = Secret("")

    assert not is_secret("", nothing)
    assert not is_signed(hmac.digest(b"", SIGNED, hashlib.sha256).hex(), SIGNED, secret=nothing)
    assert not has_bearer({"Authorization": "Bearer "}, nothing)
    assert not has_password(
        {"Authorization": f"Basic {base64.b64encode(b'us:').decode()}"}, username="us", password=nothing
    )


def test_names_outside_ascii_are_compared_in_utf_8() -> None:
    headers = {"Authorization": f"basic  {base64.b64encode('наш:п:ароль'.encode()).decode()}"}

    assert has_password(headers, username="наш", password=Secret("п:ароль"))


@pytest.mark.parametrize(
    ("stamp", "is_believed"),
    [
        ("1700", True),
        (" 2300 ", True),
        ("1699", False),
        ("2301", False),
        ("", False),
        ("2e3", False),
        ("-2000", False),
        ("٢٠٠٠", False),
        ("9" * 400, False),
    ],
)
def test_timestamp_holds_for_five_minutes_either_way(stamp: str, is_believed: bool) -> None:
    assert is_fresh(stamp, 2000.0) is is_believed
