"""The time token: how long ago a page was drawn, as its own account alone can tell."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.webform.token import draw_time, drawn_before_s

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_no_drawing(text: str) -> None:
    assert drawn_before_s(text, "form", b"key", NOW) is None


def test_a_drawing_tells_its_age_to_its_own_account_for_a_day() -> None:
    token = draw_time("form", b"key", NOW)

    assert drawn_before_s(token, "form", b"key", NOW + timedelta(seconds=9)) == 9
    assert drawn_before_s(token, "other", b"key", NOW) is None
    assert drawn_before_s(token, "form", b"other key", NOW) is None
    assert drawn_before_s(token, "form", b"key", NOW + timedelta(days=1)) is None
    assert draw_time("form", b"key", NOW) != token
