"""What is told of long absences."""

from datetime import UTC, datetime, timedelta

from channelhub.sdk.absence import unread_note

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_an_absence_that_was_read_whole_is_not_told() -> None:
    assert unread_note(NOW, NOW - timedelta(minutes=10), hours=24) == ""
    assert unread_note(NOW, NOW, hours=24) == ""


def test_what_was_left_out_is_told_with_its_reason() -> None:
    note = unread_note(NOW - timedelta(days=3), NOW - timedelta(days=1), hours=24)

    assert note == "what was said from 2026-02-27 09:00 to 2026-03-01 09:00 UTC is not read: backfill_hours = 24"
