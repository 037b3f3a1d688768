"""Which files are fetched, and until when a failure is tried again."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.media import MediaReason, MediaReference
from channelhub.rules.media import MAX_TRIES, TRIES_WHEN_GONE, MediaLimits, is_last_try, refusal, takes_type

LIMITS = MediaLimits(is_on=True, max_file_bytes=1000, max_total_bytes=0, max_hub_bytes=0)
FILE = MediaReference(reference="f1", content_type="image/jpeg", size=100)


def why(file: MediaReference, limits: MediaLimits, *, account_bytes: int = 0, hub_bytes: int = 0) -> MediaReason | None:
    found = refusal(file, limits, account_bytes=account_bytes, hub_bytes=hub_bytes)
    return None if found is None else found[0]


def test_an_ordinary_file_is_fetched() -> None:
    assert why(FILE, LIMITS) is None
    assert why(replace(FILE, size=0, content_type=""), LIMITS) is None


def test_nothing_is_fetched_that_the_settings_refuse() -> None:
    assert why(FILE, replace(LIMITS, is_on=False)) is MediaReason.OFF
    assert why(replace(FILE, size=1001), LIMITS) is MediaReason.TOO_LARGE
    assert why(FILE, replace(LIMITS, types=["application/pdf"])) is MediaReason.TYPE


def test_totals_hold_for_the_account_and_for_all() -> None:
    limited = replace(LIMITS, max_total_bytes=500, max_hub_bytes=900)

    assert why(FILE, limited, account_bytes=399, hub_bytes=399) is None
    assert why(FILE, limited, account_bytes=400, hub_bytes=400) is MediaReason.TOTAL
    assert why(FILE, limited, account_bytes=0, hub_bytes=800) is MediaReason.TOTAL
    assert why(replace(FILE, size=0), limited, account_bytes=500) is MediaReason.TOTAL


@pytest.mark.parametrize(
    ("said", "types", "is_taken"),
    [
        ("image/jpeg", ["image/*"], True),
        ("IMAGE/JPEG; x=y", ["image/jpeg"], True),
        ("imagex/jpeg", ["image/*"], False),
        ("text/html", ["image/*", "application/pdf"], False),
        ("application/octet-stream", ["image/*"], True),
        ("", ["image/*"], True),
        ("text/html", [], True),
    ],
)
def test_types_are_patterns_over_what_is_said(said: str, types: list[str], is_taken: bool) -> None:
    assert takes_type(said, types) is is_taken


def test_what_the_channel_no_longer_gives_is_asked_for_less_often() -> None:
    assert not is_last_try(MediaReason.EXPIRED, TRIES_WHEN_GONE - 1)
    assert is_last_try(MediaReason.EXPIRED, TRIES_WHEN_GONE)
    for reason in (MediaReason.UNREACHABLE, MediaReason.UNAUTHORIZED, MediaReason.DAMAGED):
        assert not is_last_try(reason, MAX_TRIES - 1)
        assert is_last_try(reason, MAX_TRIES)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**4), st.integers(1, 10**6))
def test_no_total_is_passed_by_a_file_of_known_size(account: int, others: int, size: int, most: int) -> None:
    limits = replace(LIMITS, max_file_bytes=10**9, max_total_bytes=most)
    if why(replace(FILE, size=size), limits, account_bytes=account, hub_bytes=account + others) is None:
        assert account + size < most
