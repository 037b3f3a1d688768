"""Tokens of browsers: what they stand for, how long, and that nothing else is one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channelhub.domain.secrets import Secret
from connectors.webchat.visitors import browser_of, draw_token, recognise
from tests.examples import examples

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_token_stands_for_the_same_browser_as_long_as_it_is_remembered() -> None:
    token = draw_token(NOW)
    browser = browser_of(token, now=NOW, remember_days=7)

    assert browser == browser_of(token, now=NOW + timedelta(days=6, hours=23), remember_days=7)
    assert browser is not None
    assert browser not in token
    assert browser_of(token, now=NOW + timedelta(days=7), remember_days=7) is None
    assert browser_of(token, now=NOW - timedelta(minutes=6), remember_days=7) is None
    assert browser_of(draw_token(NOW), now=NOW, remember_days=7) != browser


@settings(max_examples=examples(50), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(max_size=70) | st.from_regex(r"1\.[0-9]{9,12}\.[A-Za-z0-9_-]{30,34}\n?", fullmatch=True))
def test_any_text_is_a_token_of_its_date_or_none(text: str) -> None:
    browser = browser_of(text, now=NOW, remember_days=730)

    if browser is not None:
        assert abs(int(text.split(".")[1]) - NOW.timestamp()) < 730 * 86_400
        assert len(text.split(".")[2]) == 32


@pytest.mark.parametrize("token", ["", "1.1.x", "1.1795262400." + "я" * 32, "2.1795262400." + "a" * 32, "x" * 10_000])
def test_what_is_no_token_is_replaced_or_refused(token: str) -> None:
    drawn = recognise(token, "", secret=Secret(), now=NOW, remember_days=7, draws=True)

    assert drawn is not None
    assert drawn.token != token
    assert recognise(token, "", secret=Secret(), now=NOW, remember_days=7, draws=False) is None


def test_identity_of_an_account_without_a_secret_is_not_believed() -> None:
    visitor = recognise("", "e30.x", secret=Secret(), now=NOW, remember_days=7, draws=True)

    assert visitor is not None
    assert visitor.signed is None
    assert visitor.refused == "the account has no identity_secret"
