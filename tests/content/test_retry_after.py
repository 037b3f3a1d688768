from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.content.retry_after import LONGEST_S, retry_after_s

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "wait_s"),
    [
        ("37", 37),
        (" 0 ", 0),
        ("9" * 40, LONGEST_S),
        ("Mon, 02 Mar 2026 09:05:00 GMT", 300),
        ("Monday, 02-Mar-26 09:05:00 GMT", 300),
        ("Mon Mar  2 09:05:00 2026", 300),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0),
        ("Tue, 02 Mar 2027 09:00:00 GMT", LONGEST_S),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("Mon, 99 Mar 2026 99:99:99 GMT", None),
    ],
)
def test_reads_seconds_and_the_three_forms_of_a_date(text: str, wait_s: float | None) -> None:
    assert retry_after_s(text, now=NOW) == wait_s


@pytest.mark.parametrize("date", ["Mon, 02 Mar 2026 06:00:00 GMT", "Mon, 02 Mar 2026 12:00:00 GMT"])
def test_counts_a_date_by_the_clock_of_who_sent_it(date: str) -> None:
    answered = datetime.strptime(date, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
    until = format_datetime(answered + timedelta(minutes=10), usegmt=True)

    assert retry_after_s(until, now=NOW, date=date) == 600
    assert retry_after_s("10", now=NOW, date=date) == 10


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_is_sent_the_wait_is_bounded(text: str, date: str) -> None:
    found = retry_after_s(text, now=NOW, date=date)

    assert found is None or 0 <= found <= LONGEST_S
