"""One-time codes: RFC 6238's own vectors, each taken once, and the codes that stand in for them."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.rules import totp

SECRET = b"12345678901234567890"
NOW = datetime(2026, 3, 2, 9, 0, 10, tzinfo=UTC)
HERE = totp.step_at(NOW)


@pytest.mark.parametrize(
    ("unix_s", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_standard(unix_s: int, code: str) -> None:
    assert totp.code_of(SECRET, totp.step_at(datetime.fromtimestamp(unix_s, UTC))) == code


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_one_step(steps: int, is_taken: bool) -> None:
    found = totp.matching_step(SECRET, totp.code_of(SECRET, HERE + steps), now=NOW, after=0)

    assert found == (HERE + steps if is_taken else None)


def test_no_code_is_taken_twice_nor_one_of_before() -> None:
    last, here = totp.code_of(SECRET, HERE - 1), totp.code_of(SECRET, HERE)

    assert totp.matching_step(SECRET, here, now=NOW, after=HERE - 1) == HERE
    assert totp.matching_step(SECRET, here, now=NOW, after=HERE) is None
    assert totp.matching_step(SECRET, last, now=NOW, after=HERE) is None


@given(st.text(max_size=20))
def test_what_is_no_code_is_never_one(text: str) -> None:
    good = {totp.code_of(SECRET, HERE + steps) for steps in (-1, 0, 1)}

    assert (totp.matching_step(SECRET, text, now=NOW, after=0) is not None) == (text.replace(" ", "") in good)


def test_an_app_takes_the_address() -> None:
    parts = urlsplit(totp.address(SECRET, login="kate", issuer="hub & co"))

    assert (parts.scheme, parts.netloc, parts.path) == ("otpauth", "totp", "/hub%20%26%20co:kate")
    assert parse_qs(parts.query) == {"secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"], "issuer": ["hub & co"]}
    assert totp.spelt(SECRET).replace(" ", "") == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@given(st.binary(min_size=totp.RECOVERY_BYTES, max_size=totp.RECOVERY_BYTES))
def test_a_recovery_code_is_read_however_it_is_typed(random: bytes) -> None:
    code = totp.recovery_code(random)

    assert len(code) == 19
    assert totp.read_recovery_code(code) == code
    assert totp.read_recovery_code(code.upper().replace("-", " ")) == code
    assert totp.read_recovery_code(code[:-1]) is None
    assert totp.read_recovery_code(code[:-1] + "!") is None
