"""The link of a rating question: whole for who has it, worthless when a bit of it is changed."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.ratings import Asked, RatedKind, Rating
from channelhub.rules import ratings
from channelhub.rules.ratings import DAY_US

SECRET = b"of a test"
IDS = st.integers(min_value=1, max_value=2**63 - 1)
QUESTIONS = st.builds(
    Asked,
    kind=st.sampled_from(RatedKind),
    subject_id=IDS,
    identity_id=IDS,
    day=st.integers(min_value=0, max_value=65_535),
)
ASKED = ratings.asked(RatedKind.OUTAGE, 7, 9, at_us=20_000 * DAY_US + 5)


def given_at(first_us: int, *, version: int = 1) -> Rating:
    return Rating(
        id=1, kind=RatedKind.OUTAGE, subject_id=7, identity_id=9, score=4, comment="", first_us=first_us,
        changed_us=first_us, version=version,
    )  # fmt: skip


@given(QUESTIONS)
def test_a_token_names_its_question(question: Asked) -> None:
    token = ratings.write(question, secret=SECRET)

    assert ratings.read(token, secret=SECRET) == question
    assert ratings.read(token, secret=b"of another hub") is None


@given(QUESTIONS, st.integers(min_value=0, max_value=255))
def test_a_token_with_any_bit_changed_is_none(question: Asked, bit: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(ratings.write(question, secret=SECRET) + "="))
    raw[bit // 8] ^= 1 << bit % 8
    forged = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    assert ratings.read(forged, secret=SECRET) is None


@given(st.text(max_size=60))
def test_any_other_text_is_no_token(text: str) -> None:
    assert ratings.read(text, secret=SECRET) is None


@pytest.mark.parametrize("token", ["", "A" * 43, "ж" * 43, "/" * 43, "=" * 43])
def test_what_only_looks_like_a_token_is_none(token: str) -> None:
    assert ratings.read(token, secret=SECRET) is None


def test_a_question_is_answered_within_ninety_days() -> None:
    assert ratings.is_open(ASKED, None, now_us=20_090 * DAY_US - 1)
    assert not ratings.is_open(ASKED, None, now_us=20_090 * DAY_US)


def test_an_answer_is_changed_within_thirty_days_a_bounded_number_of_times() -> None:
    first_us = 20_080 * DAY_US

    assert ratings.is_open(ASKED, given_at(first_us), now_us=first_us + 30 * DAY_US - 1)
    assert not ratings.is_open(ASKED, given_at(first_us), now_us=first_us + 30 * DAY_US)
    assert not ratings.is_open(ASKED, given_at(first_us, version=ratings.MOST_VERSIONS), now_us=first_us + 1)
